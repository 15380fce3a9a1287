//! The one machine: what happens whatever the state, then the state itself.

use crate::display::Display;
use crate::effect::{Effect, Sound};
use crate::event::{Event, ReaderState, Touch};
use crate::failure::Failure;
use crate::screen::{Bar, Failed, Idle, Notice, RemoveCard, Screen, StillThere, View};
use crate::settings::Settings;
use crate::state::{self, Context, State};
use crate::time::{Moment, Stamp, Ticket};
use std::time::Duration;

mod limits;

/// «Aide» and «Affichage» opened before a card is in close by themselves.
const PUBLIC_PAGE_IDLE: Duration = Duration::from_secs(60);

/// The visit, and the idle screen between two visits.
#[derive(Debug)]
pub struct Visit {
    settings: Settings,
    state: State,
    around: Around,
    display: Display,
    /// A page on top of the state.
    page: Option<Page>,
    /// When the session closes unless somebody touches the glass.
    closing: Option<Moment>,
    /// When the session closes because it was left hidden.
    masked: Option<Moment>,
    /// The line to the open BAL is being replaced.
    line_down: bool,
    touched: Moment,
    last: Ticket,
    live: Option<Ticket>,
    unreadable: u8,
    closed_until: Option<Moment>,
    /// When the provider ends the session, and when the site does, whatever is done in it.
    provider_end: Option<Moment>,
    site_end: Option<Moment>,
    /// The time of the last step.
    now: Moment,
}

/// What is so, whatever the visit.
#[derive(Debug, Default)]
struct Around {
    time: Option<Stamp>,
    network: bool,
    reader: Option<ReaderState>,
    clock_wrong: bool,
    maintenance: Option<Option<u16>>,
    /// The random bits of the card that is in.
    card: Option<u64>,
    /// Cards in other readers.
    others: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Help,
    Display,
}

impl Visit {
    /// A kiosk that has just been switched on.
    pub fn new(settings: Settings) -> Self {
        Self {
            display: settings.display,
            settings,
            state: State::Starting,
            around: Around { network: true, ..Around::default() },
            page: None,
            closing: None,
            masked: None,
            line_down: false,
            touched: Moment::default(),
            last: Ticket::default(),
            live: None,
            unreadable: 0,
            closed_until: None,
            provider_end: None,
            site_end: None,
            now: Moment::default(),
        }
    }

    /// Takes one fact and answers with orders, to be carried out in this order.
    pub fn step(&mut self, now: Moment, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        // Time passes before the event: what was due is done first, whoever was late to say so.
        if !matches!(event, Event::Tick) && self.deadline().is_some_and(|due| now >= due) {
            self.tick(now, &mut effects);
        }
        self.now = self.now.max(now);
        match event {
            Event::CardRemoved => self.card_removed(now, &mut effects),
            Event::CardInserted { entropy } => {
                // Whoever puts a card in wants their own visit: one that is open without a card is closed.
                if self.around.card.is_some() || self.live.is_some() {
                    self.card_removed(now, &mut effects);
                }
                self.around.card = Some(entropy);
                self.page = None;
                self.begin(now, &mut effects);
            }
            Event::OtherCards(count) => self.other_cards(now, count, &mut effects),
            Event::Reader(reader) => {
                self.around.reader = Some(reader);
                if reader != ReaderState::Present && self.around.card.is_some() {
                    self.card_removed(now, &mut effects);
                }
            }
            Event::Clock(time) => self.around.time = Some(time),
            Event::ClockWrong(wrong) => self.around.clock_wrong = wrong,
            Event::Maintenance(maintenance) => {
                self.around.maintenance = maintenance;
                self.begin(now, &mut effects);
            }
            Event::Network(up) => {
                self.around.network = up;
                self.delegate(now, Event::Network(up), &mut effects);
            }
            Event::Started(result) => self.started(now, result, &mut effects),
            Event::Incident => self.incident(now, &mut effects),
            Event::Touch(touch) => self.touch(now, touch, &mut effects),
            Event::Tick => self.tick(now, &mut effects),
            // It comes after its visit: nothing but the outcome is in it.
            Event::Parted(ticket, outcome) => {
                if let State::Parting(parting) = &mut self.state {
                    parting.told(ticket, outcome, now);
                }
            }
            Event::LineDown(ticket, down) => {
                if self.live == Some(ticket) {
                    self.line_down = down;
                }
            }
            Event::SessionEnds(ticket, left) => {
                if self.live == Some(ticket) {
                    self.provider_end = left.map(|left| now.plus(left));
                }
            }
            answer => {
                if ticket_of(&answer) == self.live && self.live.is_some() {
                    self.delegate(now, answer, &mut effects);
                }
            }
        }
        effects
    }

