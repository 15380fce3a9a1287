//! P1 to P3: the code is typed and shown to the card.
//!
//! The holder's certificate is read meanwhile; a right code waits for it, since nobody can log in without.

use super::{Asking, Connecting, Context, Failed, Order, Session, State, useless_card};
use crate::effect::Effect;
use crate::event::{Event, PinOutcome, Touch};
use crate::failure::Failure;
use crate::person::{CardFacts, Holder};
use crate::pin::Typed;
use crate::screen::{self, RemoveCard, Tries};
use crate::settings::Settings;
use crate::time::Moment;

const IN_ORDER: [u8; 10] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0];

#[derive(Debug)]
pub(crate) struct EnterPin {
    facts: CardFacts,
    holder: Option<Holder>,
    typed: Typed,
    phase: Phase,
    wrong: bool,
    entropy: u64,
    shuffled: bool,
    since: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Typing,
    Checking,
    /// Right; the certificate is still being read.
    Right,
}

impl EnterPin {
    pub(crate) fn new(facts: CardFacts, entropy: u64, context: &Context<'_>) -> Self {
        Self {
            facts,
            holder: None,
            typed: Typed::new(),
            phase: Phase::Typing,
            wrong: false,
            entropy,
            shuffled: context.settings.shuffled_keypad,
            since: context.now,
        }
    }

    pub(crate) fn screen(&self, phone: bool) -> screen::EnterPin {
        screen::EnterPin {
            holder: self.holder.as_ref().map(|holder| holder.name.clone()).unwrap_or_default(),
            number: self.facts.number.clone(),
            typed: self.typed.len(),
            complete: self.typed.complete(),
            tries: match self.facts.tries_left {
                None => Tries::Unknown,
                Some(0 | 1) => Tries::Last,
                Some(left) => Tries::Left(left),
            },
            wrong: self.wrong,
            checking: self.phase != Phase::Typing,
            keys: if self.shuffled { shuffle(self.entropy) } else { IN_ORDER },
            shuffled: self.shuffled,
            phone: phone && self.holder.is_some() && self.phase == Phase::Typing,
        }
    }

    /// Nobody has begun to type: whose turn it is may still be asked.
    pub(crate) fn is_untouched(&self) -> bool {
        self.phase == Phase::Typing && self.typed.len() == 0
    }

    pub(crate) fn deadline(&self, settings: &Settings, touched: Moment) -> Option<Moment> {
        (self.phase == Phase::Typing).then(|| self.since.max(touched).plus(settings.pin_idle))
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::HolderRead(_, Ok(holder)) => {
                if let Some(day) = holder.expired {
                    return Failed::expired(context, day);
                }
                context.effects.push(Effect::PrepareMail(context.ticket));
                self.holder = Some(holder);
                return self.connect(context);
            }
            Event::HolderRead(_, Err(fault)) => return useless_card(context, fault, State::EnterPin(self)),
            Event::PinChecked(_, outcome) if self.phase == Phase::Checking => return self.checked(context, outcome),
            Event::Touch(Touch::UnknownCode) if self.phase == Phase::Typing && context.settings.doors.phone => {
                return match self.holder.take() {
                    Some(holder) => Asking::ask(context, Session::of(holder).by_phone(None)),
                    None => State::EnterPin(self),
                };
            }
            Event::Touch(touch) if self.phase == Phase::Typing => self.typed(context, touch),
            Event::Tick if self.deadline(context.settings, context.touched).is_some_and(|at| context.now >= at) => {
                context.order(Order::End(RemoveCard::PinTimedOut));
            }
            _ => {}
        }
        State::EnterPin(self)
    }

    fn typed(&mut self, context: &mut Context<'_>, touch: Touch) {
        match touch {
            Touch::Digit(digit) => {
                self.wrong = false;
                self.typed.push(digit);
            }
            Touch::Erase => self.typed.erase(),
            Touch::EraseAll => self.typed.clear(),
            Touch::Shuffle => self.shuffled = !self.shuffled,
            Touch::Submit => {
                if let Some(pin) = self.typed.take() {
                    self.phase = Phase::Checking;
                    self.wrong = false;
                    context.effects.push(Effect::VerifyPin(context.ticket, pin));
                }
            }
            _ => {}
        }
    }

    fn checked(mut self: Box<Self>, context: &mut Context<'_>, outcome: PinOutcome) -> State {
        match outcome {
            PinOutcome::Right => {
                self.phase = Phase::Right;
                self.connect(context)
            }
            PinOutcome::Wrong(0) | PinOutcome::NotSent(0) | PinOutcome::Blocked => {
                Failed::with_card(context, Failure::CardBlocked)
            }
            PinOutcome::Wrong(left) | PinOutcome::NotSent(left) => {
                self.facts.tries_left = Some(left);
                self.wrong = matches!(outcome, PinOutcome::Wrong(_));
                self.phase = Phase::Typing;
                self.since = context.now;
                // A new display of the keypad, a new order.
                self.entropy =
                    self.entropy.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                State::EnterPin(self)
            }
            PinOutcome::Failed(fault) => useless_card(context, fault, State::EnterPin(self)),
        }
    }

    fn connect(mut self: Box<Self>, context: &mut Context<'_>) -> State {
        match self.holder.take() {
            Some(holder) if self.phase == Phase::Right => Connecting::log_in(context, Session::of(holder)),
            holder => {
                self.holder = holder;
                State::EnterPin(self)
            }
        }
    }
}

/// The ten digits in an order drawn from `entropy` (Fisher and Yates).
fn shuffle(entropy: u64) -> [u8; 10] {
    let mut keys = IN_ORDER;
    let mut bits = entropy | 1;
    for last in (1..keys.len()).rev() {
        // xorshift64: the order hides habits from onlookers, it guards no secret.
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        let other = usize::try_from(bits % (last as u64 + 1)).unwrap_or(0);
        keys.swap(last, other);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffled_keypad_has_every_digit_once() {
        for entropy in [0, 1, 42, u64::MAX, 0x9E37_79B9_7F4A_7C15] {
            let mut keys = shuffle(entropy);
            keys.sort_unstable();
            assert_eq!(keys, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        assert_ne!(shuffle(3), shuffle(0x9E37_79B9_7F4A_7C15));
    }
}
