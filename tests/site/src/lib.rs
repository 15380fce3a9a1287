//! A whole site on one machine: provider, mail servers, DNS, slow lines.

pub mod canaille;
pub mod cut;
pub mod delay;
pub mod demo;
pub mod dns;
pub mod mail;
pub mod provider;
pub mod reader;
pub mod sink;
pub mod smpp;
pub mod submission;
pub mod whole;
