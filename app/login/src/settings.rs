//! What an establishment configures. Nothing here has a provider's address built in.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use https::Clock;
use reqwest::header::{HeaderName, HeaderValue};
use revocation::Checker;
use secrecy::{SecretBox, SecretString};
use url::Url;

use crate::error::Error;
use crate::proxy::Proxy;

/// How Guichet proves itself to the token endpoint.
#[derive(Debug)]
pub enum ClientAuth {
    /// `client_secret_basic` (RFC 6749 §2.3.1).
    Basic(SecretString),
    /// `tls_client_auth` (RFC 8705 §2.1), on the back channel only.
    TlsCertificate {
        /// Certificates, DER, the leaf first.
        chain: Vec<Vec<u8>>,
        /// Private key, DER (PKCS#8, PKCS#1 or SEC1).
        key: SecretBox<Vec<u8>>,
    },
    /// A public client: PKCE alone.
    None,
}

/// Limits in time.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// To open one connection, TLS included.
    pub connect: Duration,
    /// For a whole step: preparation, login after the code, refresh.
    pub step: Duration,
    /// For the end of a session (revocation and logout together).
    pub close: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), step: Duration::from_secs(20), close: Duration::from_secs(3) }
    }
}

/// Everything the door needs to know.
#[derive(Debug)]
pub struct Settings {
    /// Address of the discovery document, wherever it is (Pro Santé Connect's ends in
    /// `/.well-known/wallet-openid-configuration`).
    pub discovery: Url,
    /// The issuer that document must announce, exactly.
    pub issuer: String,
    /// The client identifier registered with the provider.
    pub client_id: String,
    /// How the client proves itself.
    pub client_auth: ClientAuth,
    /// The redirect address registered with the provider. It is recognised, never fetched.
    pub redirect_uri: Url,
    /// Where a logout may end, if registered. Recognised, never fetched.
    pub post_logout_redirect_uri: Option<Url>,
    /// Scopes to ask for, `openid` being always there.
    pub scopes: Vec<String>,
    /// `acr_values` to ask for, preferred first.
    pub acr_values: Vec<String>,
    /// `acr` accepted in the answer. Empty: any, which only a test should want.
    pub accepted_acr: Vec<String>,
    /// More parameters of the authorize request (`kc_idp_hint`, `ui_locales`…).
    pub authorize_params: Vec<(String, String)>,
    /// More parameters of the request that asks the phone (CIBA core 1.0 §7.1). `channel=MOBILE`, which Pro Santé
    /// Connect wants, is there from the start.
    pub ciba_params: Vec<(String, String)>,
    /// Where the phone is asked, if discovery does not say it (`backchannel_authentication_endpoint`).
    pub ciba_endpoint: Option<Url>,
    /// A server of the establishment between this device and the provider, for logins by phone.
    pub proxy: Option<Proxy>,
    /// More headers of every request of the user agent (`Accept-Language`…).
    pub headers: Vec<(String, String)>,
    /// The only hosts this crate talks to, as `host` (port 443) or `host:port`.
    pub allowed_hosts: Vec<String>,
    /// The hosts that may see the card's certificate, if they ask. They are allowed hosts too.
    pub card_hosts: Vec<String>,
    /// The only certificate authorities trusted, DER.
    pub roots: Vec<Vec<u8>>,
    /// Whether the servers' certificates were revoked, where that is looked up.
    pub revocation: Option<Arc<Checker>>,
    /// Limits in time.
    pub timeouts: Timeouts,
    /// How far the kiosk's clock may be from the provider's.
    pub clock_tolerance: Duration,
    /// A DNS server to ask instead of the system's.
    pub dns_server: Option<SocketAddr>,
    /// Fixed addresses of hosts, before any DNS.
    pub hosts: BTreeMap<String, IpAddr>,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The UserInfo claim that lists mailboxes, if the provider has one (Pro Santé Connect has none).
    pub mailbox_claim: Option<String>,
    /// The kiosk's wall clock.
    pub clock: Clock,
}

impl Settings {
    /// Settings for a provider with everything else at its default: public client, no extra scope, no allowed
    /// host, no root.
    #[must_use]
    pub fn new(discovery: Url, issuer: &str, client_id: &str, redirect_uri: Url) -> Self {
        Self {
            discovery,
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_auth: ClientAuth::None,
            redirect_uri,
            post_logout_redirect_uri: None,
            scopes: Vec::new(),
            acr_values: Vec::new(),
            accepted_acr: Vec::new(),
            authorize_params: Vec::new(),
            ciba_params: vec![("channel".to_owned(), "MOBILE".to_owned())],
            ciba_endpoint: None,
            proxy: None,
            headers: Vec::new(),
            allowed_hosts: Vec::new(),
            card_hosts: Vec::new(),
            roots: Vec::new(),
            revocation: None,
            timeouts: Timeouts::default(),
            clock_tolerance: Duration::from_secs(60),
            dns_server: None,
            hosts: BTreeMap::new(),
            user_agent: concat!("Guichet/", env!("CARGO_PKG_VERSION")).to_owned(),
            mailbox_claim: None,
            clock: Clock::default(),
        }
    }

