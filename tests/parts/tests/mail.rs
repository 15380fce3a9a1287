//! The mailbox against Debian's Dovecot, over real DNS and TLS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[path = "mail/change.rs"]
mod change;
#[path = "login/desk.rs"]
#[allow(dead_code, reason = "the login tests use the rest")]
mod desk;
#[path = "mail/list.rs"]
mod list;
#[path = "mail/live.rs"]
mod live;
#[path = "mail/order.rs"]
mod order;
mod place;
#[path = "mail/provider.rs"]
mod provider;
#[path = "mail/reach.rs"]
mod reach;
#[path = "mail/read.rs"]
mod read;
#[path = "mail/renewal.rs"]
mod renewal;
#[path = "mail/rights.rs"]
mod rights;
#[path = "mail/save.rs"]
mod save;
#[path = "mail/search.rs"]
mod search;

use std::collections::BTreeMap;
use std::time::Duration;

use mail::{Error, Mailbox, News, Opened, Page, ServerSource, Settings, Tls};
use place::{Place as Site, roots, token};
use secrecy::SecretString;
use site::dns::{self, Service};
use site::mail::{Options, PERSONAL};

impl Site {
    fn start() -> Site {
        Site::with(Options::default())
    }

    fn with(options: Options) -> Site {
        Site::set_up(options, |mail| dns::Options {
            imap: Service::here(mail.imap()),
            imaps: Service::here(mail.imaps()),
            ..Default::default()
        })
    }

    fn settings(&self, tls: Tls) -> Settings {
        self.settings_for(ServerSource::Fixed(self.imap(tls)))
    }

    fn settings_for(&self, source: ServerSource) -> Settings {
        let mut settings = Settings::new(source, roots(&self.pki.mail_ca()));
        settings.dns = Some(self.dns.address());
        settings
    }

    /// More configuration for Dovecot, which starts again with it.
    fn configure(&mut self, lines: &str) {
        let file = self.dir.path().join("dovecot/dovecot.conf");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n{lines}\n")).unwrap();
        self.mail.restart().unwrap();
    }

    /// UIDs that Dovecot's own tool finds in a folder, in order.
    fn uids(&self, folder: &str, key: &[&str]) -> Vec<u32> {
        let arguments = [&["search", "-u", PERSONAL, "mailbox", folder], key].concat();
        let lines = self.mail.doveadm(&arguments, b"").unwrap();
        let mut uids: Vec<u32> = lines.lines().map(|l| l.split(' ').next_back().unwrap().parse().unwrap()).collect();
        uids.sort_unstable();
        uids
    }

    /// A field of every message of a folder, by UID, as Dovecot's own tool gives it.
    fn field(&self, folder: &str, field: &str) -> BTreeMap<u32, String> {
        let fields = format!("uid {field}");
        let lines =
            self.mail.doveadm(&["-f", "tab", "fetch", "-u", PERSONAL, &fields, "mailbox", folder], b"").unwrap();
        let pairs = lines.lines().skip(1).map(|line| line.split_once('\t').unwrap());
        pairs.map(|(uid, value)| (uid.parse().unwrap(), value.to_owned())).collect()
    }

    async fn open(&self, tls: Tls) -> Opened {
        open(&self.settings(tls), PERSONAL, &token()).await.unwrap()
    }
}

async fn open(settings: &Settings, address: &str, token: &SecretString) -> Result<Opened, Error> {
    Mailbox::prepare(settings, address).await?.open(address, token.clone(), 50).await
}

/// News of the mail, or that there will be none.
async fn news(opened: &mut Opened) -> News {
    loop {
        match any_news(opened).await {
            News::Renewing(_) => {}
            other => return other,
        }
    }
}

async fn any_news(opened: &mut Opened) -> News {
    tokio::time::timeout(Duration::from_secs(20), opened.news.recv()).await.expect("no news").expect("no session")
}

fn shown(page: &Page) -> Vec<u32> {
    page.rows.iter().map(|row| row.uid).collect()
}

/// Most memory this process has had since [`watch_memory`], in bytes above what it had then.
fn peak_since(before: u64) -> u64 {
    memory("VmHWM:").saturating_sub(before)
}

/// Forgets the peak so far (proc(5), `clear_refs`), and says how much memory there is now.
fn watch_memory() -> u64 {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    memory("VmRSS:")
}

fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
