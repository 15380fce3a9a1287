//! Canaille, what an establishment would configure for it, and somebody at the desk.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use forms::{Hints, Meaning, Page, Purpose, Want};
use login::{ClientAuth, Conversation, Door, Error, Session, Settings, Step, Url};
use pki::Pki;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use site::canaille::{CLIENT, CLIENT_SECRET, Canaille, Options, PASSWORD, REDIRECT};

/// What Canaille says in English on its French pages.
pub const HINTS: &str = r#"
    [[rule]]
    words = { "Too many attempts" = "Patientez {n} secondes.", "Too much attempts" = "Trop d’essais : attendez {n} secondes." }
"#;

pub struct Office {
    pub provider: Canaille,
    pki: Pki,
    _dir: tempfile::TempDir,
}

impl Office {
    pub fn open() -> Self {
        Self::with(&Options::default())
    }

    pub fn with(options: &Options) -> Self {
        let (pki, dir) = (Pki::shared().unwrap(), tempfile::tempdir().unwrap());
        let provider = Canaille::start(dir.path(), &pki, options).unwrap();
        Self { provider, pki, _dir: dir }
    }

    pub fn settings(&self) -> Settings {
        let at = |text: &str| Url::parse(text).unwrap();
        let mut settings = Settings::new(at(&self.provider.discovery()), &self.provider.url(), CLIENT, at(REDIRECT));
        settings.client_auth = ClientAuth::Basic(CLIENT_SECRET.into());
        settings.post_logout_redirect_uri = Some(at(&format!("{REDIRECT}/fin")));
        settings.scopes = ["profile", "email", "phone"].map(str::to_owned).to_vec();
        settings.allowed_hosts = vec![self.provider.host()];
        settings.roots = vec![der(&self.pki.provider_ca())];
        settings.hosts.insert("localhost".into(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        settings
    }

    pub async fn enter(&self) -> Person {
        Person::enter(self.settings()).await.unwrap()
    }

    /// As far as the page after the password.
    pub async fn past_password(&self, login: &str) -> Person {
        let mut person = self.enter().await;
        person.says(Meaning::Continue, &[(Want::Login, login)]).await;
        person.says(Meaning::Continue, &[(Want::Password, PASSWORD)]).await;
        person
    }
}

pub fn der(path: &Path) -> Vec<u8> {
    CertificateDer::from_pem_file(path).unwrap().to_vec()
}

/// Somebody who answers pages.
pub struct Person {
    pub conversation: Conversation,
    pub page: Page,
}

impl Person {
    pub async fn enter(settings: Settings) -> Result<Self, Error> {
        let hints: Hints = toml::from_str(HINTS).unwrap();
        let (conversation, step) = Door::prepare(settings).await?.enter(hints).await?;
        let Step::Page(page) = step else { panic!("{step:?}") };
        Ok(Self { conversation, page })
    }

    /// One answer, whatever comes of it.
    pub async fn tries(&mut self, meaning: Meaning, values: &[(Want, &str)]) -> Result<Step, Error> {
        let page = &self.page;
        let way = page.way(meaning).unwrap_or_else(|| panic!("no {meaning:?} on {page:?}"));
        let field = |want: Want| page.field(want).unwrap_or_else(|| panic!("no {want:?} on {page:?}"));
        let values: Vec<_> = values.iter().map(|(want, text)| (field(*want), (*text).into())).collect();
        let step = self.conversation.answer(way, &values).await;
        if let Ok(Step::Page(page)) = &step {
            self.page = page.clone();
        }
        step
    }

    /// One answer that another page follows.
    pub async fn says(&mut self, meaning: Meaning, values: &[(Want, &str)]) -> &Page {
        let step = self.tries(meaning, values).await.unwrap();
        assert!(matches!(step, Step::Page(_)), "{step:?}");
        &self.page
    }

    /// One answer that opens the door.
    pub async fn opens(&mut self, meaning: Meaning, values: &[(Want, &str)]) -> Session {
        match self.tries(meaning, values).await.unwrap() {
            Step::Open(session) => session,
            Step::Page(page) => panic!("{page:?}, {:?}", page.errors),
        }
    }

    /// A code, then consent.
    pub async fn agrees(&mut self, code: &str) -> Session {
        let page = self.says(Meaning::Continue, &[(Want::Code, code)]).await;
        assert_eq!(page.purpose, Purpose::Consent, "{:?}", page.errors);
        self.opens(Meaning::Accept, &[]).await
    }
}
