//! The runtime of the door's own, where a card may take its time. See the crate's opening page.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

use crate::error::Error;

/// One worker thread of its own. Dropping it ends every task and connection in it, without waiting.
pub(crate) struct Room(Option<Runtime>, Handle);

impl Room {
    pub(crate) fn open() -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(8)
            .thread_name("login")
            .enable_all()
            .build()
            .map_err(|e| Error::Settings(format!("no thread for the login: {e}")))?;
        let handle = runtime.handle().clone();
        Ok(Self(Some(runtime), handle))
    }

    /// Starts work; it ends when the returned guard goes.
    pub(crate) fn start<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Work<T> {
        Work(self.1.spawn(work))
    }

    /// Lets something run by itself; nobody waits for it.
    pub(crate) fn leave(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.1.spawn(work));
    }

    /// Waits for work, at most so long. The limit is watched by another task than the work itself, so that it
    /// fires while a card signs. The caller may be on any runtime.
    pub(crate) async fn wait<T: Send + 'static>(&self, limit: Duration, work: Work<T>) -> Result<T, Error> {
        self.start(async move {
            match tokio::time::timeout(limit, work).await {
                Ok(done) => done,
                Err(_) => Err(Error::TimedOut),
            }
        })
        .await
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Work in the room, stopped when dropped.
pub(crate) struct Work<T>(JoinHandle<Result<T, Error>>);

impl<T> Work<T> {
    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl<T> Future for Work<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|joined| joined.unwrap_or(Err(Error::Stopped)))
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs something that blocks without stalling the other tasks of the runtime it is on.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(work)
        }
        _ => work(),
    }
}