    /// The number of the visit under way, `None` between two visits and once its secrets are ordered wiped.
    pub fn ticket(&self) -> Option<Ticket> {
        self.live
    }

    /// When the visit wants [`Event::Tick`], if nothing happens before. Late is harmless, early is ignored.
    pub fn deadline(&self) -> Option<Moment> {
        let public = self.public_choice().then(|| self.touched.plus(PUBLIC_PAGE_IDLE));
        let closing = match self.closing {
            Some(at) => Some(at),
            None if self.masked.is_some() => self.masked,
            None if self.state.is_session() => Some(self.touched.plus(self.idle_warning())),
            None => None,
        };
        let state = self.state.deadline(&self.settings, self.touched);
        // What was due at the last step has been done there.
        let ending = self.ends().into_iter().flat_map(|end| self.end_steps(end)).filter(|due| *due > self.now).min();
        let all = [public, closing, self.closed_until, state, ending];
        all.into_iter().flatten().filter(|due| *due > self.now).min()
    }

    /// «Annuler», «Terminer» and «Retour à l’accueil» have a meaning: a visit is under way, or what is left of one
    /// without a card stands on the screen.
    fn can_leave(&self) -> bool {
        let left = self.around.card.is_none() && !self.state.is_start_failure();
        self.state.can_leave() && (self.live.is_some() || left)
    }

    /// Somebody who has no visit opened a page or changed the display.
    fn public_choice(&self) -> bool {
        self.live.is_none() && (self.page.is_some() || self.display != self.settings.display)
    }

    /// A number of seconds stands on the screen and wants to be drawn again each second: the moment it counts to.
    pub fn counting(&self) -> Option<Moment> {
        match &self.state {
            _ if self.closing.is_some() => self.closing,
            _ if self.masked.is_some() => self.masked,
            State::Reconnecting(waiting) => waiting.at,
            State::Asking(asking) => asking.counting(),
            State::Service(service) => service.counting(self.now),
            _ => None,
        }
    }

    /// The picture at `now`.
    pub fn view(&self, now: Moment) -> View {
        View { screen: self.screen(now), bar: self.bar(), display: self.display }
    }

    fn screen(&self, now: Moment) -> Screen {
        if let Some(at) = self.closing {
            return Screen::StillThere(StillThere {
                seconds: at.seconds_left(now),
                of: self.idle_countdown().as_secs(),
            });
        }
        if let Some(at) = self.masked {
            return Screen::Masked(at.seconds_left(now));
        }
        match self.page {
            Some(Page::Help) => return Screen::Help,
            Some(Page::Display) => return Screen::DisplaySettings,
            None => {}
        }
        match &self.state {
            State::Idle => self.idle_screen(),
            state => state.screen(now, &self.settings, self.display, self.around.card.is_some()),
        }
    }

    fn idle_screen(&self) -> Screen {
        if let Some(minutes) = self.around.maintenance {
            return Screen::Maintenance(minutes);
        }
        match self.around.reader {
            Some(ReaderState::Missing) => return Screen::NoReader(self.settings.doors),
            Some(ReaderState::ServiceDown) => {
                let failure = Failure::ReaderService;
                return Screen::Failed(Failed {
                    failure,
                    day: None,
                    retry: false,
                    card: false,
                    home: false,
                    at: self.around.time,
                });
            }
            Some(ReaderState::Present) | None => {}
        }
        let clock = self.around.clock_wrong.then_some(Notice::ClockWrong);
        let network = (!self.around.network).then_some(Notice::NetworkDown);
        let doors = self.settings.doors;
        Screen::Idle(Idle { notice: clock.max(network), closed: self.closed_until.is_some(), doors })
    }

