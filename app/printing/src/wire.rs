//! One request and its answer, over TLS, to the configured printer only.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::task::AtomicWaker;
use http_body::{Frame, SizeHint};
use https::Names;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Client, Method, Request, StatusCode};
use tokio::sync::mpsc;

use crate::error::Error;
use crate::ipp::{Answer, Message, Operation, status};
use crate::settings::{Address, Settings};
use crate::tls::{self, Witness};
use crate::trouble;

/// The whole description of a printer is some tens of kilobytes.
const LARGEST: usize = 1 << 20;

/// A document goes out in pieces of this size, in bytes.
pub(crate) const PIECE: usize = 1 << 16;

/// An idle connection older than this is opened again rather than trusted.
const FRESH: Duration = Duration::from_secs(2);

const IPP: &str = "application/ipp";

/// The connections to one printer.
pub(crate) struct Wire {
    client: Client,
    address: Address,
    witness: Witness,
    answer: Duration,
    /// The printer knows nothing newer than IPP 1.1.
    old: AtomicBool,
    requests: AtomicU32,
}

impl Wire {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let address = Address::of(&settings.printer)?;
        let (config, witness) = tls::config(settings)?;
        let names = Names::new(settings.dns_server, &settings.hosts, settings.timeouts.connect)
            .map_err(|e| Error::Settings(format!("dns_server: {e}")))?;
        let client = Client::builder()
            .user_agent(concat!("Guichet/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(true)
            .no_proxy()
            .pool_idle_timeout(FRESH)
            .connect_timeout(settings.timeouts.connect)
            // No TCP user timeout: a printer out of paper rightly stops reading for minutes. Silence is noticed by the questions
            // asked beside the document.
            .dns_resolver(Arc::new(names))
            .tls_backend_preconfigured(config)
            .build()
            .map_err(|e| Error::Settings(format!("HTTP client: {e}")))?;
        let answer = settings.timeouts.answer;
        Ok(Self { client, address, witness, answer, old: AtomicBool::new(false), requests: AtomicU32::new(0) })
    }

    pub(crate) fn host(&self) -> &str {
        &self.address.authority
    }

    /// Begins a request.
    pub(crate) fn request(&self, operation: Operation) -> Message {
        let version = if self.old.load(Ordering::Relaxed) { (1, 1) } else { (2, 0) };
        // RFC 8011 section 4.1.2: from 1 to 2^31 - 1.
        let id = self.requests.fetch_add(1, Ordering::Relaxed) % 0x7FFF_FFFF + 1;
        Message::new(version, operation, id, &self.address.ipps)
    }

    /// Asks what needs no document, within the time for an answer.
    pub(crate) async fn ask(&self, message: Message) -> Result<Answer, Error> {
        let body = Body::from(message.finish());
        tokio::time::timeout(self.answer, self.exchange(body)).await.map_err(|_| Error::TimedOut)?
    }

    /// Asks the first question, and once more in the older version if the printer does not know ours (it says so in IPP, or
    /// refuses the HTTP request: `ippeveprinter -V 1.1` does).
    pub(crate) async fn greet(&self, ask: impl Fn() -> Message) -> Result<Answer, Error> {
        let answer = self.ask(ask()).await;
        let unknown = match &answer {
            Ok(answer) => answer.status == status::VERSION_NOT_SUPPORTED,
            Err(Error::NotAPrinter { .. }) => true,
            Err(_) => false,
        };
        if !unknown || self.old.swap(true, Ordering::Relaxed) {
            return answer;
        }
        let second = self.ask(ask()).await;
        if !second.as_ref().is_ok_and(Answer::is_ok) {
            self.old.store(false, Ordering::Relaxed);
        }
        second
    }

    /// Sends a document after a request. Takes as long as the printer takes; whoever waits sets the limit.
    pub(crate) async fn deliver(&self, message: Message, document: Document, sent: Sent) -> Result<Answer, Error> {
        self.exchange(Body::wrap(Outgoing { head: Some(message.finish().into()), document, sent })).await
    }

    async fn exchange(&self, body: Body) -> Result<Answer, Error> {
        let failed = |error| trouble::name(error, self.host(), &self.witness);
        let mut request = Request::new(Method::POST, self.address.https.clone());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(IPP));
        *request.body_mut() = Some(body);
        let mut response = self.client.execute(request).await.map_err(failed)?;
        self.check(response.status())?;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.trim_start().to_ascii_lowercase().starts_with(IPP) {
            return Err(self.not_a_printer("an answer that is not application/ipp".to_owned()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(Error::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Answer::read(&bytes).map_err(|malformed| self.not_a_printer(malformed.to_string()))
    }

    fn check(&self, status: StatusCode) -> Result<(), Error> {
        match status {
            StatusCode::OK => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(Error::NotAuthorised)
            }
            StatusCode::SERVICE_UNAVAILABLE => Err(Error::Busy),
            _ if status.is_server_error() => Err(Error::OutOfOrder { status: status.as_u16(), message: None }),
            _ => Err(self.not_a_printer(format!("HTTP {}", status.as_u16()))),
        }
    }

    /// A request that was broken off here.
    pub(crate) fn broken_off(&self) -> Error {
        Error::Dropped { host: self.host().to_owned(), source: Box::new(BrokenOff) }
    }

    fn not_a_printer(&self, what: String) -> Error {
        Error::NotAPrinter { host: self.host().to_owned(), what }
    }
}

/// How much of a document was handed to the connection.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Mark>);

#[derive(Default)]
struct Mark {
    bytes: AtomicU64,
    whole: AtomicBool,
    /// No more goes out; the request stays open.
    stopped: AtomicBool,
    /// The request is broken off.
    broken: AtomicBool,
    /// Whoever sends.
    sender: AtomicWaker,
}

impl Sent {
    /// So many bytes so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// All of it.
    pub(crate) fn whole(&self) -> bool {
        self.0.whole.load(Ordering::Relaxed)
    }

    /// No more goes out. The request stays open until it is broken off.
    pub(crate) fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
    }

    /// Breaks the request off: its body fails, and the connection is closed without the farewell of TLS (`close_notify`), by
    /// which printers tell a document that was cut from one that ended.
    pub(crate) fn break_off(&self) {
        self.0.broken.store(true, Ordering::SeqCst);
        self.0.sender.wake();
    }

    fn add(&self, bytes: usize) {
        self.0.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn end(&self) {
        self.0.whole.store(true, Ordering::Relaxed);
    }
}

/// What follows the attributes.
pub(crate) enum Document {
    /// All of it, with its length known beforehand.
    Whole(Bytes),
    /// As it is made, to its end: the stream must say [`Piece::End`], else the request stays open without another byte, so that
    /// no printer takes half a document for a whole one before its job is taken back.
    Pieces(mpsc::Receiver<Piece>),
}

/// A part of a document in the making.
pub(crate) enum Piece {
    Data(Bytes),
    End,
}

#[derive(Debug, thiserror::Error)]
#[error("the document was broken off")]
struct BrokenOff;

/// A request body: the attributes, then the document.
struct Outgoing {
    head: Option<Bytes>,
    document: Document,
    sent: Sent,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mark = Arc::clone(&self.sent.0);
        mark.sender.register(context.waker());
        if mark.broken.load(Ordering::SeqCst) {
            return Poll::Ready(Some(Err(BrokenOff)));
        }
        if mark.stopped.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head))));
        }
        let this = &mut *self;
        let next = match &mut this.document {
            Document::Whole(bytes) if bytes.is_empty() => None,
            Document::Whole(bytes) => {
                let piece = bytes.split_to(bytes.len().min(PIECE));
                // With its length known, nobody asks a body for what comes after its last byte.
                if bytes.is_empty() {
                    this.sent.end();
                }
                Some(piece)
            }
            Document::Pieces(pieces) => match ready!(pieces.poll_recv(context)) {
                Some(Piece::Data(bytes)) => Some(bytes),
                Some(Piece::End) => {
                    this.document = Document::Whole(Bytes::new());
                    this.sent.end();
                    None
                }
                None => {
                    this.sent.stop();
                    return Poll::Pending;
                }
            },
        };
        if let Some(bytes) = &next {
            this.sent.add(bytes.len());
        }
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.document {
            Document::Whole(bytes) => {
                SizeHint::with_exact((self.head.as_ref().map_or(0, Bytes::len) + bytes.len()) as u64)
            }
            Document::Pieces(_) => SizeHint::default(),
        }
    }
}
