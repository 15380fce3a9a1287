//! `reconnect`: a line that was cut and works again, up to an inbox that answers.
//!
//! A session finds its way back by itself, with pauses of 0, 1, 2 and 4 s between tries, which spare a server that is not
//! well. How long after the line works again the next try comes is therefore chance and no cost: the clock starts when
//! that try reaches the line, which notes it. The pause itself stands in the details.
//!
//! What is asked for while the line is down is a page, as somebody who turns one over asks for it, or the list anew, as
//! «Actualiser» does: that one costs a SELECT more.

use crate::figure::{Series, ms, print, say};
use crate::floor;
use crate::mailbox::{self, HOST, ROWS, TOKEN};
use crate::secure::{self, Stream};
use anyhow::{Context, Result, ensure};
use mail::{Mailbox, Settings};
use pki::Pki;
use rustls::RootCertStore;
use secrecy::SecretString;
use serde_json::json;
use site::delay::Delay;
use site::dns::Dns;
use site::mail::{Mail, PERSONAL};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::time::sleep;

const RUNS: u32 = 7;
/// How long the line stays cut: over the runs, all of what lies between the second try and the third.
const SHORTEST: Duration = Duration::from_millis(1_200);
const LONGEST: Duration = Duration::from_millis(2_900);
/// Until a session that has just opened is listening.
const SETTLED: Duration = Duration::from_millis(300);

/// Takes it near and far.
pub fn take(runtime: &Runtime, mail: &Mail, pki: &Pki) -> Result<()> {
    let dns = Dns::start(&site::dns::Options::default())?;
    let roots = secure::roots(&pki.mail_ca())?;
    for one_way in [0, 20] {
        let line = Delay::start(SocketAddr::from((Ipv4Addr::LOCALHOST, mail.imaps())), one_way)?;
        let settings = mailbox::settings(line.port(), pki, &dns)?;
        for (anew, name) in [(false, "page"), (true, "refresh")] {
            say(&format!("reconnect/{name}, round trip {} ms", 2 * one_way));
            let mut all = All::default();
            for run in 0..=RUNS {
                let cut_for = SHORTEST + (LONGEST - SHORTEST) * run / RUNS;
                let back = runtime.block_on(once(&settings, &line, cut_for, anew))?;
                let floor = connection(line.port(), &roots)?;
                // The first is for the server's caches.
                if run > 0 {
                    all.push(&back, floor);
                }
            }
            all.print(&format!("reconnect/{name}/rtt_{}_ms", 2 * one_way));
        }
    }
    Ok(())
}

/// Ours and the floor, one after the other.
#[derive(Default)]
struct All {
    ours: Series,
    reference: Series,
    pause: Series,
    whole: Series,
}

impl All {
    fn push(&mut self, back: &Back, floor: Duration) {
        self.ours.push(ms(back.live));
        self.pause.push(ms(back.pause));
        self.whole.push(ms(back.pause + back.live));
        self.reference.push(ms(floor));
    }

    fn print(&self, name: &str) {
        print(
            name,
            self.ours.median(),
            Some(self.reference.median()),
            "ms",
            "one connection by hand: TCP, TLS, greeting, AUTHENTICATE and SELECT in one flight, FETCH of the 50 newest; ours \
             from its first try that the line lets through to the same 50 rows, asked for while the line was down",
            json!({
                "ours_spread": self.ours.spread(),
                "reference_spread": self.reference.spread(),
                "pause_before_the_try": self.pause.spread(),
                "from_network_back": self.whole.spread(),
            }),
        );
    }
}

/// A line that came back.
struct Back {
    /// From there to the try that it lets through.
    pause: Duration,
    /// From that try to the answer.
    live: Duration,
}

/// A session whose line is cut for so long. A new one each time: one whose lines break again and again slows down.
async fn once(settings: &Settings, line: &Delay, cut_for: Duration, anew: bool) -> Result<Back> {
    let token = SecretString::from(TOKEN);
    let opened = Mailbox::prepare(settings, PERSONAL).await?.open(PERSONAL, token, ROWS).await?;
    // Kept to the end: nobody listens to news otherwise.
    let (session, _news) = (opened.session, opened.news);
    sleep(SETTLED).await;
    line.cut();
    let answered = async {
        let page = match anew {
            true => session.refresh("INBOX", ROWS).await,
            false => session.page("INBOX", 0, ROWS).await,
        };
        (page, Instant::now())
    };
    let restored = async {
        sleep(cut_for).await;
        let restored = Instant::now();
        line.restore();
        restored
    };
    let ((page, live), restored) = tokio::join!(answered, restored);
    ensure!(page?.rows.len() == ROWS as usize, "not the page asked for");
    let met = line.met().context("nobody came back over the line")?;
    session.close().await;
    Ok(Back { pause: met.saturating_duration_since(restored), live: live.saturating_duration_since(met) })
}

/// The floor.
fn connection(port: u16, roots: &Arc<RootCertStore>) -> Result<Duration> {
    let start = Instant::now();
    let tcp = secure::tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let mut mail = BufReader::<Stream>::with_capacity(16 * 1024, secure::secure(tcp, HOST, roots)?);
    let mut greeting = String::new();
    mail.read_line(&mut greeting)?;
    ensure!(greeting.starts_with("* OK"), "the mail server says {greeting}");
    floor::rows(&mut mail, PERSONAL, TOKEN)?;
    Ok(start.elapsed())
}
