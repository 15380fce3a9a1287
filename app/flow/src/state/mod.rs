//! The states: one file each, each owning exactly what is valid in it.

mod asking;
mod choose_card;
mod choose_mailbox;
mod choose_place;
mod connecting;
mod enter_number;
mod enter_pin;
mod failed;
mod mailbox;
mod parting;
mod reading;
mod reconnecting;
mod remove_card;
mod service;
mod session;
mod unreadable;

pub(crate) use asking::Asking;
pub(crate) use choose_card::ChooseCard;
pub(crate) use choose_mailbox::ChooseMailbox;
pub(crate) use choose_place::ChoosePlace;
pub(crate) use connecting::Connecting;
pub(crate) use enter_number::EnterNumber;
pub(crate) use enter_pin::EnterPin;
pub(crate) use failed::Failed;
pub(crate) use mailbox::{Mailbox, Writing};
pub(crate) use parting::Parting;
pub(crate) use reading::Reading;
pub(crate) use reconnecting::{Goal, Reconnecting};
pub(crate) use remove_card::RemoveCardWait;
pub(crate) use service::Service;
pub(crate) use session::{Door, Session};
pub(crate) use unreadable::Unreadable;

use crate::display::Display;
use crate::effect::{Effect, Written};
use crate::event::{CardFault, Event, PageMove};
use crate::failure::Failure;
use crate::screen::{RemoveCard, Screen, SessionBar};
use crate::settings::Settings;
use crate::time::{Moment, Stamp, Ticket};

/// What is going on.
#[derive(Debug)]
pub(crate) enum State {
    /// The start-up checks run.
    Starting,
    /// No visit.
    Idle,
    /// Several cards, one to choose.
    ChooseCard(ChooseCard),
    /// Several places of work, one to choose.
    ChoosePlace(Box<ChoosePlace>),
    /// The card is being read.
    Reading(Reading),
    /// The card said nothing or nonsense.
    Unreadable(Unreadable),
    /// The code is typed, or the card looks at it.
    EnterPin(Box<EnterPin>),
    /// A number is typed, for a request to a telephone.
    EnterNumber(Box<EnterNumber>),
    /// The telephone is asked.
    Asking(Box<Asking>),
    /// The provider of an organisational mailbox asks.
    Service(Box<Service>),
    /// The provider, then the mail server.
    Connecting(Box<Connecting>),
    /// The line was lost; another try comes.
    Reconnecting(Box<Reconnecting>),
    /// Several BALs.
    ChooseMailbox(Box<ChooseMailbox>),
    /// One BAL is open.
    Mailbox(Box<Mailbox>),
    /// All is forgotten; a message was on its way.
    Parting(Parting),
    /// All is forgotten; the card is still in.
    RemoveCard(RemoveCardWait),
    /// A refusal stands on the screen.
    Failed(Failed),
}

/// What a state may see and order while it answers.
pub(crate) struct Context<'a> {
    pub(crate) now: Moment,
    pub(crate) ticket: Ticket,
    pub(crate) settings: &'a Settings,
    pub(crate) display: Display,
    pub(crate) network: bool,
    pub(crate) time: Option<Stamp>,
    pub(crate) clock_wrong: bool,
    pub(crate) touched: Moment,
    pub(crate) unreadable: &'a mut u8,
    pub(crate) effects: &'a mut Vec<Effect>,
    pub(crate) order: Option<Order>,
}

/// What only the whole visit can do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    /// Wipe everything now; the state returned stays on screen.
    Forget,
    /// End the visit and ask for the card to be taken.
    End(RemoveCard),
    /// Start over with the card that is in.
    Begin,
    /// Run the start-up checks again.
    Restart,
}

impl Context<'_> {
    pub(crate) fn order(&mut self, order: Order) {
        self.order = Some(order);
    }

    pub(crate) fn rows(&self) -> u32 {
        rows(self.settings, self.display)
    }
}

/// Rows of one page of the list.
pub(crate) fn rows(settings: &Settings, display: Display) -> u32 {
    if display.large { settings.rows_large.max(1) } else { settings.rows.max(1) }
}

impl State {
    pub(crate) fn on(self, context: &mut Context<'_>, event: Event) -> State {
        match self {
            State::Reading(state) => state.on(context, event),
            State::ChooseCard(state) => state.on(context, event),
            State::ChoosePlace(state) => state.on(context, event),
            State::Unreadable(state) => state.on(context, &event),
            State::EnterPin(state) => state.on(context, event),
            State::EnterNumber(state) => state.on(context, &event),
            State::Asking(state) => state.on(context, event),
            State::Service(state) => state.on(context, event),
            State::Connecting(state) => state.on(context, event),
            State::Reconnecting(state) => state.on(context, event),
            State::ChooseMailbox(state) => state.on(context, event),
            State::Mailbox(state) => state.on(context, event),
            State::RemoveCard(state) => state.on(context, &event),
            State::Parting(state) => state.on(context, &event),
            State::Failed(state) => state.on(context, &event),
            state @ (State::Starting | State::Idle) => state,
        }
    }

