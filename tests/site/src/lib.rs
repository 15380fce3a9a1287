//! A whole site on one machine: provider, mail servers, DNS, slow lines.

pub mod cut;
pub mod delay;
pub mod demo;
pub mod dns;
pub mod mail;
pub mod provider;
pub mod reader;
pub mod submission;
pub mod whole;
