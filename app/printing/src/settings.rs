//! What an establishment configures. Nothing here has a printer's address built in.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use https::Clock;
use url::Url;

use crate::error::Error;

/// Port of IPP (RFC 8011 section 10.1), with or without TLS (RFC 7472 section 4.2).
const IPP_PORT: u16 = 631;

/// A printer's identity, as printed on its own configuration page: most printers sign their certificate themselves.
///
/// A pinned printer is trusted whatever the names and dates in its certificate say, and no other certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// SHA-256 of the whole certificate (DER), what browsers and printers call its fingerprint.
    Certificate([u8; 32]),
    /// SHA-256 of the public key (SubjectPublicKeyInfo, DER): survives a certificate renewed with the same key.
    PublicKey([u8; 32]),
}

impl Pin {
    /// Reads a fingerprint of 64 hexadecimal digits; colons and spaces between them do not count.
    #[must_use]
    pub fn digest(text: &str) -> Option<[u8; 32]> {
        let digits: Vec<u8> = text
            .chars()
            .filter(|c| !matches!(c, ':' | ' '))
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect();
        (digits.len() == 64).then(|| bytes.try_into().ok()).flatten()
    }
}

/// Which printers are believed. Empty: none.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificate authorities, DER. A certificate must lead to one, be in time, and be for the configured host.
    pub roots: Vec<Vec<u8>>,
    /// Printers that are known by themselves.
    pub pins: Vec<Pin>,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Never.
    Never,
    /// When the document needs it ([`crate::Work::colour`]) and the printer has it.
    #[default]
    WhenNeeded,
    /// Whenever the printer has it.
    Always,
}

/// Limits in time.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// To open one connection, TLS included.
    pub connect: Duration,
    /// For one question and its answer.
    pub answer: Duration,
    /// Between two looks at a job.
    pub poll: Duration,
    /// How long a printer that only warns may make no progress before it counts as waiting for somebody.
    pub still: Duration,
    /// How long a printer that has the document may not answer before it counts as lost.
    pub silence: Duration,
    /// How long one waits without any progress: a busy printer, an empty tray, a job held for its owner.
    pub patience: Duration,
    /// For taking a job back.
    pub cancel: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(10),
            poll: Duration::from_millis(700),
            still: Duration::from_secs(5),
            silence: Duration::from_secs(20),
            patience: Duration::from_secs(600),
            cancel: Duration::from_secs(5),
        }
    }
}

/// Everything that is configured about a printer.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `ipps://host[:port]/path` (RFC 7472), or the same as `https://`. IPP Everywhere printers answer at `/ipp/print`.
    pub printer: Url,
    /// Which certificates are believed.
    pub trust: Trust,
    /// When colour is used.
    pub colour: Colour,
    /// Whether more than one page goes on both sides, where the printer can.
    pub two_sided: bool,
    /// What the printer's panel and journal show as the owner of the job. Never a person.
    pub user: String,
    /// What the printer's panel and journal show as the name of the job. Never a subject.
    pub job: String,
    /// Limits in time.
    pub timeouts: Timeouts,
    /// A DNS server to ask instead of the system's.
    pub dns_server: Option<SocketAddr>,
    /// Fixed addresses of hosts, before any DNS.
    pub hosts: BTreeMap<String, IpAddr>,
    /// The kiosk's wall clock.
    pub clock: Clock,
}

impl Settings {
    /// Settings for a printer with everything else at its default. Nothing is trusted yet.
    #[must_use]
    pub fn new(printer: Url) -> Self {
        Self {
            printer,
            trust: Trust::default(),
            colour: Colour::default(),
            two_sided: true,
            user: "Guichet".to_owned(),
            job: "Guichet".to_owned(),
            timeouts: Timeouts::default(),
            dns_server: None,
            hosts: BTreeMap::new(),
            clock: Clock::default(),
        }
    }
}

/// The two forms of a printer's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Where the requests go.
    pub(crate) https: Url,
    /// What stands in them as `printer-uri`.
    pub(crate) ipps: String,
    /// Host and port.
    pub(crate) authority: String,
}

impl Address {
    pub(crate) fn of(printer: &Url) -> Result<Self, Error> {
        let wrong = |what: &str| Error::Settings(format!("the printer's address {what}"));
        let port = match printer.scheme() {
            "ipps" => printer.port().unwrap_or(IPP_PORT),
            "https" => printer.port_or_known_default().unwrap_or(443),
            _ => return Err(wrong("is not ipps")),
        };
        let plain = printer.username().is_empty()
            && printer.password().is_none()
            && printer.query().is_none()
            && printer.fragment().is_none();
        if !plain {
            return Err(wrong("holds more than host, port and path"));
        }
        let host = printer.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("has no host"))?;
        let authority = format!("{host}:{port}");
        let path = match printer.path() {
            "" => "/",
            path => path,
        };
        // Parsed again: a host of `ipps` is opaque to the url crate, one of `https` is checked.
        let https = Url::parse(&format!("https://{authority}{path}")).map_err(|_| wrong("cannot be read"))?;
        Ok(Self { https, ipps: format!("ipps://{authority}{path}"), authority })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn address(text: &str) -> Result<Address, Error> {
        Address::of(&Url::parse(text).unwrap())
    }

    #[test]
    fn a_printer_is_named_as_printers_are() {
        let found = address("ipps://imprimante.chu.test/ipp/print").unwrap();
        assert_eq!(found.https.as_str(), "https://imprimante.chu.test:631/ipp/print");
        assert_eq!(found.ipps, "ipps://imprimante.chu.test:631/ipp/print");
        assert_eq!(found.authority, "imprimante.chu.test:631");
        let found = address("https://[2001:db8::7]:8443/").unwrap();
        assert_eq!(found.ipps, "ipps://[2001:db8::7]:8443/");
        assert_eq!(address("https://10.0.0.7/ipp/print").unwrap().ipps, "ipps://10.0.0.7:443/ipp/print");
    }

    #[test]
    fn an_address_without_tls_or_with_more_in_it_is_refused() {
        for text in [
            "ipp://p/ipp/print",
            "http://p/ipp/print",
            "ipps://nom:secret@p/ipp/print",
            "ipps://p/ipp/print?a=b",
            "ipps://p/ipp/print#a",
            "ipps:///ipp/print",
            "ipps://a%20b/ipp/print",
        ] {
            assert!(matches!(address(text), Err(Error::Settings(_))), "{text}");
        }
    }

    #[test]
    fn fingerprints_are_read_as_printers_print_them() {
        let digits = "0f".repeat(32);
        assert_eq!(Pin::digest(&digits), Some([15; 32]));
        let colons = vec!["0F"; 32].join(":");
        assert_eq!(Pin::digest(&colons), Some([15; 32]));
        for text in ["", "0f", &"0f".repeat(33), &"0g".repeat(32), &"0".repeat(63), "é"] {
            assert_eq!(Pin::digest(text), None, "{text}");
        }
    }
}
