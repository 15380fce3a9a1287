//! A whole site on one machine: provider, mail servers, DNS, slow lines.

pub mod reader;
