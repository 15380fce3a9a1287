//! `ecps_approve_to_inbox`: from the owner's yes on the telephone to the inbox.
//!
//! Ours asks the provider once in an interval; how much of one is left when the owner says yes is chance. So both clocks
//! start when the question that brings the tokens reaches the provider, which notes when on a clock of its own: the
//! telephone of [`site::provider`] tells both. One line a flight, of the floor:
//!
//! ```text
//!   provider  POST token                                    ─▶ tokens
//!   provider  GET userinfo,  mail AUTHENTICATE + SELECT     ─▶ name, number of messages
//!   mail      FETCH of the 50 newest                        ─▶ rows
//! ```

use crate::doors::{self, Way};
use crate::floor::{self, Town, Whose};
use crate::http;
use crate::kiosk::{Kiosk, What};
use crate::secure::Stream;
use anyhow::{Context, Result, ensure};
use flow::Touch;
use serde_json::{Value, json};
use site::mail::{DOCTOR, PERSONAL};
use site::provider::{AUTH_HOST, CLIENT, CLIENT_SECRET, control};
use std::thread;
use std::time::{Duration, Instant};

/// The doctor's number as it is typed: without the leading 8.
const TYPED: &str = "99700012345";
/// Between two questions, as the provider says.
const INTERVAL: Duration = Duration::from_secs(1);
/// Until the owner has found the telephone: ours has asked once in vain.
const FOUND: Duration = Duration::from_millis(1_300);
/// Looks at the provider's clock; the quickest answer counts.
const LOOKS: usize = 5;

/// The telephone, and the script.
pub struct Door {
    control: u16,
    town: Town,
}

impl Door {
    /// The door of this place.
    pub fn new(town: &Value, place: &Value) -> Result<Self> {
        let control_port = u16::try_from(town["control"].as_u64().context("no control port")?)?;
        control(control_port, "/fault", &json!({ "ack": { "interval": INTERVAL.as_secs() } }))?;
        Ok(Self { control: control_port, town: Town::new(town, place)? })
    }

    /// One visit on the kiosk.
    pub fn ours(&self, kiosk: &Kiosk) -> Result<Way> {
        let (panel, notes) = (&kiosk.panel, &kiosk.panel.notes);
        notes.clear();
        panel.send(Touch::WithoutCard);
        notes.wait(&What::Drawn("enter_number"))?;
        for digit in TYPED.bytes().map(|byte| byte - b'0') {
            panel.send(Touch::Digit(digit));
        }
        panel.send(Touch::Submit);
        notes.wait(&What::Drawn("phone"))?;
        thread::sleep(FOUND);
        notes.clear();
        self.approve()?;
        let drawn = notes.wait(&What::Drawn("rows"))?;
        let start = self.answered()?;
        let mut way = Way::new();
        for what in ["approved", "mailbox", "rows"] {
            way.extend(notes.of(&What::Shown(what)).map(|at| (what, at.saturating_duration_since(start))));
        }
        way.push(("drawn", drawn.saturating_duration_since(start)));
        doors::finish(kiosk)?;
        Ok(way)
    }

    /// One run of the script.
    pub fn floor(&self, kiosk: &Kiosk) -> Result<Way> {
        let (host, path) = self.town.back_channel();
        let mut script = Script { back: self.town.provider(AUTH_HOST)?, host, path };
        let mut mail = self.town.mail()?;
        let form =
            format!("scope=openid%20scope_all&login_hint={DOCTOR}&binding_message=42&acr_values=eidas1&channel=MOBILE");
        let asked = script.post("ext/ciba/auth", &form)?;
        let request = asked["auth_req_id"].as_str().with_context(|| format!("not asked: {asked}"))?;
        let form = format!("grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba&auth_req_id={request}");
        thread::sleep(INTERVAL);
        let pending = script.post("token", &form)?;
        ensure!(pending["error"] == "authorization_pending", "nobody was waited for: {pending}");
        thread::sleep(FOUND.saturating_sub(INTERVAL));
        self.approve()?;
        thread::sleep(INTERVAL);
        let ((tokens, rows), drawn) = doors::beneath(kiosk, "phone", || {
            let answer = script.post("token", &form)?;
            let tokens = Instant::now();
            let token = answer["access_token"].as_str().with_context(|| format!("no token: {answer}"))?;
            let userinfo = format!("{}/userinfo", script.path);
            let whose = Whose { userinfo: &userinfo, host: &script.host, token, address: PERSONAL };
            whose.rows(&mut script.back, &mut mail)?;
            Ok((tokens, Instant::now()))
        })?;
        let start = self.answered()?;
        let since = |at: Instant| at.saturating_duration_since(start);
        Ok(vec![("tokens", since(tokens)), ("rows", since(rows)), ("drawn", since(drawn))])
    }

    fn approve(&self) -> Result<()> {
        control(self.control, "/phone/answer", &json!({ "how": "approve" })).map(|_| ())
    }

    /// When the question that brought the last tokens reached the provider, on our clock.
    fn answered(&self) -> Result<Instant> {
        let mut best: Option<(Duration, Instant, Value)> = None;
        for _ in 0..LOOKS {
            let before = Instant::now();
            let seen = control(self.control, "/phone", &json!({}))?;
            let took = before.elapsed();
            if best.as_ref().is_none_or(|(least, ..)| took < *least) {
                best = Some((took, before + took / 2, seen));
            }
        }
        let (_, middle, seen) = best.context("the provider has no clock")?;
        let ring = seen["rings"].as_array().and_then(|rings| rings.last()).context("no telephone rang")?;
        let poll = ring["polls"].as_array().and_then(|polls| polls.last()).context("nobody asked")?;
        ensure!(poll["answer"] == "tokens", "the last question brought {}", poll["answer"]);
        let ago = seen["now"].as_f64().zip(poll["at"].as_f64()).map(|(now, at)| now - at).context("no times")?;
        Ok(middle - Duration::from_secs_f64(ago.max(0.0) / 1000.0))
    }
}

/// The script's connection to the provider.
struct Script {
    back: Stream,
    host: String,
    /// What all endpoints have in common.
    path: String,
}

impl Script {
    fn post(&mut self, at: &str, form: &str) -> Result<Value> {
        let headers = floor::client(CLIENT, CLIENT_SECRET);
        http::ask(&mut self.back, &format!("POST {}/{at}", self.path), &self.host, &headers, form)?;
        Ok(serde_json::from_slice(&http::hear(&mut self.back)?.body)?)
    }
}
