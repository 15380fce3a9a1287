//! Whether the certificates of servers were revoked (ECO.1.1.5 to 7).

use serde::Deserialize;
use std::path::PathBuf;

/// `[revocation]`: without it, no list is looked at.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Addresses of revocation lists (http or https), or paths of files.
    pub lists: Vec<String>,
    /// PEM files of the authorities that sign them.
    pub authorities: Vec<PathBuf>,
    /// PEM files of the authorities that https addresses are trusted by.
    #[serde(default)]
    pub roots: Vec<PathBuf>,
    /// What becomes of a certificate nothing is known about.
    #[serde(default)]
    pub policy: Policy,
    /// Whose certificates are looked up.
    #[serde(default)]
    pub depth: Depth,
}

/// `policy`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Refused.
    #[default]
    Required,
    /// Accepted, and told in the journal once.
    Preferred,
}

/// `depth`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// The server's own.
    #[default]
    Leaf,
    /// And those of the authorities between it and a root.
    Chain,
}
