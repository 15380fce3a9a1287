//! A desk where people come without their card.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use login::national::Rules;
use login::{Asked, Binding, Door, Error, NationalId, Session, Settings, Url, Waiting};
use serde_json::json;
use site::provider::{Options, Ring};

use crate::desk::Desk;

/// The invented people have invented check digits.
pub fn id(text: &str) -> NationalId {
    NationalId::typed(text, &Rules { check_digit: false, ..Rules::default() }).unwrap()
}

/// The doctor.
pub fn doctor() -> NationalId {
    id("899700012345")
}

impl Desk {
    /// With a provider that wants to be asked every second.
    pub fn quick() -> Self {
        Self::quick_with(Options::default())
    }

    pub fn quick_with(options: Options) -> Self {
        let desk = Self::with(options);
        desk.every_second(json!({}));
        desk
    }

    /// Faults, beside the interval of a second.
    pub fn every_second(&self, mut fault: serde_json::Value) {
        let ack = fault["ack"].as_object().cloned().unwrap_or_default();
        fault["ack"] = json!({ "interval": 1 });
        fault["ack"].as_object_mut().unwrap().extend(ack);
        self.provider.fault(&fault).unwrap();
    }

    /// Asks the doctor's phone.
    pub async fn ring(&self) -> Result<Asked, Error> {
        ring(self.settings()).await
    }

    /// The phone that rang last.
    pub fn phone(&self) -> Ring {
        self.provider.phones().unwrap().pop().expect("a phone rings")
    }

    /// Until the provider has been asked so often about the phone that rang last; a question may take six seconds to
    /// come.
    pub async fn asked_times(&self, times: usize) {
        for _ in 0..400 {
            if self.provider.phones().unwrap().last().is_some_and(|ring| ring.polls.len() >= times) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("not asked {times} times: {:?}", self.phone().polls);
    }

    /// Settings for the proxy of this site.
    pub fn by_proxy(&self) -> Settings {
        let mut settings = self.settings();
        // The secret is the proxy's affair.
        settings.client_auth = login::ClientAuth::None;
        let base = Url::parse(&self.provider.proxy_url()).unwrap();
        settings.allowed_hosts.push(format!("{}:{}", base.host_str().unwrap(), base.port().unwrap()));
        settings.proxy = Some(login::Proxy::new(base));
        settings
    }
}

/// Asks the doctor's phone.
pub async fn ring(settings: Settings) -> Result<Asked, Error> {
    Door::prepare(settings).await?.ask_phone(&doctor(), Binding::draw()?).await
}

/// Somebody waiting beside the test, and what they were told meanwhile.
pub struct Queue {
    pub told: Arc<Mutex<Vec<Waiting>>>,
    waiting: tokio::task::JoinHandle<Result<Session, Error>>,
}

impl Queue {
    pub fn join(asked: Asked) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let note = Arc::clone(&told);
        let waiting = tokio::spawn(asked.wait(move |news| note.lock().unwrap().push(news)));
        Self { told, waiting }
    }

    pub fn told(&self) -> Vec<Waiting> {
        self.told.lock().unwrap().clone()
    }

    /// Goes away.
    pub async fn leave(self) {
        self.waiting.abort();
        assert!(self.waiting.await.is_err_and(|error| error.is_cancelled()), "still waiting");
    }

    /// What became of it.
    pub async fn end(self) -> Result<Session, Error> {
        tokio::time::timeout(Duration::from_secs(60), self.waiting).await.expect("no end").unwrap()
    }
}