    /// Checks what can be checked without a network.
    ///
    /// # Errors
    /// [`Error::Settings`] in words for IT, [`Error::NotHttps`] or [`Error::HostNotAllowed`] for the discovery
    /// address.
    pub fn check(&self) -> Result<(), Error> {
        self.plausible()?;
        crate::wire::Wire::new(self).map(|_| ())
    }

    /// What can be checked by looking at it; certificates and keys are left to those who load them.
    pub(crate) fn plausible(&self) -> Result<(), Error> {
        let wrong = |what: &str| Err(Error::Settings(what.to_owned()));
        if self.issuer.is_empty() || self.client_id.is_empty() {
            return wrong("issuer and client_id must not be empty");
        }
        if self.roots.is_empty() {
            return wrong("no certificate authority is configured");
        }
        for (name, value) in &self.headers {
            if name.parse::<HeaderName>().is_err() || value.parse::<HeaderValue>().is_err() {
                return Err(Error::Settings(format!("{name} is not a header")));
            }
        }
        let phone = self.ciba_endpoint.iter().chain(self.proxy.as_ref().map(|proxy| &proxy.base));
        phone.chain([&self.discovery]).try_for_each(|url| self.allow(url))
    }

    /// Whether the user agent and the back channel may go there.
    pub(crate) fn allow(&self, url: &Url) -> Result<(), Error> {
        if url.scheme() != "https" {
            return Err(Error::NotHttps);
        }
        let host = authority(url);
        if listed(&self.allowed_hosts, &host) || listed(&self.card_hosts, &host) {
            Ok(())
        } else {
            Err(Error::HostNotAllowed(host))
        }
    }

    /// Whether this address may see the card.
    pub(crate) fn sees_card(&self, url: &Url) -> bool {
        url.scheme() == "https" && listed(&self.card_hosts, &authority(url))
    }
}

/// `host:port` of an address, port always written.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or(0))
}

/// Whether a list of `host` or `host:port` names this `host:port`.
fn listed(list: &[String], authority: &str) -> bool {
    list.iter().any(|entry| {
        let entry = entry.to_ascii_lowercase();
        // The url crate writes hosts in lower case; a bare host means the https port.
        entry == authority || authority.strip_suffix(":443").is_some_and(|host| host == entry)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn settings() -> Settings {
        let at = |text: &str| Url::parse(text).unwrap();
        let mut settings = Settings::new(at("https://a.test/d"), "i", "c", at("http://127.0.0.1/cb"));
        settings.allowed_hosts = vec!["A.test".into(), "b.test:8443".into()];
        settings.card_hosts = vec!["card.test".into()];
        settings
    }

    #[test]
    fn only_listed_hosts_and_ports_are_allowed() {
        let settings = settings();
        let verdict = |text: &str| settings.allow(&Url::parse(text).unwrap());
        assert!(verdict("https://a.test/x").is_ok());
        assert!(verdict("https://b.test:8443/").is_ok());
        assert!(verdict("https://card.test/").is_ok());
        assert!(matches!(verdict("https://a.test:8443/"), Err(Error::HostNotAllowed(h)) if h == "a.test:8443"));
        assert!(matches!(verdict("https://b.test/"), Err(Error::HostNotAllowed(_))));
        assert!(matches!(verdict("https://a.test.evil/"), Err(Error::HostNotAllowed(_))));
        assert!(matches!(verdict("https://a.test@evil/"), Err(Error::HostNotAllowed(_))));
        assert!(matches!(verdict("http://a.test/"), Err(Error::NotHttps)));
    }

    #[test]
    fn the_card_is_for_card_hosts_only() {
        let settings = settings();
        let sees = |text: &str| settings.sees_card(&Url::parse(text).unwrap());
        assert!(sees("https://card.test/x"));
        assert!(!sees("https://a.test/x"));
        assert!(!sees("http://card.test/x"));
    }

    #[test]
    fn the_proxy_and_the_phones_endpoint_must_be_on_the_list_too() {
        let at = |text: &str| Some(Url::parse(text).unwrap());
        let mut settings = settings();
        settings.roots = vec![Vec::new()];
        settings.ciba_endpoint = at("https://a.test/ciba");
        settings.proxy = at("https://b.test:8443/").map(Proxy::new);
        assert!(settings.plausible().is_ok());
        settings.proxy = at("https://b.test/").map(Proxy::new);
        assert!(matches!(settings.plausible(), Err(Error::HostNotAllowed(host)) if host == "b.test:443"));
        settings.proxy = None;
        settings.ciba_endpoint = at("http://a.test/ciba");
        assert!(matches!(settings.plausible(), Err(Error::NotHttps)));
    }

    #[test]
    fn printing_the_settings_shows_no_secret() {
        let mut settings = settings();
        settings.client_auth = ClientAuth::Basic("tres-secret".into());
        assert!(!format!("{settings:?}").contains("tres-secret"));
    }
}
