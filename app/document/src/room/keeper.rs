//! The task that owns the process and the message.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::limits::Limits;
use crate::reading::{Face, Reading};
use crate::room::Program;
use crate::room::child::Child;
use crate::view::{Picture, View};
use crate::wire::{Answer, Confinement, Order};

type Reply<T> = oneshot::Sender<Result<T, Error>>;

/// A request.
pub(super) enum Ask {
    Read { raw: Zeroizing<Vec<u8>>, whole: bool, reply: Reply<Reading> },
    View { document: usize, face: Face, reply: Reply<View> },
    Page { document: usize, page: u32, width: u32, reply: Reply<Picture> },
    Attachment { index: usize, reply: Reply<Zeroizing<Vec<u8>>> },
}

/// The message, kept for a process that must read it again.
struct Message {
    raw: Zeroizing<Vec<u8>>,
    whole: bool,
    inside: bool,
}

/// What keeps the room.
pub(super) struct Keeper {
    program: Program,
    limits: Limits,
    child: Option<Child>,
    message: Option<Message>,
    /// The process has read the message.
    has_read: bool,
}

impl Keeper {
    pub(super) async fn open(program: Program, limits: Limits) -> Result<(Keeper, Confinement), Error> {
        let (child, confinement) = Child::start(&program, &limits).await?;
        Ok((Keeper { program, limits, child: Some(child), message: None, has_read: false }, confinement))
    }

    pub(super) async fn keep(mut self, mut asks: mpsc::Receiver<Ask>) {
        while let Some(ask) = asks.recv().await {
            match ask {
                Ask::Read { raw, whole, reply } => {
                    if !reply.is_closed() {
                        let _ = reply.send(self.read(raw, whole).await);
                    }
                }
                Ask::View { document, face, reply } => {
                    if !reply.is_closed() {
                        let _ = reply.send(self.view(document, face).await);
                    }
                }
                Ask::Page { document, page, width, reply } => {
                    if !reply.is_closed() {
                        let _ = reply.send(self.page(document, page, width).await);
                    }
                }
                Ask::Attachment { index, reply } => {
                    if !reply.is_closed() {
                        let _ = reply.send(self.attachment(index).await);
                    }
                }
            }
        }
    }

    async fn read(&mut self, raw: Zeroizing<Vec<u8>>, whole: bool) -> Result<Reading, Error> {
        // Whatever happens, the message before is gone.
        self.message = None;
        if self.has_read {
            self.child = None;
        }
        if raw.len() as u64 > self.limits.message {
            return Err(Error::TooLarge);
        }
        let message = Message { raw, whole, inside: true };
        let (message, reading) = match self.give(&message).await {
            Ok(reading) => (message, reading),
            Err(Error::TimedOut | Error::Crashed | Error::TooLarge) => {
                let unopened = Message { inside: false, ..message };
                let reading = self.give(&unopened).await?;
                (unopened, reading)
            }
            Err(error) => return Err(error),
        };
        self.message = Some(message);
        Ok(reading)
    }

    async fn view(&mut self, document: usize, face: Face) -> Result<View, Error> {
        let document = place(document)?;
        match self.ask(Order::View { document, face }).await? {
            (Answer::View(view), _) => Ok(*view),
            (answer, _) => Err(self.other(answer)),
        }
    }

    async fn page(&mut self, document: usize, page: u32, width: u32) -> Result<Picture, Error> {
        let document = place(document)?;
        match self.ask(Order::Page { document, page, width }).await? {
            (Answer::Picture { width, height }, mut pixels) => {
                let within = |side: u32| side <= self.limits.side;
                let pixels = std::mem::take(&mut *pixels);
                let picture = Picture::new(width, height, pixels).filter(|p| within(p.width) && within(p.height));
                picture.ok_or_else(|| self.other(Answer::Bytes))
            }
            (answer, _) => Err(self.other(answer)),
        }
    }

    async fn attachment(&mut self, index: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        let index = place(index)?;
        match self.ask(Order::Attachment { index }).await? {
            (Answer::Bytes, bytes) => Ok(bytes),
            (answer, _) => Err(self.other(answer)),
        }
    }

    /// An answer that is not the one asked for. One that makes no sense ends the process: it is no longer ours.
    fn other(&mut self, answer: Answer) -> Error {
        match answer {
            Answer::Refused(why) => Error::Refused(why),
            Answer::Missing => Error::Missing,
            _ => {
                self.child = None;
                Error::Crashed
            }
        }
    }

    /// Asks the process, after starting one and giving it the message if there is none.
    async fn ask(&mut self, order: Order) -> Result<(Answer, Zeroizing<Vec<u8>>), Error> {
        if self.child.is_none() {
            let message = self.message.take().ok_or(Error::Missing)?;
            let given = self.give(&message).await;
            self.message = Some(message);
            given?;
        }
        let time = self.limits.time;
        self.exchange(&order, &[], time).await
    }

    /// Gives a message to the process, a new one if need be.
    async fn give(&mut self, message: &Message) -> Result<Reading, Error> {
        if self.child.is_none() {
            self.has_read = false;
            self.child = Some(Child::start(&self.program, &self.limits).await?.0);
        }
        let limits = Box::new(self.limits.clone());
        let order = Order::Read { whole: message.whole, inside: message.inside, limits };
        self.has_read = true;
        let time = self.limits.time;
        match self.exchange(&order, &message.raw, time).await? {
            (Answer::Reading(reading), _) => Ok(*reading),
            (answer, _) => Err(self.other(answer)),
        }
    }

    async fn exchange(
        &mut self,
        order: &Order,
        body: &[u8],
        time: Duration,
    ) -> Result<(Answer, Zeroizing<Vec<u8>>), Error> {
        let child = self.child.as_mut().ok_or(Error::Closed)?;
        let answer = child.ask(order, body, time).await;
        if let Err(error) = &answer {
            // Which request, never which document.
            tracing::warn!(request = order.name(), %error, "the confined process ended");
            self.child = None;
        }
        answer
    }
}

fn place(index: usize) -> Result<u32, Error> {
    u32::try_from(index).map_err(|_| Error::Missing)
}
