//! The loop: one task takes every fact, asks the visit what to do, and has it done.

use crate::clock;
use crate::desk::Desk;
use crate::inside::{Inside, Report};
use crate::life::{Life, Placed};
use crate::person;
use crate::ports::{Glass, Slot, SlotEvent, StartUp, Surroundings};
use flow::{Effect, Event, Moment, ReaderState, Screen, Touch, View, Visit};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Everything the engine is built from.
pub struct Parts {
    /// The rules of a visit.
    pub settings: flow::Settings,
    /// The site.
    pub desk: Desk,
    /// Opens cards.
    pub slot: Arc<dyn Slot>,
    /// What happens at the readers.
    pub slot_events: mpsc::UnboundedReceiver<SlotEvent>,
    /// What else is reported.
    pub surroundings: mpsc::UnboundedReceiver<Surroundings>,
    /// Fingers on the glass.
    pub touches: mpsc::Receiver<Touch>,
    /// Where pictures and sounds go.
    pub glass: Box<dyn Glass>,
    /// The start-up checks, run on a thread that may wait.
    pub start_up: StartUp,
}

/// The card that is in.
struct InReader {
    reader: String,
    atr: Vec<u8>,
}

struct Engine {
    visit: Visit,
    desk: Arc<Desk>,
    slot: Arc<dyn Slot>,
    glass: Box<dyn Glass>,
    start_up: StartUp,
    report: Report,
    card: Option<InReader>,
    /// Cards in the other readers, which wait for their turn, in the order they went in.
    waiting: Vec<InReader>,
    life: Option<Life>,
    shown: Option<View>,
    /// The moment of the picture.
    looked: Moment,
    /// Until when a picture is held back that may be over before it is drawn.
    held: Option<Moment>,
}

/// A step of the wait that lasts no longer than this is not worth a picture: drawing it would make the next one late.
const FLEETING: Duration = Duration::from_millis(80);

/// Runs until the glass or the reader's side hangs up.
pub async fn run(parts: Parts) {
    let Parts { settings, desk, slot, mut slot_events, mut surroundings, mut touches, glass, start_up } = parts;
    let (report, mut inside) = mpsc::unbounded_channel();
    let mut engine = Engine {
        visit: Visit::new(settings),
        desk: Arc::new(desk),
        slot,
        glass,
        start_up,
        report: Report(report),
        card: None,
        waiting: Vec::new(),
        life: None,
        shown: None,
        looked: Moment::default(),
        held: None,
    };
    engine.show();
    engine.tick_clock();
    engine.carry_out(Effect::Restart);
    let mut minute = embassy_time::Instant::now();
    loop {
        let alarm = engine.alarm();
        tokio::select! {
            // The card's removal overtakes everything else that waits.
            biased;
            event = slot_events.recv() => match event {
                Some(event) => engine.slot_event(event),
                None => return,
            },
            Some(inside) = inside.recv() => engine.inside(inside),
            touch = touches.recv() => match touch {
                Some(touch) => engine.step(Event::Touch(touch)),
                None => return,
            },
            Some(seen) = surroundings.recv() => engine.step(match seen {
                Surroundings::Network(up) => Event::Network(up),
                Surroundings::ClockWrong(wrong) => Event::ClockWrong(wrong),
                Surroundings::Maintenance(under_way) => Event::Maintenance(under_way),
            }),
            () = embassy_time::Timer::at(alarm.unwrap_or(embassy_time::Instant::MAX)), if alarm.is_some() => engine.step(Event::Tick),
            () = embassy_time::Timer::at(minute) => minute = engine.tick_clock(),
        }
    }
}

impl Engine {
    /// When the visit wants to be woken; while a countdown stands on the screen, when the number shown there changes.
    fn alarm(&self) -> Option<embassy_time::Instant> {
        let second = self.visit.counting().and_then(|end| {
            let next = end.seconds_left(self.looked).checked_sub(1)?;
            Some(Moment(end.0.saturating_sub(Duration::from_secs(next))))
        });
        self.visit.deadline().into_iter().chain(second).chain(self.held).min().map(instant)
    }

