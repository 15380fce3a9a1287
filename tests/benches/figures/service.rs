//! `org_code_to_inbox`: from «Valider» under the code of an authenticator application to the inbox of a service.
//!
//! The provider is Canaille, whose pages the floor fills in as ours does; both log in anew each time. One line a flight,
//! of the floor:
//!
//! ```text
//!   provider  POST the code                                 ─▶ 302
//!   provider  GET authorize                                 ─▶ 302 with the authorization code
//!   provider  POST token                                    ─▶ tokens
//!   provider  GET userinfo,  mail AUTHENTICATE + SELECT     ─▶ name, number of messages
//!   mail      FETCH of all rows                             ─▶ rows
//! ```

use crate::doors::{self, Way};
use crate::floor::{self, CHALLENGE, VERIFIER, Whose};
use crate::http::{self, Answer, Cookies};
use crate::kiosk::{Kiosk, What};
use crate::secure::{self, Stream};
use crate::visit::{SUBMIT, TYPING};
use anyhow::{Context, Result, ensure};
use flow::{Key, Touch};
use rustls::RootCertStore;
use serde_json::Value;
use site::canaille::{CLIENT, CLIENT_SECRET, PASSWORD, PAUL, totp};
use site::mail::SHARED;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// The registered redirect address as an answer leads to it, and in a form.
const RETURN: &str = "/retour";
const REDIRECT: &str = "https%3A%2F%2Fguichet.mss.test%2Fretour";

/// One visit on the kiosk. The first one consents.
pub fn ours(kiosk: &Kiosk) -> Result<Way> {
    let (panel, notes) = (&kiosk.panel, &kiosk.panel.notes);
    let answers = |text: &str| {
        text.chars().for_each(|letter| panel.send(Touch::Key(Key(letter))));
        panel.send(Touch::Submit);
    };
    notes.clear();
    panel.send(Touch::ServiceDoor);
    notes.wait(&What::Drawn("login"))?;
    answers(PAUL);
    notes.wait(&What::Drawn("password"))?;
    answers(PASSWORD);
    notes.wait(&What::Drawn("code"))?;
    for digit in totp().bytes().map(|byte| byte - b'0') {
        thread::sleep(TYPING);
        panel.send(Touch::Digit(digit));
    }
    notes.wait(&What::Drawn("typed"))?;
    thread::sleep(TYPING);
    notes.clear();
    panel.touch(SUBMIT);
    notes.wait_any(&[What::Drawn("rows"), What::Drawn("consent")])?;
    if notes.of(&What::Drawn("consent")).is_some() {
        panel.send(Touch::Confirm);
    }
    let drawn = notes.wait(&What::Drawn("rows"))?;
    let start = notes.wait(&What::Touched)?;
    let mut way = Way::new();
    for what in ["mailbox", "rows"] {
        way.extend(notes.of(&What::Shown(what)).map(|at| (what, at.saturating_duration_since(start))));
    }
    way.push(("drawn", drawn.saturating_duration_since(start)));
    doors::finish(kiosk)?;
    Ok(way)
}

/// The operator as the script knows it.
pub struct Door {
    host: String,
    at: SocketAddr,
    imap: u16,
    provider_roots: Arc<RootCertStore>,
    mail_roots: Arc<RootCertStore>,
}

