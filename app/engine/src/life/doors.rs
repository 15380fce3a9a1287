//! The doors beside the card: a telephone that is asked, the pages of a provider.

use super::boxes::Boxes;
use super::{AHEAD, Life, describe};
use crate::failures::of_login;
use crate::inside::{Inside, Report};
use crate::pages;
use flow::{Event, Failure, ServiceAnswer, Text, Ticket};
use login::{Asked, Binding, Conversation, Door, NationalId, Step, Waiting, national};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// What is under way without a card. Dropped, it stops: nobody asks about the telephone any more, and the provider's
/// pages are forgotten with their cookies.
#[derive(Default)]
pub(super) struct Way {
    tasks: JoinSet<()>,
    answers: Option<mpsc::Sender<ServiceAnswer>>,
}

/// Answers on their way to the provider: the visit gives the next one only after a page.
const ANSWERS: usize = 2;

impl Life {
    /// Asks the telephone of this number, or of the card's holder, and waits for what the person does there.
    pub(super) fn ask_phone(&mut self, number: Option<Text>) {
        if let Some(number) = number {
            self.national_id.clone_from(&number.0);
            self.look_up();
        }
        // The number has been looked at while it was typed, by the site's own rules.
        let rules = national::Rules { check_digit: false, prefixes: ('0'..='9').collect() };
        let Ok(who) = NationalId::typed(&self.national_id, &rules) else {
            return self.report.send(Inside::LoginFailed(self.ticket, Failure::PhoneUnknown));
        };
        self.keeper = None;
        self.prepare_mail();
        let early = self.open_ahead();
        let door = self.door.clone().unwrap_or_else(|| self.prepare_login());
        let (report, ticket) = (self.report.clone(), self.ticket);
        let (settings, boxes) = (Arc::clone(&self.desk.login), self.boxes());
        self.way = Way::default();
        self.way.tasks.spawn(async move {
            let asked = async {
                let door = match door.await {
                    Some(door) => door,
                    None => Arc::new(Door::prepare(settings).await?),
                };
                let binding = Binding::draw()?;
                door.ask_phone(&who, binding).await.map(|asked| (asked, binding))
            };
            let session = match asked.await {
                Ok((asked, binding)) => {
                    tell(&report, ticket, &asked, binding);
                    let lost = AtomicBool::new(false);
                    let waits = |waiting| {
                        let now = waiting == Waiting::Lost;
                        if lost.swap(now, Ordering::Relaxed) != now {
                            report.send(Inside::Event(Event::PhoneLost(ticket, now)));
                        }
                    };
                    let vouched = |token| {
                        report.send(Inside::Event(Event::PhoneApproved(ticket)));
                        early.give(token);
                    };
                    asked.wait_telling(waits, vouched).await
                }
                Err(error) => Err(error),
            };
            report.send(told(ticket, session, boxes).await);
        });
    }

    /// Goes to the provider of the organisational mailbox, from the beginning.
    pub(super) fn enter_service(&mut self) {
        self.way = Way::default();
        self.keeper = None;
        let Some(service) = self.desk.service.clone() else {
            return self.report.send(Inside::LoginFailed(self.ticket, Failure::Configuration));
        };
        let (report, ticket) = (self.report.clone(), self.ticket);
        let (answer, mut answers) = mpsc::channel(ANSWERS);
        self.way.answers = Some(answer);
        self.service = true;
        // While the person types, the servers of what they may open are greeted.
        let likely: Vec<String> = self.desk.of_services().take(AHEAD).map(|mailbox| mailbox.address.clone()).collect();
        for address in likely {
            if !self.lines.contains_key(&address) {
                self.prepare_line(address);
            }
        }
        let boxes = self.boxes();
        self.way.tasks.spawn(async move {
            let begun = async {
                let door = Door::prepare(Arc::clone(&service.login)).await?;
                door.enter(Arc::clone(&service.hints)).await
            };
            let (mut conversation, mut step) = match begun.await {
                Ok(begun) => begun,
                Err(error) => return report.send(told(ticket, Err(error), boxes).await),
            };
            loop {
                let page = match step {
                    Step::Open(session) => return report.send(told(ticket, Ok(session), boxes).await),
                    Step::Page(page) => page,
                };
                let Some(shown) = pages::shown(&page) else {
                    tracing::warn!(status = page.status, "a page of the provider cannot be shown");
                    return report.send(Inside::LoginFailed(ticket, Failure::ServiceUnreadable));
                };
                report.send(Inside::Event(Event::ServicePage(ticket, Box::new(shown.page.clone()))));
                // None comes when the visit is over.
                let Some(answer) = answers.recv().await else { return };
                step = match answered(&mut conversation, &shown, answer).await {
                    Ok(step) => step,
                    Err(error) => return report.send(told(ticket, Err(error), boxes).await),
                };
            }
        });
    }

    pub(super) fn answer_service(&mut self, answer: ServiceAnswer) {
        if let Some(answers) = &self.way.answers {
            // Full or closed only when no page is open: the visit then hears of it by another event.
            let _ = answers.try_send(answer);
        }
    }
}

async fn answered(
    conversation: &mut Conversation,
    shown: &pages::Shown,
    answer: ServiceAnswer,
) -> Result<Step, login::Error> {
    let (way, values) = shown.filled(answer).ok_or(login::Error::Stopped)?;
    conversation.answer(way, &values).await
}

fn tell(report: &Report, ticket: Ticket, asked: &Asked, binding: Binding) {
    let mut digits = [0; 2];
    for (place, digit) in digits.iter_mut().zip(binding.to_string().bytes()) {
        *place = digit.saturating_sub(b'0');
    }
    report.send(Inside::Event(Event::PhoneAsked(ticket, digits, asked.lifetime)));
}

/// How a login ended, whichever door it was.
pub(super) async fn told(ticket: Ticket, session: Result<login::Session, login::Error>, boxes: Boxes) -> Inside {
    match session {
        Ok(session) => {
            let mailboxes = boxes.of(session.identity()).await;
            Inside::LoggedIn(ticket, Box::new(session), mailboxes)
        }
        Err(error) => {
            tracing::warn!(error = %describe(&error), "the login failed");
            Inside::LoginFailed(ticket, of_login(&error))
        }
    }
}
