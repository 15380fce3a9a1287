//! Many visits in a row, through all three doors, with random faults: nothing leaks, nothing wedges, nobody sees
//! anybody else's mail.
//!
//! A short version in the suite; `sh tests/soak [VISITS] [SEED]` is the long one. The seed is printed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

use e2e::{Kiosk, Place, Pocket, eventually};
use flow::{FieldKind, Inbox, Key, Phone, Screen, Touch, View};
use serde_json::json;
use site::canaille::{self, MARIE, PASSWORD};
use site::whole::{self, Options};
use std::time::{Duration, Instant, SystemTime};

/// Visits of the suite's own run.
const FEW: u32 = 18;
/// From this share of the visits on, memory and descriptors must not grow any more.
const WARM: u32 = 10;
/// Resident memory may differ by so many percent, and at least by so much: a few visits are no steady state.
const PERCENT: u64 = 5;
const AT_LEAST: u64 = 4 << 20;
/// A visit that has not come home after so long is stuck.
const LONG: Duration = Duration::from_secs(60);

/// A small generator (splitmix64), so that a seed tells the whole story.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    Doctor,
    Nurse,
    Phone,
    Service,
}

impl Door {
    /// Whose name stands in the bar, and how many messages are theirs.
    fn belongs(self) -> (&'static str, u32) {
        match self {
            Door::Doctor | Door::Phone => ("Dr Tryphon TOURNESOL", 200),
            Door::Nurse => ("Bianca CASTAFIORE", 50),
            Door::Service => ("Marie DURAND", 10),
        }
    }

    fn has_card(self) -> bool {
        matches!(self, Door::Doctor | Door::Nurse)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// The person goes away on the way in.
    Away,
    /// The provider is out of order for a while.
    ProviderDown,
    /// The provider answers nonsense.
    Nonsense,
    /// The mail server is restarted while the inbox is open.
    MailRestarts,
    /// The network goes while the inbox is open, and comes back.
    Network,
}

struct Street {
    place: Place,
    pocket: Pocket,
    desk: Kiosk,
}

#[test]
fn many_visits_through_all_doors_leave_nothing_behind() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let visits = number("SOAK_VISITS").and_then(|visits| u32::try_from(visits).ok()).unwrap_or(FEW);
    let seed = number("SOAK_SEED").unwrap_or_else(|| SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64 >> 10);
    println!("soak: {visits} visits, SOAK_SEED={seed}");
    let mut dice = Dice(seed);
    let mut street = open();
    let warm = (visits / WARM).max(6);
    let (mut memory, mut files) = (0, 0);
    for visit in 0..visits {
        let door = [Door::Doctor, Door::Nurse, Door::Phone, Door::Service][dice.throw(4) as usize];
        let fault = match dice.throw(10) {
            0 => Fault::Away,
            1 => Fault::ProviderDown,
            2 => Fault::Nonsense,
            3 => Fault::MailRestarts,
            4 => Fault::Network,
            _ => Fault::None,
        };
        let start = Instant::now();
        street.visit(door, fault);
        assert!(start.elapsed() < LONG, "visit {visit} ({door:?}, {fault:?}) took {:?}", start.elapsed());
        if visit == warm {
            files = settled();
            memory = resident();
        }
    }
    let (open, now) = (settled(), resident());
    println!("soak: memory {memory} -> {now} bytes, descriptors {files} -> {open}");
    assert_eq!(open, files, "descriptors since visit {warm}");
    let allowed = memory + (memory * PERCENT / 100).max(AT_LEAST);
    assert!(now <= allowed, "{now} bytes resident, {memory} at visit {warm}");
}

fn open() -> Street {
    let kiosk = whole::Kiosk { one_mailbox: true, phone: true, ..whole::Kiosk::default() };
    let service = canaille::Options { factors: vec!["password"], ..canaille::Options::default() };
    let place = Place::with(Options { service: Some(service), ..Options::default() }, &kiosk);
    place.fault(quick());
    let pocket = Pocket::default();
    let desk = Kiosk::open(&place.config(), &pocket);
    Street { place, pocket, desk }
}

/// No fault, and telephones asked about every second.
fn quick() -> serde_json::Value {
    json!({ "ack": { "interval": 1 } })
}

fn is_home(view: &View) -> bool {
    matches!(view.screen, Screen::Idle(_)) && !view.bar.card
}

