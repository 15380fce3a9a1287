//! A printer that does as it is told, for what `ippeveprinter` cannot show: held jobs, jobs cancelled at the device, printers
//! that offer only Print-Job, that ignore what is asked, that stop reading, that answer nonsense.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use guard::free_port;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use pki::Pair;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::message::{Message, Request, operation};

/// A request with its document, if it had one.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its attributes.
    pub request: Request,
    /// What followed them.
    pub document: Vec<u8>,
    /// How many requests for the same operation came before.
    pub before: usize,
    /// How many requests had been broken off before.
    pub broken: usize,
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An IPP message.
    Ipp(Message),
    /// A bare HTTP status.
    Http(u16),
    /// A body of some media type.
    Body(&'static str, Vec<u8>),
    /// An IPP message, after a while.
    Late(Duration, Message),
    /// Nothing, for a long time.
    Silence,
}

impl From<Message> for Reply {
    fn from(message: Message) -> Self {
        Self::Ipp(message)
    }
}

/// What an ordinary printer would answer, with a job number 7 that goes through some states.
#[derive(Clone, Debug)]
pub struct Standard {
    /// Attributes of the printer in every answer, with `printer-state` and reasons.
    pub printer: Message,
    /// `job-state`, `job-state-reasons` and `job-impressions-completed`, one after the other; the last stays.
    pub job: Vec<(i32, &'static str, i32)>,
}

impl Default for Standard {
    fn default() -> Self {
        Self { printer: Self::idle(), job: vec![(5, "job-printing", 1), (9, "job-completed-successfully", 3)] }
    }
}

impl Standard {
    /// A printer with everything, and nothing wrong.
    #[must_use]
    pub fn idle() -> Message {
        Self::with(&["none"], 3).value(0x49, "document-format-supported", b"application/pdf").value(
            0x49,
            "",
            b"image/pwg-raster",
        )
    }

    /// Everything but formats.
    #[must_use]
    pub fn with(reasons: &[&str], state: i32) -> Message {
        let operations = [
            operation::VALIDATE_JOB,
            operation::CREATE_JOB,
            operation::SEND_DOCUMENT,
            operation::CANCEL_JOB,
            operation::GET_JOB_ATTRIBUTES,
            operation::GET_PRINTER_ATTRIBUTES,
        ];
        let message = Message::new(0)
            .group(4)
            .number(0x23, "printer-state", state)
            .words("printer-state-reasons", reasons)
            .words("media-supported", &["iso_a4_210x297mm"])
            .words("pwg-raster-document-type-supported", &["sgray_8", "srgb_8"])
            .value(0x22, "page-ranges-supported", &[1])
            .value(0x33, "copies-supported", &[0, 0, 0, 1, 0, 0, 0, 99])
            .number(0x23, "operations-supported", i32::from(operation::PRINT_JOB));
        operations.into_iter().fold(message, |message, number| message.number(0x23, "", i32::from(number)))
    }

    /// The answer.
    #[must_use]
    pub fn answer(&self, asked: &Asked) -> Reply {
        let job = |message: Message| message.group(2).number(0x21, "job-id", 7);
        match asked.request.operation {
            operation::GET_PRINTER_ATTRIBUTES => self.printer.clone().into(),
            operation::CREATE_JOB | operation::PRINT_JOB | operation::SEND_DOCUMENT => job(Message::new(0)).into(),
            operation::GET_JOB_ATTRIBUTES => {
                let last = self.job.len().saturating_sub(1);
                let Some((state, reason, printed)) = self.job.get(asked.before.min(last)) else {
                    return Message::new(0x0406).into();
                };
                job(Message::new(0))
                    .number(0x23, "job-state", *state)
                    .words("job-state-reasons", &[reason])
                    .number(0x21, "job-impressions-completed", *printed)
                    .into()
            }
            _ => Message::new(0).into(),
        }
    }
}

type Play = dyn Fn(&Asked) -> Reply + Send + Sync;

struct Stage {
    play: Box<Play>,
    asked: Mutex<Vec<Asked>>,
    reading: AtomicBool,
    broken: AtomicUsize,
}

/// A scripted printer at work; ended when dropped.
pub struct Scripted {
    port: u16,
    stage: Arc<Stage>,
    _stop: oneshot::Sender<()>,
}

impl Scripted {
    /// Starts a printer that answers by `play`.
    ///
    /// # Errors
    /// When it cannot listen or the certificate cannot be read.
    pub fn start(pair: &Pair, play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Result<Self> {
        let chain = CertificateDer::pem_file_iter(&pair.cert)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&pair.key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let stage = Arc::new(Stage {
            play: Box::new(play),
            asked: Mutex::default(),
            reading: AtomicBool::new(true),
            broken: AtomicUsize::new(0),
        });
        let port = free_port()?;
        let listener = std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))?;
        listener.set_nonblocking(true)?;
        // A thread of its own: the test has a runtime already.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&stage);
        std::thread::spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = stopped => {}
                    () = listen(listener, acceptor, served) => {}
                }
            });
        });
        Ok(Self { port, stage, _stop: stop })
    }

    /// `ipps://localhost:…/ipp/print`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("ipps://localhost:{}/ipp/print", self.port)
    }

    /// Every request so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.stage.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The requests for one operation.
    #[must_use]
    pub fn asked_for(&self, operation: u16) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.request.operation == operation).collect()
    }

    /// How many requests were broken off before their end.
    #[must_use]
    pub fn broken(&self) -> usize {
        self.stage.broken.load(Ordering::SeqCst)
    }

    /// Stops reading documents, or goes on: a printer whose buffer is full.
    pub fn reads(&self, reading: bool) {
        self.stage.reading.store(reading, Ordering::SeqCst);
    }
}

async fn listen(listener: std::net::TcpListener, acceptor: TlsAcceptor, stage: Arc<Stage>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, stage) = (acceptor.clone(), Arc::clone(&stage));
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(move |request| serve(Arc::clone(&stage), request));
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn serve(
    stage: Arc<Stage>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let mut body = request.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        // What was broken off is not a request.
        let Ok(frame) = frame else {
            stage.broken.fetch_add(1, Ordering::SeqCst);
            return Ok(response(400, "text/plain", Vec::new()));
        };
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        // Attributes are read at once, documents only while the printer reads.
        while Request::read(&bytes).is_some_and(|(_, begin)| bytes.len() > begin)
            && !stage.reading.load(Ordering::SeqCst)
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let Some((request, begin)) = Request::read(&bytes) else { return Ok(response(400, "text/plain", Vec::new())) };
    let asked = {
        let mut all = stage.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.iter().filter(|asked| asked.request.operation == request.operation).count();
        let broken = stage.broken.load(Ordering::SeqCst);
        let asked = Asked { request, document: bytes.split_off(begin), before, broken };
        all.push(asked.clone());
        asked
    };
    Ok(match (stage.play)(&asked) {
        Reply::Ipp(message) => response(200, "application/ipp", message.finish()),
        Reply::Http(status) => response(status, "text/plain", Vec::new()),
        Reply::Body(kind, bytes) => response(200, kind, bytes),
        Reply::Late(after, message) => {
            tokio::time::sleep(after).await;
            response(200, "application/ipp", message.finish())
        }
        Reply::Silence => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            response(500, "text/plain", Vec::new())
        }
    })
}

fn response(status: u16, kind: &'static str, bytes: Vec<u8>) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(Bytes::from(bytes)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}
