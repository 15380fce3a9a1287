//! The phone of the e-CPS, and the proxy that may ask it.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Provider;

/// What a phone shows, and what the provider was asked about it since.
#[derive(Clone, Debug)]
pub struct Ring {
    /// National identifier of its owner.
    pub who: String,
    /// The two digits on it.
    pub binding: String,
    /// `channel`, `scope` and `acr_values` of the request.
    pub asked_with: [String; 3],
    /// `pending`, `approve` or `refuse`.
    pub state: String,
    /// When a question came, in milliseconds on the provider's own clock, and what it was answered.
    pub polls: Vec<(f64, String)>,
}

impl Ring {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        let poll = |poll: &Value| Some((poll.get("at")?.as_f64()?, poll.get("answer")?.as_str()?.to_owned()));
        Some(Self {
            who: text("who")?,
            binding: text("binding")?,
            asked_with: ["channel", "scope", "acr_values"].map(|name| text(name).unwrap_or_default()),
            state: text("state")?,
            polls: value.get("polls")?.as_array()?.iter().filter_map(poll).collect(),
        })
    }

    /// Milliseconds between one question and the next.
    #[must_use]
    pub fn gaps(&self) -> Vec<f64> {
        self.polls.iter().zip(self.polls.iter().skip(1)).map(|(one, next)| next.0 - one.0).collect()
    }
}

impl Provider {
    /// Every phone that has rung, the last one last.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn phones(&self) -> Result<Vec<Ring>> {
        let seen = self.control("/phone", &json!({}))?;
        let rings = seen.get("rings").and_then(Value::as_array).context("no phones in the answer")?;
        Ok(rings.iter().filter_map(Ring::read).collect())
    }

    /// The owner of the phone that rang last approves.
    ///
    /// # Errors
    /// When no phone rings, or the provider does not answer.
    pub fn approve(&self) -> Result<()> {
        self.control("/phone/answer", &json!({ "how": "approve" })).map(|_| ())
    }

    /// Somebody else approves on the phone that rang last.
    ///
    /// # Errors
    /// As [`Provider::approve`].
    pub fn approve_as(&self, national_id: &str) -> Result<()> {
        self.control("/phone/answer", &json!({ "how": "approve", "as": national_id })).map(|_| ())
    }

    /// The owner of the phone that rang last refuses.
    ///
    /// # Errors
    /// As [`Provider::approve`].
    pub fn refuse(&self) -> Result<()> {
        self.control("/phone/answer", &json!({ "how": "refuse" })).map(|_| ())
    }

    /// Where the proxy e-Santé in front of this provider listens.
    #[must_use]
    pub fn proxy_url(&self) -> String {
        format!("https://{}:{}", super::AUTH_HOST, self.number("proxy"))
    }

    /// How many sessions the proxy holds.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub fn proxy_sessions(&self) -> Result<u64> {
        self.control("/proxy", &json!({}))?.get("open").and_then(Value::as_u64).context("no count in the answer")
    }
}