impl Street {
    fn visit(&mut self, door: Door, fault: Fault) {
        match fault {
            Fault::ProviderDown => self.place.fault(json!({ "ack": { "interval": 1 }, "status": 503, "at": "/token" })),
            Fault::Nonsense => self.place.fault(json!({ "ack": { "interval": 1 }, "id_token": { "aud": "somebody" } })),
            _ => {}
        }
        // The service has a provider of its own, which has no faults.
        let troubled = matches!(fault, Fault::ProviderDown | Fault::Nonsense) && door != Door::Service;
        let comes_in = self.comes_in(door, fault, troubled);
        if comes_in {
            let (name, total) = door.belongs();
            let inbox = self.inbox();
            let bar = self.desk.now().bar.session.clone().unwrap();
            assert_eq!((bar.name.as_str(), inbox.total), (name, total), "{door:?}");
            match fault {
                Fault::MailRestarts if door == Door::Service => {
                    self.place.office.as_mut().unwrap().mail.restart().unwrap()
                }
                Fault::MailRestarts => self.place.mail.as_mut().unwrap().restart().unwrap(),
                Fault::Network => {
                    self.desk.network(false);
                    self.desk.network(true);
                }
                _ => {}
            }
            if matches!(fault, Fault::MailRestarts | Fault::Network) {
                self.desk.touches(Touch::Refresh);
                let again = self.inbox();
                assert_eq!(again.total, total);
            }
        }
        self.leaves(door);
        self.place.fault(quick());
        self.desk.forgets_pictures();
    }

    /// Whether the inbox is on its way.
    fn comes_in(&mut self, door: Door, fault: Fault, troubled: bool) -> bool {
        match door {
            Door::Doctor | Door::Nurse => {
                self.desk.insert(if door == Door::Doctor { "doctor" } else { "nurse" });
                self.desk.sees_the_code_page();
                if fault == Fault::Away {
                    return false;
                }
                self.desk.enters("1234");
            }
            Door::Phone => {
                self.desk.touches(Touch::WithoutCard);
                self.desk.enters("99700012345");
                let asked = |screen: &Screen| matches!(screen, Screen::Phone(Phone { digits: Some(_), .. }));
                self.desk.sees("the digits", asked);
                if fault == Fault::Away {
                    return false;
                }
                self.place.provider().approve().unwrap();
                if fault == Fault::ProviderDown {
                    self.desk
                        .sees("the line is lost", |screen| matches!(screen, Screen::Phone(Phone { lost: true, .. })));
                    return false;
                }
            }
            Door::Service => {
                self.desk.touches(Touch::ServiceDoor);
                self.fills(FieldKind::Login, MARIE);
                if fault == Fault::Away {
                    return false;
                }
                self.fills(FieldKind::Password, PASSWORD);
                let after = self.desk.sees("consent or the inbox", |screen| {
                    matches!(screen, Screen::ServiceMessage(page) if !page.busy) || matches!(screen, Screen::Inbox(_))
                });
                if matches!(after, Screen::ServiceMessage(_)) {
                    self.desk.touches(Touch::Confirm);
                }
            }
        }
        if troubled {
            self.desk.sees("a refusal", |screen| matches!(screen, Screen::Failed(_)));
        }
        !troubled
    }

    fn fills(&mut self, kind: FieldKind, text: &str) {
        self.desk.sees("a field", |screen| {
            matches!(screen, Screen::ServiceForm(form) if !form.busy && form.fields.first().is_some_and(|line| line.kind == kind))
        });
        for letter in text.chars() {
            self.desk.touches(Touch::Key(Key(letter)));
        }
        self.desk.touches(Touch::Submit);
    }

    fn inbox(&mut self) -> Inbox {
        self.desk.sees_the_inbox()
    }

    fn leaves(&mut self, door: Door) {
        if door.has_card() {
            self.pocket.take();
        } else {
            self.desk.touches(Touch::Close);
        }
        self.desk.sees_view("home", is_home);
        assert_eq!(e2e::shown_text(&self.desk.now()), "");
        let place = &self.place;
        eventually("the mailbox is closed", || place.mail_sessions() == 0);
    }
}

/// Resident bytes of this process: the kiosk, and little else (`proc_pid_status(5)`).
fn resident() -> u64 {
    let said = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = said.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

/// Descriptors once the ends of sessions, which go on for a moment, are over.
fn settled() -> usize {
    let mut fewest = descriptors();
    for _ in 0..60 {
        std::thread::sleep(Duration::from_millis(100));
        fewest = fewest.min(descriptors());
    }
    fewest
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
