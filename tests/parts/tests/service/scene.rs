//! A provider of pasteboard: whatever pages a test writes, over TLS, with a description and no keys worth anything.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use login::{Settings, Url};
use pki::Pki;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::office::der;

/// What a page is made from: path and query, head, body.
pub struct Asked {
    pub path: String,
    pub head: String,
    pub body: String,
}

/// A status, more header lines, a page.
pub type Told = (u16, String, String);

pub fn page(html: &str) -> Told {
    (200, String::new(), html.to_owned())
}

pub fn to(place: &str) -> Told {
    (303, format!("Location: {place}\r\n"), String::new())
}

pub struct Scene {
    port: u16,
    pki: Pki,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scene {
    /// Plays: what the pages are, by what is asked.
    pub async fn play(pages: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> Self {
        let pki = Pki::shared().unwrap();
        let pair = pki.provider();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(&pair.cert).unwrap()],
                PrivateKeyDer::from_pem_file(&pair.key).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (pages, asked) = (Arc::new(pages), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, pages, seen) = (acceptor.clone(), Arc::clone(&pages), Arc::clone(&seen));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let mut stream = BufReader::new(stream);
                    while let Some(asked) = asked_of(&mut stream).await {
                        let (status, headers, html) = told(port, &asked, &*pages);
                        seen.lock().unwrap().push(asked);
                        let head = format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: {}\r\n\r\n", html.len());
                        if stream.write_all((head + &html).as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { port, pki, asked }
    }

    pub fn settings(&self) -> Settings {
        let at = |text: &str| Url::parse(text).unwrap();
        let issuer = format!("https://localhost:{}", self.port);
        let mut settings =
            Settings::new(at(&format!("{issuer}/d")), &issuer, "borne", at("https://guichet.mss.test/retour"));
        settings.allowed_hosts = vec![format!("localhost:{}", self.port)];
        settings.roots = vec![der(&self.pki.provider_ca())];
        settings.hosts.insert("localhost".into(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        settings
    }

    /// What was asked beside description and keys.
    pub fn asked<T>(&self, look: impl Fn(&Asked) -> T) -> Vec<T> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|a| !matches!(a.path.as_str(), "/d" | "/k")).map(look).collect()
    }
}

fn told(port: u16, asked: &Asked, pages: &(impl Fn(&Asked) -> Told + ?Sized)) -> Told {
    let here = format!("https://localhost:{port}");
    let json = "Content-Type: application/json\r\n".to_owned();
    match asked.path.as_str() {
        "/d" => (
            200,
            json,
            format!(
                r#"{{"issuer":"{here}","authorization_endpoint":"{here}/auth","token_endpoint":"{here}/t","jwks_uri":"{here}/k"}}"#
            ),
        ),
        "/k" => (200, json, r#"{"keys":[]}"#.to_owned()),
        _ => {
            let (status, mut headers, html) = pages(asked);
            if !headers.contains("Content-Type") {
                headers += "Content-Type: text/html; charset=utf-8\r\n";
            }
            (status, headers, html)
        }
    }
}

async fn asked_of<S: tokio::io::AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<Asked> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    Some(Asked { path, head, body: String::from_utf8(body).ok()? })
}