    fn bar(&self) -> Bar {
        let hidden = self.closing.is_some() || self.masked.is_some();
        let session = if hidden || self.page.is_some() { None } else { self.state.session_bar() };
        let session = session.map(|mut session| {
            session.can_finish = self.without_card();
            session.ends_in = self.ends_in();
            session
        });
        Bar {
            time: self.around.time,
            network: self.around.network && !self.line_down,
            reader: matches!(self.around.reader, Some(ReaderState::Present)),
            card: self.around.card.is_some(),
            session,
        }
    }

    fn started(&mut self, now: Moment, result: Result<(), Failure>, effects: &mut Vec<Effect>) {
        if !matches!(self.state, State::Starting) {
            return;
        }
        match result {
            Ok(()) => {
                self.state = State::Idle;
                self.begin(now, effects);
            }
            Err(failure) => self.state = State::Failed(state::Failed::at_start(failure, self.around.time)),
        }
    }

    /// Opens a visit if a card is in and nothing stands against it.
    fn begin(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let Some(entropy) = self.around.card else { return };
        // Whoever comes now has seen what became of the message, or does not care.
        if matches!(self.state, State::Parting(_)) {
            self.state = State::Idle;
        }
        if !matches!(self.state, State::Idle) || self.around.maintenance.is_some() {
            return;
        }
        self.closed_until = None;
        self.touched = now;
        if self.around.clock_wrong {
            self.state = State::Failed(state::Failed::before_reading(Failure::ClockWrong, self.around.time));
            return;
        }
        self.last = Ticket(self.last.0 + 1);
        self.live = Some(self.last);
        if self.around.others > 0 {
            effects.push(Effect::ReadCards(self.last));
            self.state = State::ChooseCard(state::ChooseCard { since: now, entropy, lines: None });
            return;
        }
        effects.push(Effect::ReadCard(self.last));
        effects.push(Effect::PrepareLogin(self.last));
        self.state = State::Reading(state::Reading { since: now, entropy });
    }

    /// A card went into another reader, or came out of it: whose turn it is may have to be asked, or no longer.
    fn other_cards(&mut self, now: Moment, count: u8, effects: &mut Vec<Effect>) {
        let more = count > self.around.others;
        self.around.others = count;
        let choosing = matches!(self.state, State::ChooseCard(_));
        if self.around.card.is_some() && (choosing || (more && self.state.before_code())) {
            self.forget(effects);
            self.state = State::Idle;
            self.begin(now, effects);
        }
    }

    /// Opens a visit without a card, by the door that was touched.
    fn begin_without_card(&mut self, now: Moment, touch: &Touch, effects: &mut Vec<Effect>) {
        let offered = match touch {
            Touch::WithoutCard => self.settings.doors.phone,
            _ => self.settings.doors.service,
        };
        let idle = matches!(self.state, State::Idle) && self.around.card.is_none();
        if !offered || !idle || self.around.maintenance.is_some() {
            return;
        }
        self.closed_until = None;
        if self.around.clock_wrong {
            self.state = State::Failed(state::Failed::before_reading(Failure::ClockWrong, self.around.time));
            return;
        }
        self.last = Ticket(self.last.0 + 1);
        self.live = Some(self.last);
        effects.push(Effect::BeginWithoutCard(self.last));
        self.state = match touch {
            Touch::WithoutCard => {
                effects.push(Effect::PrepareLogin(self.last));
                State::EnterNumber(Box::new(state::EnterNumber::new(now)))
            }
            _ => self.in_context(now, effects, |context| state::Service::enter(context, state::Session::unknown())),
        };
    }

