//! An HTTP server where an authority publishes its lists; what it answers is changed as a test goes.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pki::Pair;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What an address answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A list, or anything else.
    Bytes(Vec<u8>),
    /// A list with an `ETag`, sent only to who does not have it.
    Tagged(Vec<u8>, &'static str),
    /// So many bytes are announced, and then sent.
    Announced(usize),
    /// Bytes without an end, and without a word about their number.
    Endless,
    /// Half a list, then silence.
    Stalled,
    /// Nothing but a status.
    Status(u16),
    /// It is elsewhere.
    Moved(String),
}

type Answers = Arc<Mutex<BTreeMap<String, Answer>>>;

/// The server. Its thread ends with the process, one for each test.
pub struct Board {
    scheme: &'static str,
    address: SocketAddr,
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Board {
    /// On a free port.
    pub fn open() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// On this socket.
    pub fn on(socket: TcpListener) -> Self {
        Self::serving(socket, None)
    }

    /// On a free port, inside TLS.
    pub fn secure(pair: &Pair) -> Self {
        let chain = CertificateDer::pem_file_iter(&pair.cert).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(&pair.key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
        Self::serving(TcpListener::bind("127.0.0.1:0").unwrap(), Some(Arc::new(config)))
    }

    fn serving(socket: TcpListener, tls: Option<Arc<ServerConfig>>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = socket.local_addr().unwrap();
        let (answers, asked) = (Answers::default(), Arc::<Mutex<Vec<String>>>::default());
        let (all, log) = (Arc::clone(&answers), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in socket.incoming().map_while(Result::ok) {
                let (all, log, tls) = (Arc::clone(&all), Arc::clone(&log), tls.clone());
                std::thread::spawn(move || match tls {
                    None => serve(stream, &all, &log),
                    Some(tls) => serve(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream), &all, &log),
                });
            }
        });
        Self { scheme, address, answers, asked }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// From now on this path answers so.
    pub fn publish(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|one| *one == path).count()
    }
}

fn serve(mut stream: impl Read + Write, answers: &Answers, asked: &Mutex<Vec<String>>) -> Option<()> {
    // A request for a list has nothing behind its head.
    let mut lines = BufReader::new(&mut stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    drop(lines);
    let has = |tag: &str| headers.iter().any(|line| line.to_lowercase() == format!("if-none-match: {tag}"));
    let answer = answers.lock().unwrap().get(&path).cloned();
    asked.lock().unwrap().push(path);
    let head = |status: u16, more: &str| format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{more}\r\n").into_bytes();
    match answer.unwrap_or(Answer::Status(404)) {
        Answer::Bytes(bytes) => {
            stream.write_all(&head(200, &format!("Content-Length: {}\r\n", bytes.len()))).ok()?;
            stream.write_all(&bytes).ok()?;
        }
        Answer::Tagged(_, tag) if has(tag) => {
            asked.lock().unwrap().push("304".to_owned());
            stream.write_all(&head(304, "")).ok()?;
        }
        Answer::Tagged(bytes, tag) => {
            stream.write_all(&head(200, &format!("ETag: {tag}\r\nContent-Length: {}\r\n", bytes.len()))).ok()?;
            stream.write_all(&bytes).ok()?;
        }
        Answer::Announced(length) => {
            stream.write_all(&head(200, &format!("Content-Length: {length}\r\n"))).ok()?;
            stream.write_all(&vec![0x30; length]).ok()?;
        }
        Answer::Endless => {
            stream.write_all(&head(200, "")).ok()?;
            while stream.write_all(&[0x30; 65_536]).is_ok() {}
        }
        Answer::Stalled => {
            stream.write_all(&head(200, "Content-Length: 500\r\n")).ok()?;
            stream.write_all(&[0x30; 250]).ok()?;
            std::thread::sleep(Duration::from_secs(60));
        }
        Answer::Status(status) => stream.write_all(&head(status, "Content-Length: 0\r\n")).ok()?,
        Answer::Moved(to) => {
            let more = format!("Content-Length: 0\r\nLocation: {to}\r\n");
            stream.write_all(&head(302, &more)).ok()?;
        }
    }
    Some(())
}
