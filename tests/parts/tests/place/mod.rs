//! What stands opposite in the tests of reading and of sending: a provider's mail server, and the DNS that names it.

use std::path::Path;

use mail::{Server, Tls};
use pki::Pki;
use secrecy::SecretString;
use site::dns::{self, Dns};
use site::mail::{Mail, Options};
use tempfile::TempDir;

/// The token by which the doctor is let in.
const TOKEN: &str = "jeton-du-medecin";

/// A mail server, a DNS server, and the folder they live in. Fields end in their order.
pub struct Place {
    pub pki: Pki,
    pub mail: Mail,
    pub dns: Dns,
    pub dir: TempDir,
}

impl Place {
    /// Starts a mail server, then the DNS that `zone` makes of its ports.
    pub fn set_up(options: Options, zone: impl FnOnce(&Mail) -> dns::Options) -> Place {
        let pki = Pki::shared().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let mail = Mail::start(dir.path(), &pki, options).unwrap();
        let dns = Dns::start(&zone(&mail)).unwrap();
        Place { pki, mail, dns, dir }
    }

    /// The mail server, to read.
    pub fn imap(&self, tls: Tls) -> Server {
        let port = if tls == Tls::Implicit { self.mail.imaps() } else { self.mail.imap() };
        Server { host: "imap.mss.test".into(), port, tls }
    }
}

/// Certificates of authorities, as settings want them.
pub fn roots(file: &Path) -> Vec<Vec<u8>> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::pem_file_iter(file).unwrap().map(|c| c.unwrap().to_vec()).collect()
}

pub fn token() -> SecretString {
    SecretString::from(TOKEN)
}
