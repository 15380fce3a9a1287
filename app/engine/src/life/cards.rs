//! Several readers hold cards: each is read as far as a person has to see to choose.

use super::Life;
use crate::card_thread::CardThread;
use crate::inside::{Inside, Report};
use crate::person;
use crate::ports::Slot;
use flow::{CardLine, Event, Ticket};
use jiff::tz::TimeZone;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A card that has not said who it is by then is shown without a name, and cannot be chosen.
const PATIENCE: embassy_time::Duration = embassy_time::Duration::from_secs(8);

/// A card in a reader: the reader's name, the card's answer to reset.
pub(crate) type Placed = (String, Vec<u8>);

impl Life {
    /// Reads number and holder of each card, all at once, and tells them in this order.
    pub(crate) fn read_cards(&mut self, slot: &Arc<dyn Slot>, cards: Vec<Placed>) {
        let (ticket, report, zone) = (self.ticket, self.report.clone(), self.desk.zone.clone());
        let readings = cards.into_iter().map(|(reader, atr)| line(ticket, Arc::clone(slot), reader, atr, zone.clone()));
        let readings = futures::future::join_all(readings.collect::<Vec<_>>());
        self.tasks.spawn(async move {
            report.send(Inside::Event(Event::CardsRead(ticket, readings.await)));
        });
    }
}

/// One card. Its thread ends with the answer, which resets the card.
async fn line(ticket: Ticket, slot: Arc<dyn Slot>, reader: String, atr: Vec<u8>, zone: TimeZone) -> CardLine {
    let (report, mut told) = mpsc::unbounded_channel();
    let _thread = CardThread::start(ticket, slot, reader, atr, Report(report));
    let mut line = CardLine { number: String::new(), holder: String::new(), usable: false };
    let reading = async {
        while let Some(inside) = told.recv().await {
            match inside {
                Inside::Event(Event::CardRead(_, Ok(facts))) => line.number = facts.number,
                Inside::Holder(_, holder, _) => {
                    line.holder = person::holder(&holder, &zone).name.clone();
                    line.usable = true;
                    return;
                }
                // Whatever is wrong with it is told in full once it is alone.
                _ => return,
            }
        }
    };
    if embassy_time::with_timeout(PATIENCE, reading).await.is_err() {
        tracing::warn!("a card of several does not say who it is");
    }
    line
}