    /// Handled here once, whatever the state: all is forgotten, the next person finds an idle kiosk.
    fn card_removed(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.around.card = None;
        if matches!(self.state, State::Starting) || self.state.is_start_failure() {
            return;
        }
        let closed = self.state.is_session();
        let sending = self.live.filter(|_| self.state.is_sending());
        self.forget(effects);
        if let Some(ticket) = sending {
            self.state = State::Parting(state::Parting::new(ticket, now));
            return;
        }
        if matches!(self.state, State::Parting(_)) {
            return;
        }
        self.state = State::Idle;
        if closed {
            self.closed_until = Some(now.plus(self.settings.closed_notice));
        }
    }

    /// Orders secrets wiped, once a visit, and drops what is on top of the state.
    fn forget(&mut self, effects: &mut Vec<Effect>) {
        if let Some(ticket) = self.live.take() {
            // A few words that no server has yet: they go there while everything else is wiped.
            if let Some((number, written)) = self.state.unsaved() {
                effects.push(Effect::SaveDraft(ticket, number, Box::new(written)));
            }
            effects.push(Effect::Forget(ticket));
        }
        self.page = None;
        self.closing = None;
        self.masked = None;
        self.provider_end = None;
        self.site_end = None;
        self.line_down = false;
        self.display = self.settings.display;
    }

    /// Ends the visit while the card is still in.
    fn end(&mut self, now: Moment, why: RemoveCard, effects: &mut Vec<Effect>) {
        let sending = self.live.filter(|_| self.state.is_sending());
        let closed = self.state.is_session();
        self.forget(effects);
        if let Some(ticket) = sending {
            // The truth about a message on its way comes first; the card is asked for afterwards.
            self.state = State::Parting(state::Parting::new(ticket, now));
            return;
        }
        self.state = match self.around.card {
            Some(_) => State::RemoveCard(state::RemoveCardWait::new(why, now, self.settings.forgotten_every)),
            None => State::Idle,
        };
        if closed && self.around.card.is_none() {
            self.closed_until = Some(now.plus(self.settings.closed_notice));
        }
    }

    fn incident(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.forget(effects);
        self.touched = now;
        self.state = State::Failed(state::Failed::incident(self.around.time));
    }

    fn touch(&mut self, now: Moment, touch: Touch, effects: &mut Vec<Effect>) {
        self.touched = now;
        if self.closing.take().is_some() {
            // One touch anywhere extends; only «Fermer» closes.
            if touch == Touch::Close {
                self.end(now, RemoveCard::Finished, effects);
            }
            return;
        }
        if self.masked.is_some() {
            match touch {
                Touch::Unmask => self.masked = None,
                Touch::Close => self.end(now, RemoveCard::Finished, effects),
                _ => {}
            }
            return;
        }
        match touch {
            Touch::Mask if self.state.is_session() => {
                self.page = None;
                self.masked = Some(now.plus(self.mask()));
            }
            Touch::Help => self.page = Some(Page::Help),
            Touch::DisplaySettings => self.page = Some(Page::Display),
            Touch::Dark(dark) => self.display.dark = dark,
            Touch::Large(large) => {
                self.display.large = large;
                self.delegate(now, Event::Touch(Touch::Large(large)), effects);
            }
            Touch::Speak(language) => self.display.language = language,
            Touch::Done | Touch::Cancel | Touch::Continue if self.page.is_some() => self.page = None,
            _ if self.page.is_some() => {}
            Touch::WithoutCard | Touch::ServiceDoor => self.begin_without_card(now, &touch, effects),
            Touch::Cancel if self.state.cancels_itself() => self.delegate(now, Event::Touch(touch), effects),
            Touch::Close | Touch::Cancel if self.can_leave() => {
                self.end(now, RemoveCard::Finished, effects);
            }
            touch => self.delegate(now, Event::Touch(touch), effects),
        }
    }

