//! A room: one confined process at a time, in which one message is read.
//!
//! Every message gets a process of its own, so that what one message does to its reader cannot reach the next. A process
//! that dies or takes too long costs the request that did it; the next request starts another, which reads the message
//! again. The room therefore keeps the message. Dropping the room kills the process and forgets the message.
//!
//! The kernel kills a process when the thread that started it ends. Open rooms from a runtime whose workers live as long
//! as the program; where a worker is given up early (`block_in_place`), its processes die and are started again.
//!
//! Requests are answered one after another in the order they come. A request whose asker has gone before its turn is
//! not made: pages turned quickly are not all drawn.

mod child;
mod keeper;

use std::ffi::OsString;
use std::path::PathBuf;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::limits::Limits;
use crate::reading::{Face, Reading};
use crate::view::{Picture, View};
use crate::wire::Confinement;
use keeper::{Ask, Keeper};

/// What to start: the program itself, and the arguments that make it run [`crate::confined::main`].
#[derive(Clone, Debug)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// A place where one message at a time is read.
pub struct Room {
    asks: mpsc::Sender<Ask>,
    keeper: JoinHandle<()>,
    confinement: Confinement,
}

impl Room {
    /// Starts a process and waits until it is confined. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    ///
    /// [`Error::Start`] when the program cannot be started, [`Error::Confinement`] when it could not be confined,
    /// [`Error::TimedOut`] or [`Error::Crashed`] when it says nothing sensible.
    pub async fn open(program: &Program, limits: Limits) -> Result<Room, Error> {
        let (keeper, confinement) = Keeper::open(program.clone(), limits).await?;
        let (asks, queue) = mpsc::channel(32);
        Ok(Room { asks, keeper: tokio::spawn(keeper.keep(queue)), confinement })
    }

    /// What holds its process.
    pub fn confinement(&self) -> &Confinement {
        &self.confinement
    }

    /// Reads a message, and forgets the one before. `whole`: false if the bytes are only its beginning.
    ///
    /// If looking inside the documents kills the process, the letter is read all the same and
    /// [`Reading::looked_inside`] is false.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for a message beyond [`Limits::message`]; [`Error::TimedOut`], [`Error::Crashed`] or
    /// [`Error::TooLarge`] when the letter itself kills the process.
    pub async fn read(&self, raw: Zeroizing<Vec<u8>>, whole: bool) -> Result<Reading, Error> {
        self.ask(|reply| Ask::Read { raw, whole, reply }).await
    }

    /// Opens a document by its place in [`Reading::documents`], in one of its faces; a face it does not have is read as
    /// its first. A document that cannot be shown is a view too: [`View::Refused`].
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] without such a document; [`Error::TimedOut`], [`Error::Crashed`] or [`Error::TooLarge`] when
    /// it kills the process.
    pub async fn view(&self, document: usize, face: Face) -> Result<View, Error> {
        self.ask(|reply| Ask::View { document, face, reply }).await
    }

    /// Draws a page of a document, the first is 0, `width` pixels wide or as near as [`Limits::pixels`] and
    /// [`Limits::side`] let.
    ///
    /// # Errors
    ///
    /// As [`Room::view`]; and [`Error::Refused`] for a page that cannot be drawn.
    pub async fn page(&self, document: usize, page: u32, width: u32) -> Result<Picture, Error> {
        self.ask(|reply| Ask::Page { document, page, width, reply }).await
    }

    /// An attachment, decoded, by its place in [`Reading::attachments`]: what a forward takes along.
    ///
    /// # Errors
    ///
    /// As [`Room::view`].
    pub async fn attachment(&self, index: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.ask(|reply| Ask::Attachment { index, reply }).await
    }

    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> Ask) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.asks.send(ask(reply)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

impl Drop for Room {
    /// The keeper is dropped with its process, which is killed, whatever it is doing.
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("confinement", &self.confinement).finish_non_exhaustive()
    }
}