    /// Tells the visit the local time and returns when the minute next changes.
    fn tick_clock(&mut self) -> embassy_time::Instant {
        let now = jiff::Timestamp::now().to_zoned(self.desk.zone.clone());
        self.step(Event::Clock(person::stamp(&now)));
        let left = 60 - u64::try_from(now.second()).unwrap_or(0).min(59);
        embassy_time::Instant::now() + embassy_time::Duration::from_secs(left)
    }

    fn step(&mut self, event: Event) {
        let effects = self.visit.step(clock::now(), event);
        for effect in effects {
            self.carry_out(effect);
        }
        self.show();
    }

    fn show(&mut self) {
        self.looked = clock::now();
        let view = self.visit.view(self.looked);
        if self.shown.as_ref().is_some_and(|shown| is_next_step(shown, &view))
            && self.looked < *self.held.get_or_insert(self.looked.plus(FLEETING))
        {
            return;
        }
        self.held = None;
        if self.shown.as_ref() != Some(&view) {
            let page = view.screen.name();
            if self.shown.as_ref().is_none_or(|shown| shown.screen.name() != page) {
                tracing::debug!(page);
            }
            self.glass.show(view.clone());
            self.shown = Some(view);
        }
    }

    fn slot_event(&mut self, event: SlotEvent) {
        match event {
            SlotEvent::Readers(0) => self.step(Event::Reader(ReaderState::Missing)),
            SlotEvent::Readers(_) => self.step(Event::Reader(ReaderState::Present)),
            SlotEvent::ServiceDown => {
                self.card = None;
                self.waiting.clear();
                self.step(Event::Reader(ReaderState::ServiceDown));
            }
            SlotEvent::Inserted { reader, atr } => {
                let card = InReader { reader, atr };
                self.waiting.retain(|other| other.reader != card.reader);
                // The card of a visit keeps the kiosk: another reader's waits until it has gone.
                if self.card.as_ref().is_some_and(|held| held.reader != card.reader) {
                    self.waiting.push(card);
                    self.tell_others();
                } else {
                    self.take(card);
                }
            }
            SlotEvent::Removed { reader } => {
                let before = self.waiting.len();
                self.waiting.retain(|other| other.reader != reader);
                if self.waiting.len() != before {
                    self.tell_others();
                }
                if self.card.as_ref().is_some_and(|card| card.reader == reader) {
                    self.card = None;
                    self.step(Event::CardRemoved);
                    if !self.waiting.is_empty() {
                        let next = self.waiting.remove(0);
                        self.tell_others();
                        self.take(next);
                    }
                }
            }
        }
    }

    /// How many cards wait in other readers.
    fn tell_others(&mut self) {
        let count = u8::try_from(self.waiting.len()).unwrap_or(u8::MAX);
        self.step(Event::OtherCards(count));
    }

    /// All cards, in the order in which they are shown: the one whose turn it would be first.
    fn placed(&self) -> Vec<Placed> {
        let all = self.card.iter().chain(&self.waiting);
        all.map(|card| (card.reader.clone(), card.atr.clone())).collect()
    }

    /// This card is the one in front of the person now.
    fn take(&mut self, card: InReader) {
        self.card = Some(card);
        self.step(Event::CardInserted { entropy: RandomState::new().hash_one(clock::now().0) });
    }

