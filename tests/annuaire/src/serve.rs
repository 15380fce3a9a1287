//! HTTP: the gateway with its key and its limit, the FHIR service behind it, the white list beside it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, LOCATION, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use pki::Pair;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use url::form_urlencoded;

use crate::fault::{Fault, Faults};
use crate::limit::Limit;
use crate::search::{Question, TYPES};
use crate::white::White;
use crate::{KEY, Options, REVOKED, resource};

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A question and the places of the answers not shown yet.
type Rest = (Arc<Question>, Vec<usize>);

/// A request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its path.
    pub path: String,
    /// Its parameters, decoded, in their order.
    pub parameters: Vec<(String, String)>,
    /// Whether it carried a key.
    pub key: bool,
    /// The version it said it has (`If-None-Match`).
    pub version: Option<String>,
}

impl Seen {
    /// The value of a parameter, if it was there.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}

/// Everything the server knows.
pub(crate) struct Server {
    base: String,
    path: String,
    resources: Vec<Value>,
    pages: Mutex<HashMap<String, Rest>>,
    limit: Limit,
    pub(crate) faults: Faults,
    pub(crate) white: White,
    seen: Mutex<Vec<Seen>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// TLS as the site's other servers speak it.
pub(crate) fn tls(pair: &Pair) -> Result<TlsAcceptor> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(&pair.cert)?.collect::<Result<_, _>>().context("certificate")?;
    let key = PrivateKeyDer::from_pem_file(&pair.key).context("key")?;
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until told to stop.
pub(crate) async fn accept(
    listener: std::net::TcpListener,
    tls: TlsAcceptor,
    server: Arc<Server>,
    mut stopped: oneshot::Receiver<()>,
) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let stream = tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
        };
        let (tls, server) = (tls.clone(), Arc::clone(&server));
        tokio::spawn(async move {
            let Ok(stream) = tls.accept(stream).await else { return };
            let service = service_fn(move |request| {
                let server = Arc::clone(&server);
                async move { server.answer(request).await }
            });
            // A client that leaves is nobody's error.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Counts a request as long as it is being answered.
struct Busy(Arc<Server>);

impl Busy {
    fn new(server: &Arc<Server>) -> Self {
        let now = server.now.fetch_add(1, Ordering::SeqCst) + 1;
        server.most.fetch_max(now, Ordering::SeqCst);
        Busy(Arc::clone(server))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Server {
    pub(crate) fn new(base: &str, options: &Options) -> Self {
        let path = base.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
        Self {
            base: base.to_owned(),
            path,
            resources: resource::all(options.crowd),
            pages: Mutex::default(),
            limit: Limit::new(options.calls_a_second),
            faults: Faults::default(),
            white: White::new(),
            seen: Mutex::default(),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn at_once(&self) -> (usize, usize) {
        (self.now.load(Ordering::SeqCst), self.most.load(Ordering::SeqCst))
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
        let busy = Busy::new(&self);
        let path = request.uri().path().to_owned();
        let parameters: Vec<(String, String)> =
            form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
        let said = |value: Option<&HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let key = said(request.headers().get("ESANTE-API-KEY"));
        let version = said(request.headers().get(IF_NONE_MATCH));
        let seen = Seen { path: path.clone(), parameters: parameters.clone(), key: key.is_some(), version };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        let mut next_at = None;
        match self.faults.take() {
            Some(Fault::Late(delay)) => tokio::time::sleep(delay).await,
            Some(Fault::Silent) => std::future::pending().await,
            Some(Fault::NextAt(url)) => next_at = Some(url),
            Some(fault) => return wrong(fault, busy),
            None => {}
        }
        if request.method() != Method::GET {
            return Ok(gateway(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"));
        }
        if path == "/listeblanchemssante.xml" {
            return Ok(self.white_list(&request));
        }
        // Gravitee, the gateway in front of the service, answers in JSON of its own.
        match key.as_deref() {
            Some(KEY) => {}
            Some(REVOKED) => return Ok(gateway(StatusCode::FORBIDDEN, "Forbidden")),
            _ => return Ok(gateway(StatusCode::UNAUTHORIZED, "Unauthorized")),
        }
        if !self.limit.admits() {
            return Ok(gateway(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded"));
        }
        Ok(self.fhir(&path, &parameters, next_at))
    }

    fn fhir(&self, path: &str, parameters: &[(String, String)], next_at: Option<String>) -> Response<Body> {
        let Some(resource) = path.strip_prefix(&self.path).and_then(|rest| rest.strip_prefix('/')) else {
            return gateway(StatusCode::NOT_FOUND, "No context-path matches the request URI.");
        };
        if resource == "metadata" {
            return fhir(
                StatusCode::OK,
                &json!({ "resourceType": "CapabilityStatement", "status": "active",
                "fhirVersion": "4.0.1", "format": ["application/fhir+json", "json"] }),
            );
        }
        if resource == "_page" {
            let id = parameters.iter().find(|(name, _)| name == "id").map(|(_, id)| id.as_str()).unwrap_or_default();
            let page = self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
            return match page {
                Some((question, matches)) => self.page(&question, matches, None, next_at),
                // With a success, as seen.
                None => fhir(StatusCode::OK, &outcome("processing", "Page inconnue ou expirée")),
            };
        }
        if !TYPES.contains(&resource) {
            let text = format!("HAPI-0302: Unknown resource type '{resource}' - Server knows how to handle: {TYPES:?}");
            return fhir(StatusCode::BAD_REQUEST, &outcome("processing", &text));
        }
        match Question::read(resource, parameters) {
            Err(text) => fhir(StatusCode::INTERNAL_SERVER_ERROR, &outcome("exception", &text)),
            Ok(question) => {
                let matches = question.matches(&self.resources);
                let total = question.total.then_some(matches.len());
                self.page(&Arc::new(question), matches, total, next_at)
            }
        }
    }

    /// The first page of these matches, with the way to the others.
    fn page(
        &self,
        question: &Arc<Question>,
        mut matches: Vec<usize>,
        total: Option<usize>,
        next_at: Option<String>,
    ) -> Response<Body> {
        let rest = matches.split_off(question.count.min(matches.len()));
        let entries = question.entries(&self.base, &self.resources, &matches);
        let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "id": "207ab354-essai", "entry": entries,
            "link": [{ "relation": "self", "url": self.base }] });
        if let (Some(total), Some(fields)) = (total, bundle.as_object_mut()) {
            fields.insert("total".to_owned(), json!(total));
        }
        if !rest.is_empty() {
            let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
            let id = format!("u0AmXEZS9W7Bbdpqas6XBPLbNGQlIioFziyluVFRcw6zn5FNdpclx0zQ-{}", pages.len());
            let url = next_at.unwrap_or_else(|| format!("{}/_page?id={id}", self.base));
            pages.insert(id, (Arc::clone(question), rest));
            let links = bundle.get_mut("link").and_then(Value::as_array_mut);
            links.into_iter().for_each(|links| links.insert(0, json!({ "relation": "next", "url": url })));
        }
        fhir(StatusCode::OK, &bundle)
    }

    fn white_list(&self, request: &Request<Incoming>) -> Response<Body> {
        let (list, etag) = self.white.get();
        let known = request.headers().get(IF_NONE_MATCH).and_then(|etag| etag.to_str().ok());
        let mut response = if known == Some(etag.as_str()) {
            sized(StatusCode::NOT_MODIFIED, "text/xml", Vec::new())
        } else {
            sized(StatusCode::OK, "text/xml", list)
        };
        if let Ok(etag) = etag.parse() {
            response.headers_mut().insert(ETAG, etag);
        }
        response
    }
}

fn outcome(code: &str, text: &str) -> Value {
    json!({ "resourceType": "OperationOutcome", "issue": [
        { "severity": "error", "code": code, "diagnostics": text }] })
}

fn fhir(status: StatusCode, body: &Value) -> Response<Body> {
    sized(status, "application/fhir+json;charset=UTF-8", body.to_string().into_bytes())
}

fn gateway(status: StatusCode, message: &str) -> Response<Body> {
    let body = json!({ "message": message, "http_status_code": status.as_u16() });
    sized(status, "application/json", body.to_string().into_bytes())
}

fn sized(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response<Body> {
    let body = Full::new(Bytes::from(body)).map_err(|never: Infallible| match never {}).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}

/// An answer that is wrong in the way asked for.
fn wrong(fault: Fault, busy: Busy) -> Result<Response<Body>, io::Error> {
    let status = |code: u16| StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(match fault {
        Fault::TooMany(after) => {
            let mut response = gateway(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded");
            if let Some(after) = after {
                response.headers_mut().insert(RETRY_AFTER, after.into());
            }
            response
        }
        Fault::Status(code) => sized(status(code), "text/html", Vec::new()),
        Fault::Outcome(code, kind, text) => fhir(status(code), &outcome(kind, text)),
        Fault::Body(body) => sized(StatusCode::OK, "application/fhir+json;charset=UTF-8", body),
        Fault::Redirect(url) => {
            let mut response = sized(StatusCode::FOUND, "text/html", Vec::new());
            if let Ok(url) = url.parse() {
                response.headers_mut().insert(LOCATION, url);
            }
            response
        }
        Fault::Announced(length) => {
            let mut response = endless(busy);
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
            response
        }
        Fault::Endless => endless(busy),
        Fault::Cut => {
            let pieces =
                [Ok(Frame::data(Bytes::from_static(b"{\"resourceType\":\"Bun"))), Err(io::Error::other("cut"))];
            Response::new(StreamBody::new(futures::stream::iter(pieces)).boxed_unsync())
        }
        // An error of the service closes the connection.
        Fault::Dropped | Fault::Late(_) | Fault::Silent | Fault::NextAt(_) => return Err(io::Error::other("dropped")),
    })
}

/// JSON that goes on and on. It keeps the request busy as long as somebody reads.
fn endless(busy: Busy) -> Response<Body> {
    let head = Bytes::from_static(b"{\"resourceType\":\"Bundle\",\"entry\":[");
    let pieces = std::iter::once(head).chain(std::iter::repeat(Bytes::from("{\"resource\":{}},".repeat(4_096))));
    let stream = futures::stream::iter(pieces.map(move |piece| {
        let _ = &busy;
        Ok(Frame::data(piece))
    }));
    Response::new(StreamBody::new(stream).boxed_unsync())
}