    pub(crate) fn screen(&self, now: Moment, settings: &Settings, display: Display, card: bool) -> Screen {
        match self {
            // `Idle` is drawn by the visit, which knows what is around.
            State::Starting | State::Idle => Screen::Starting,
            State::Reading(state) => Screen::Reading(state.slow(now, settings)),
            State::Unreadable(state) => Screen::Unreadable(state.wipe),
            State::EnterPin(state) => Screen::EnterPin(state.screen(settings.doors.phone)),
            State::ChooseCard(state) => Screen::ChooseCard(state.screen()),
            State::ChoosePlace(state) => Screen::ChoosePlace(state.screen()),
            State::EnterNumber(state) => Screen::EnterNumber(state.screen(settings)),
            State::Asking(state) => state.screen(now),
            State::Service(state) => state.screen(now),
            State::Connecting(state) => Screen::Connecting(state.screen(now, settings)),
            State::Reconnecting(state) => Screen::Reconnecting(state.seconds(now)),
            State::ChooseMailbox(state) => Screen::ChooseMailbox(state.screen()),
            State::Mailbox(state) => state.screen(now, settings, rows(settings, display)),
            State::Parting(state) => Screen::Parting(state.outcome),
            State::RemoveCard(state) => Screen::RemoveCard(state.why),
            State::Failed(state) => Screen::Failed(state.screen(card)),
        }
    }

    pub(crate) fn deadline(&self, settings: &Settings, touched: Moment) -> Option<Moment> {
        match self {
            State::Reading(state) => state.deadline(settings),
            State::ChooseCard(state) => Some(state.deadline(settings, touched)),
            State::Unreadable(_) => Some(touched.plus(settings.idle_warning)),
            State::EnterPin(state) => state.deadline(settings, touched),
            State::EnterNumber(state) => Some(state.deadline(settings, touched)),
            State::Asking(state) => state.deadline(),
            State::Service(state) => Some(state.deadline(settings, touched)),
            State::Connecting(state) => state.deadline(settings),
            State::Reconnecting(state) => state.at,
            State::RemoveCard(state) => state.next,
            State::Failed(state) => state.deadline(settings, touched),
            State::Mailbox(state) => state.deadline(settings),
            State::Parting(state) => Some(state.until),
            State::Starting | State::Idle | State::ChooseMailbox(_) | State::ChoosePlace(_) => None,
        }
    }

    /// A session is open: idle rules apply, and its end is worth a word.
    pub(crate) fn is_session(&self) -> bool {
        matches!(self, State::Mailbox(_) | State::ChooseMailbox(_) | State::ChoosePlace(_) | State::Reconnecting(_))
    }

    /// Nobody has begun to type a code: another card may take this one's place.
    pub(crate) fn before_code(&self) -> bool {
        match self {
            State::Reading(_) | State::ChooseCard(_) | State::Unreadable(_) => true,
            State::EnterPin(state) => state.is_untouched(),
            _ => false,
        }
    }

    pub(crate) fn is_start_failure(&self) -> bool {
        matches!(self, State::Failed(failed) if failed.is_start())
    }

    /// «Annuler» and «Fermer» have a meaning here.
    pub(crate) fn can_leave(&self) -> bool {
        !matches!(self, State::RemoveCard(_) | State::Starting | State::Idle | State::Parting(_))
    }

    /// «Annuler» is a matter of the page there, not of the visit.
    pub(crate) fn cancels_itself(&self) -> bool {
        matches!(self, State::Mailbox(_))
    }

    /// A message is on its way.
    pub(crate) fn is_sending(&self) -> bool {
        matches!(self, State::Mailbox(state) if state.is_sending())
    }

    /// What was written and is on no server, with the number of its writing.
    pub(crate) fn unsaved(&self) -> Option<(u64, Written)> {
        match self {
            State::Mailbox(state) => state.unsaved(),
            _ => None,
        }
    }

    pub(crate) fn session_bar(&self) -> Option<SessionBar> {
        match self {
            State::ChooseMailbox(state) => Some(state.session.bar(None, false)),
            State::ChoosePlace(state) => Some(state.session.bar(None, false)),
            State::Mailbox(state) => Some(state.session.bar(Some(state.mailbox), state.may_change())),
            _ => None,
        }
    }
}

/// Tiles of one page of a choice (design.md section 7, screen 06).
pub(crate) const TILES: usize = 4;

/// The first tile of the page that the rail leads to.
pub(crate) fn turned(first: usize, total: usize, to: PageMove) -> usize {
    let last = total.saturating_sub(1) / TILES * TILES;
    match to {
        PageMove::First => 0,
        PageMove::Previous => first.saturating_sub(TILES),
        PageMove::Next => (first + TILES).min(last),
        PageMove::Last => last,
    }
}

/// The page a card of no use leads to.
pub(crate) fn useless_card(context: &mut Context<'_>, fault: CardFault, back: State) -> State {
    let failure = match fault {
        // The removal is on its way and clears everything.
        CardFault::Gone => return back,
        CardFault::Unreadable => {
            *context.unreadable = context.unreadable.saturating_add(1);
            context.order(Order::Forget);
            return State::Unreadable(Unreadable { wipe: *context.unreadable >= 3 });
        }
        CardFault::Vitale => Failure::CardVitale,
        CardFault::Unknown => Failure::CardUnknown,
        CardFault::NoAuthentication => Failure::CardWithoutAuthentication,
        CardFault::Hung => Failure::CardHung,
        CardFault::Busy => Failure::CardBusy,
    };
    Failed::with_card(context, failure)
}