    fn inside(&mut self, inside: Inside) {
        match inside {
            Inside::Event(event) => self.step(event),
            Inside::LoginFailed(ticket, failure) => {
                if let Some(life) = self.life.as_mut().filter(|life| life.ticket == ticket) {
                    life.login_failed();
                }
                self.step(Event::LoginFailed(ticket, failure));
            }
            Inside::Holder(ticket, holder, schemes) => {
                let Some(life) = self.life.as_mut().filter(|life| life.ticket == ticket) else { return };
                let shown = person::holder(&holder, &self.desk.zone);
                life.met(*holder, &shown.name, schemes);
                self.step(Event::HolderRead(ticket, Ok(shown)));
            }
            Inside::LoggedIn(ticket, session, mailboxes) => {
                let known = person::known(session.identity());
                let identity = session.identity().clone();
                let Some(life) = self.life.as_mut().filter(|life| life.ticket == ticket) else {
                    // The person has gone meanwhile: the session just opened is closed again.
                    tokio::spawn(session.close());
                    return;
                };
                let named = life.is_named();
                if let Err(session) = life.logged_in(session, mailboxes.clone()) {
                    tracing::warn!(visit = ticket.0, "somebody else has logged in");
                    tokio::spawn(session.close());
                    return self.step(Event::LoginFailed(ticket, flow::Failure::OtherPerson));
                }
                if !named {
                    life.named(&known.name);
                    self.step(Event::Met(ticket, known));
                }
                if let Some(places) = self.life.as_mut().and_then(|life| life.places(&identity)) {
                    self.step(Event::Places(ticket, places));
                }
                self.step(Event::LoggedIn(ticket, mailboxes));
            }
            Inside::Opened(ticket, opened) => {
                let Some(life) = self.life.as_mut().filter(|life| life.ticket == ticket) else { return };
                let opened = life.opened(*opened, &self.desk.zone);
                self.step(Event::Opened(ticket, opened));
            }
            Inside::Read(ticket, read) => {
                let Some(life) = self.life.as_mut().filter(|life| life.ticket == ticket) else { return };
                let (id, letter) = life.read(*read);
                self.step(Event::MessageRead(ticket, id, Ok(Box::new(letter))));
            }
            Inside::Folders(ticket, folders) => {
                let Some(life) = self.life.as_mut().filter(|life| life.ticket == ticket) else { return };
                let folders = life.folders(folders);
                self.step(Event::FoldersRead(ticket, folders));
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::ReadCard(ticket) => {
                let Some(card) = &self.card else { return };
                let slot = Arc::clone(&self.slot);
                let life = Life::begin(ticket, slot, card.reader.clone(), card.atr.clone(), &self.desk, &self.report);
                self.life = Some(life);
            }
            Effect::ReadCards(ticket) => {
                let mut life = Life::without_card(ticket, &self.desk, &self.report);
                life.read_cards(&self.slot, self.placed());
                self.life = Some(life);
            }
            Effect::TakeCard(_, index) => {
                // The first is in front already; the one chosen from those that wait changes places with it.
                if let (Some(place), Some(held)) = (index.checked_sub(1), &mut self.card)
                    && let Some(chosen) = self.waiting.get_mut(place)
                {
                    std::mem::swap(held, chosen);
                }
            }
            Effect::BeginWithoutCard(ticket) => {
                tracing::info!(visit = ticket.0, "somebody comes in without a card");
                self.life = Some(Life::without_card(ticket, &self.desk, &self.report));
            }
            Effect::Forget(ticket) => {
                if self.life.as_ref().is_some_and(|life| life.ticket == ticket) {
                    // Dropping it wipes, closes and resets.
                    self.life = None;
                }
                tracing::info!(visit = ticket.0, "the visit is over");
            }
            Effect::Sound(sound) => self.glass.sound(sound),
            Effect::Restart => {
                let (start_up, report) = (Arc::clone(&self.start_up), self.report.clone());
                tokio::task::spawn_blocking(move || report.send(Inside::Event(Event::Started(start_up()))));
            }
            effect => {
                if let Some(life) = &mut self.life {
                    life.carry_out(effect);
                }
            }
        }
    }
}

/// Whether nothing but the step of the wait has changed.
fn is_next_step(shown: &View, view: &View) -> bool {
    match (&shown.screen, &view.screen) {
        (Screen::Connecting(before), Screen::Connecting(after)) => {
            before.step != after.step && before.slow == after.slow && shown.bar == view.bar
        }
        _ => false,
    }
}

fn instant(moment: Moment) -> embassy_time::Instant {
    embassy_time::Instant::from_micros(u64::try_from(moment.0.as_micros()).unwrap_or(u64::MAX))
}
