//! What a site offers beyond reading its mail: sending, the directory, a printer. Each section may be left out.

use super::{Mechanism, Server};
use serde::Deserialize;
use std::path::PathBuf;

/// `[reading]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// PEM files of the authorities that vouch for who signs a message (S/MIME). Without one, no signature is more than
    /// «non vérifiée».
    pub authorities: Vec<PathBuf>,
}

/// `[sending]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// The operator's submission server; absent: found by the mailbox domain's SRV records.
    #[serde(default)]
    pub server: Option<Server>,
    /// With SRV: domains the server may lie in besides the mailbox's own; absent: those of `[mail]`.
    #[serde(default)]
    pub srv_domains: Option<Vec<String>>,
    /// PEM files of the authorities trusted; absent: those of `[mail]`.
    #[serde(default)]
    pub roots: Option<Vec<PathBuf>>,
    /// Preferred first; absent: those of `[mail]`.
    #[serde(default)]
    pub mechanisms: Option<Vec<Mechanism>>,
    /// The product's reference of convergence, put into each message (`X-MSS-NIL`).
    pub nil: String,
    /// A copy of what is sent goes to «Envoyés»; off where the operator does that by itself.
    #[serde(default = "yes")]
    pub keep_sent: bool,
    /// The largest message the operator takes, in megabytes.
    #[serde(default = "ten")]
    pub most_megabytes: u64,
    /// Whole sentences to answer with, four at most.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// Phrases to add by one touch.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// The domains one may write to.
    pub white_list: WhiteList,
}

const fn yes() -> bool {
    true
}

const fn ten() -> u64 {
    10
}

/// `[[sending.replies]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What stands on the button.
    pub title: String,
    /// What is sent.
    pub text: String,
}

/// `[sending.white_list]`: one of the two.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WhiteList {
    /// Address of `listeblanchemssante.xml`, fetched at the start and every six hours.
    pub url: Option<String>,
    /// PEM files of the authorities its server is trusted by.
    pub roots: Vec<PathBuf>,
    /// The domains themselves, where nothing is to be fetched.
    pub domains: Vec<String>,
}

/// `[directory]`: Annuaire Santé.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// Base address of the FHIR service.
    pub base: String,
    /// The file that holds the API key, and nothing else.
    pub key_file: PathBuf,
    /// PEM files of the authorities trusted, and no others.
    pub roots: Vec<PathBuf>,
    /// People's BALs are looked up in it too, by their national identifier.
    #[serde(default)]
    pub mailboxes: bool,
    /// City of the establishment: of two equal answers, who works there comes first.
    #[serde(default)]
    pub near: Option<String>,
}

/// `[printer]`: IPP Everywhere over TLS. A certificate is trusted by an authority or by its fingerprint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// Its address, such as `ipps://imprimante.accueil:631/ipp/print`.
    pub address: String,
    /// PEM files of the authorities trusted, and no others.
    #[serde(default)]
    pub roots: Vec<PathBuf>,
    /// SHA-256 of the certificate's public key, as the printer or `guichet selftest` shows it.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// Colour where a document needs it.
    #[serde(default)]
    pub colour: bool,
}