    fn tick(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.closed_until.is_some_and(|until| now >= until) {
            self.closed_until = None;
        }
        if self.public_choice() && now >= self.touched.plus(PUBLIC_PAGE_IDLE) {
            self.page = None;
            self.display = self.settings.display;
        }
        if self.ends().is_some_and(|end| now >= end) {
            return self.end(now, RemoveCard::SessionOver, effects);
        }
        if self.state.is_session() {
            match self.closing {
                Some(at) if now >= at => return self.end(now, RemoveCard::TimedOut, effects),
                Some(_) => {}
                None if self.masked.is_some_and(|at| now >= at) => return self.end(now, RemoveCard::TimedOut, effects),
                None if self.masked.is_some() => {}
                None if now >= self.touched.plus(self.idle_warning()) => {
                    self.page = None;
                    self.closing = Some(now.plus(self.idle_countdown()));
                    effects.push(Effect::Sound(Sound::Warning));
                }
                None => {}
            }
        }
        self.delegate(now, Event::Tick, effects);
    }

    fn in_context(
        &mut self,
        now: Moment,
        effects: &mut Vec<Effect>,
        run: impl FnOnce(&mut Context<'_>) -> State,
    ) -> State {
        let mut context = Context {
            now,
            ticket: self.live.unwrap_or_default(),
            settings: &self.settings,
            display: self.display,
            network: self.around.network,
            time: self.around.time,
            clock_wrong: self.around.clock_wrong,
            touched: self.touched,
            unreadable: &mut self.unreadable,
            effects,
            order: None,
        };
        run(&mut context)
    }

    /// Lets the state answer, and carries out what concerns the whole visit.
    fn delegate(&mut self, now: Moment, event: Event, effects: &mut Vec<Effect>) {
        let state = std::mem::replace(&mut self.state, State::Idle);
        let was_session = state.is_session();
        let mut order = None;
        self.state = self.in_context(now, effects, |context| {
            let state = state.on(context, event);
            order = context.order;
            state
        });
        if !was_session && self.state.is_session() && self.without_card() {
            self.site_end.get_or_insert(now.plus(self.settings.longest_without_card));
        }
        match order {
            None => {}
            Some(state::Order::Forget) => self.forget(effects),
            Some(state::Order::End(why)) => self.end(now, why, effects),
            Some(state::Order::Begin) => {
                self.forget(effects);
                self.state = State::Idle;
                self.begin(now, effects);
            }
            Some(state::Order::Restart) => {
                self.state = State::Starting;
                effects.push(Effect::Restart);
            }
        }
        if !matches!(self.state, State::Mailbox(_)) {
            self.line_down = false;
        }
        if !self.state.is_session() {
            self.closing = None;
            self.masked = None;
        }
    }
}

fn ticket_of(event: &Event) -> Option<Ticket> {
    match event {
        Event::CardRead(ticket, _)
        | Event::CardsRead(ticket, _)
        | Event::Places(ticket, _)
        | Event::PhoneAsked(ticket, ..)
        | Event::PhoneLost(ticket, _)
        | Event::PhoneApproved(ticket)
        | Event::ServicePage(ticket, _)
        | Event::Met(ticket, _)
        | Event::HolderRead(ticket, _)
        | Event::PinChecked(ticket, _)
        | Event::LoggedIn(ticket, _)
        | Event::LoginFailed(ticket, _)
        | Event::Counted(ticket, ..)
        | Event::Opened(ticket, _)
        | Event::MailFailed(ticket, _)
        | Event::FoldersRead(ticket, _)
        | Event::RowsRead(ticket, ..)
        | Event::RowsFailed(ticket, ..)
        | Event::NewMail(ticket, ..)
        | Event::Searched(ticket, ..)
        | Event::MessageRead(ticket, ..)
        | Event::DocumentRead(ticket, ..)
        | Event::Changed(ticket, ..)
        | Event::Prepared(ticket, ..)
        | Event::Found(ticket, ..)
        | Event::Checked(ticket, ..)
        | Event::DraftSaved(ticket, ..)
        | Event::Sent(ticket, ..)
        | Event::ReceiptSent(ticket, ..)
        | Event::Printed(ticket, ..) => Some(*ticket),
        _ => None,
    }
}
