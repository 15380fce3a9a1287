//! The doors a site has beside the card. Each section may be left out, and its door with it.

use super::{Mail, Provider};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `[phone]`: «Je n’ai pas ma carte», by e-CPS (CIBA) at the provider of `[provider]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Phone {
    /// Parameters of the request beside those of the standard.
    pub params: BTreeMap<String, String>,
    /// Where the telephone is asked; absent: what the discovery document says.
    pub endpoint: Option<String>,
    /// The check digit of RPPS numbers is looked at. Off at a site of invented people only.
    pub check_digit: bool,
    /// A server of the establishment that asks in the kiosk's place, as Pro Santé Connect wants it.
    pub proxy: Option<Proxy>,
}

impl Default for Phone {
    fn default() -> Self {
        let channel = ("channel".to_owned(), "MOBILE".to_owned());
        Self { params: BTreeMap::from([channel]), endpoint: None, check_digit: true, proxy: None }
    }
}

/// `[phone.proxy]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// Where its `connect` and `disconnect` are.
    pub base: String,
    /// How it is called.
    #[serde(default)]
    pub contract: Contract,
    /// Seconds the person has.
    #[serde(default = "two_minutes")]
    pub patience: u64,
    /// Where a fresh token is to be had, if it has that extension.
    #[serde(default)]
    pub refresh: Option<String>,
}

const fn two_minutes() -> u64 {
    120
}

/// `contract`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contract {
    /// With a body in JSON, as the ANS sample is published.
    #[default]
    Json,
    /// With a query, as its first version.
    Query,
}

/// `[service]`: «Boîte de service», by login, password and second factor at its operator's provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The operator's provider.
    pub provider: Provider,
    /// Its mail servers; absent: those of `[mail]`.
    #[serde(default)]
    pub mail: Option<Mail>,
    /// A TOML file with what its pages do not say by themselves.
    #[serde(default)]
    pub hints: Option<PathBuf>,
}

/// `[visit.without_card]`, in seconds: nobody sees that a session is open, so it asks sooner.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WithoutCard {
    /// Untouched for this long: «Toujours là ?».
    pub idle_warning: u64,
    /// How long the question waits.
    pub idle_countdown: u64,
    /// No session lasts longer.
    pub longest: u64,
}

impl Default for WithoutCard {
    fn default() -> Self {
        Self { idle_warning: 45, idle_countdown: 20, longest: 1_200 }
    }
}