impl Door {
    /// The door of this place.
    pub fn new(town: &Value, place: &Value) -> Result<Self> {
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).context("an incomplete town");
        let host = text(town, "office")?;
        let port = host.rsplit_once(':').context("the service's provider has no port")?.1.parse()?;
        Ok(Self {
            host,
            at: SocketAddr::new(text(place, "provider")?.parse::<IpAddr>()?, port),
            imap: u16::try_from(place["office_imap"].as_u64().context("no mail server of a service")?)?,
            provider_roots: secure::roots(Path::new(&text(town, "provider_ca")?))?,
            mail_roots: secure::roots(Path::new(&text(town, "mail_ca")?))?,
        })
    }

    /// One run of the script.
    pub fn floor(&self, kiosk: &Kiosk) -> Result<Way> {
        let mut pages = self.code_page()?;
        let mut mail = floor::greet(self.imap, &self.mail_roots)?;
        let code = totp();
        thread::sleep(TYPING);
        let mut start = Instant::now();
        let ((tokens, rows), drawn) = doors::beneath(kiosk, "checked", || {
            start = Instant::now();
            let location = pages.answer(&format!("otp={code}&action=confirm"))?;
            let location = location.context("the provider shows a page after the code")?;
            let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
            let code = code.with_context(|| format!("no code: {location}"))?;
            let form =
                format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&code_verifier={VERIFIER}");
            let headers = floor::client(CLIENT, CLIENT_SECRET);
            http::ask(&mut pages.stream, "POST /oauth/token", &self.host, &headers, &form)?;
            let answer: Value = serde_json::from_slice(&http::hear(&mut pages.stream)?.body)?;
            let tokens = start.elapsed();
            let token = answer["access_token"].as_str().with_context(|| format!("no token: {answer}"))?;
            let whose = Whose { userinfo: "/oauth/userinfo", host: &self.host, token, address: SHARED };
            whose.rows(&mut pages.stream, &mut mail)?;
            Ok::<(Duration, Duration), anyhow::Error>((tokens, start.elapsed()))
        })?;
        Ok(vec![("tokens", tokens), ("rows", rows), ("drawn", drawn.saturating_duration_since(start))])
    }

    /// Login and password, up to the page that asks for the code.
    fn code_page(&self) -> Result<Pages> {
        let stream = secure::secure(secure::tcp(self.at)?, "localhost", &self.provider_roots)?;
        let mut pages = Pages {
            stream,
            host: self.host.clone(),
            cookies: Cookies::default(),
            path: String::new(),
            token: String::new(),
        };
        let authorize = format!(
            "/oauth/authorize?response_type=code&client_id={CLIENT}&redirect_uri={REDIRECT}&scope=openid%20profile%20email\
             &state=etat&nonce=unique&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        pages.walk(authorize)?;
        pages.answer(&format!("login={PAUL}"))?;
        pages.answer(&format!("username={PAUL}&password={}", PASSWORD.replace('!', "%21")))?;
        ensure!(pages.path.ends_with("/auth/otp"), "the provider leads to {}", pages.path);
        Ok(pages)
    }
}

/// A walk through the provider's pages.
struct Pages {
    stream: Stream,
    host: String,
    cookies: Cookies,
    /// The page it stands on, and the token of its form.
    path: String,
    token: String,
}

impl Pages {
    /// Goes there, and on to a page. Gives the address where the provider leads back to the kiosk instead.
    fn walk(&mut self, mut path: String) -> Result<Option<String>> {
        loop {
            http::ask(&mut self.stream, &format!("GET {path}"), &self.host, &self.cookies.header(), "")?;
            let answer = http::hear(&mut self.stream)?;
            self.cookies.keep(&answer);
            if answer.status / 100 != 3 {
                self.token = token(&answer)?;
                self.path = path;
                return Ok(None);
            }
            answer.location()?.clone_into(&mut path);
            if path.starts_with(RETURN) {
                return Ok(Some(path));
            }
        }
    }

    /// Fills in the form of the page it stands on.
    fn answer(&mut self, fields: &str) -> Result<Option<String>> {
        let headers = format!(
            "{}Referer: https://{host}{}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.cookies.header(),
            self.path,
            host = self.host
        );
        let body = format!("csrf_token={}&{fields}", self.token);
        http::ask(&mut self.stream, &format!("POST {}", self.path), &self.host, &headers, &body)?;
        let answer = http::hear(&mut self.stream)?;
        self.cookies.keep(&answer);
        ensure!(answer.status / 100 == 3, "{} is answered by {}", self.path, answer.status);
        let location = answer.location()?.to_owned();
        if location.starts_with(RETURN) { Ok(Some(location)) } else { self.walk(location) }
    }
}

/// The token of a page's form.
fn token(answer: &Answer) -> Result<String> {
    ensure!(answer.status == 200, "the provider says {}", answer.status);
    let page = String::from_utf8_lossy(&answer.body);
    let (_, rest) = page.split_once("name=\"csrf_token\"").context("a page without a form")?;
    let (_, rest) = rest.split_once("value=\"").context("a form without a token")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
