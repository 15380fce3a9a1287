//! Lists: pages of a folder in any order, searches, changes and their undoing.

use super::Life;
use crate::failures::of_mail;
use crate::inside::{Inside, Report};
use crate::person;
use flow::{Change, Event, Failure, Progress, Request, Text, Ticket, What};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tokio::task::AbortHandle;

/// A search of the open BAL. Dropping it ends it.
pub(super) struct Searching {
    number: u64,
    search: Arc<OnceCell<mail::Search>>,
    task: AbortHandle,
}

impl Drop for Searching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What was moved, so that it can be moved back: the folder it came from, and where it is now.
struct Undoing {
    from: String,
    moved: mail::Moved,
}

/// Changes that can be undone, by the number of their order. Shared with the tasks that make them.
#[derive(Clone, Default)]
pub(super) struct Undo(Arc<std::sync::Mutex<BTreeMap<u64, Undoing>>>);

/// Changes remembered.
const UNDOABLE: usize = 4;

impl Undo {
    fn put(&self, number: u64, undoing: Undoing) {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.insert(number, undoing);
        while all.len() > UNDOABLE {
            all.pop_first();
        }
    }

    fn take(&self, number: u64) -> Option<Undoing> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&number)
    }
}

fn listing(listing: flow::Listing) -> mail::Listing {
    mail::Listing {
        filter: match listing.filter {
            flow::Filter::All => mail::Filter::All,
            flow::Filter::Unread => mail::Filter::Unread,
            flow::Filter::WithDocument => mail::Filter::WithDocument,
            flow::Filter::Patient => mail::Filter::Patient,
        },
        sort: mail::Sort {
            by: match listing.sort.by {
                flow::By::Date => mail::By::Date,
                flow::By::Sender => mail::By::Sender,
                flow::By::Subject => mail::By::Subject,
                flow::By::Size => mail::By::Size,
            },
            descending: listing.sort.descending,
        },
    }
}

fn progress(progress: mail::Progress) -> Progress {
    Progress { found: progress.found, looked: progress.looked, of: progress.of, done: progress.done }
}

impl Life {
    pub(super) fn read_rows(&mut self, request: Request) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let Some(open) = &mut self.open else { return };
        let Some(folder) = open.path(request.folder) else {
            return report.send(Inside::Event(Event::RowsFailed(ticket, request, Failure::MailServer)));
        };
        let (session, zone) = (Arc::clone(&open.session), self.desk.zone.clone());
        let search = self.searching.as_ref().filter(|search| request.listing.search == Some(search.number));
        let search = search.map(|search| Arc::clone(&search.search));
        let next = open.next.clone();
        open.tasks.spawn(async move {
            let page = match (request.listing.search, search.as_ref().and_then(|search| search.get())) {
                (Some(_), Some(search)) => search.found(request.from, request.count, request.afresh).await,
                // The search has ended since.
                (Some(_), None) => return,
                (None, _) => {
                    let listing = listing(request.listing);
                    session.list(&folder, &listing, request.from, request.count, request.afresh).await
                }
            };
            report.send(Inside::Event(match page {
                Ok(page) => {
                    next.note(&folder, page.next);
                    Event::RowsRead(ticket, request, person::window(&page, &zone))
                }
                Err(error) => {
                    tracing::warn!(%error, "a page was not read");
                    Event::RowsFailed(ticket, request, of_mail(&error))
                }
            }));
        });
    }

    pub(super) fn search(&mut self, folder: usize, number: u64, text: Text) {
        let (ticket, report) = (self.ticket, self.report.clone());
        self.searching = None;
        let Some(open) = &self.open else { return };
        let Some(path) = open.path(folder) else {
            return report.send(Inside::Event(Event::Searched(ticket, number, Err(Failure::MailServer))));
        };
        let session = Arc::clone(&open.session);
        let search = Arc::new(OnceCell::new());
        let cell = Arc::clone(&search);
        let task = self.tasks.spawn(look(ticket, number, session, path, text, cell, report));
        self.searching = Some(Searching { number, search, task });
    }

    pub(super) fn stop_search(&mut self, number: u64) {
        if let Some(search) = self.searching.as_ref().filter(|search| search.number == number) {
            // What was found stays to be looked at.
            search.task.abort();
        }
    }

    pub(super) fn change(&mut self, number: u64, change: Change) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let Some(open) = &self.open else { return };
        let target = match change.what {
            What::Move(into) => open.path(into),
            _ => Some(String::new()),
        };
        let (Some(folder), Some(target)) = (open.path(change.folder), target) else {
            return report.send(Inside::Event(Event::Changed(ticket, number, Err(Failure::MailServer))));
        };
        let (session, undo, next) = (Arc::clone(&open.session), self.undo.clone(), open.next.of(&folder));
        self.tasks.spawn(async move {
            let done = match change.what {
                What::Read(read) => {
                    let mark = if read { mail::Mark::Read } else { mail::Mark::Unread };
                    session.mark(&folder, &change.uids, mark).await.map(|()| false)
                }
                What::Move(_) => {
                    session.move_to(&folder, &change.uids, mail::Target::Path(target)).await.map(|moved| {
                        let known = !moved.to.is_empty();
                        undo.put(number, Undoing { from: folder, moved });
                        known
                    })
                }
                What::Erase => session.delete(&folder, &change.uids).await.map(|()| false),
                What::Empty => empty(&session, &folder, next).await.map(|()| false),
            };
            report.send(Inside::Event(Event::Changed(ticket, number, done.map_err(|error| told(&error)))));
        });
    }

    pub(super) fn undo(&mut self, number: u64) {
        let (ticket, report) = (self.ticket, self.report.clone());
        let Some(open) = &self.open else { return };
        let Some(Undoing { from, moved }) = self.undo.take(number) else {
            return report.send(Inside::Event(Event::Changed(ticket, number, Err(Failure::MessageGone))));
        };
        let session = Arc::clone(&open.session);
        self.tasks.spawn(async move {
            let done = session.move_to(&moved.into, &moved.to, mail::Target::Path(from)).await;
            let done = done.map(|_| false).map_err(|error| told(&error));
            report.send(Inside::Event(Event::Changed(ticket, number, done)));
        });
    }
}

fn told(error: &mail::Error) -> Failure {
    tracing::warn!(%error, "messages were not changed");
    of_mail(error)
}

async fn empty(session: &mail::Session, folder: &str, next: u32) -> Result<(), mail::Error> {
    let mut emptying = session.empty(folder, next).await?;
    while let Some(step) = emptying.next().await {
        step?;
    }
    Ok(())
}

/// Looks until nothing more can be found, and tells how far it has come.
async fn look(
    ticket: Ticket,
    number: u64,
    session: Arc<mail::Session>,
    path: String,
    text: Text,
    cell: Arc<OnceCell<mail::Search>>,
    report: Report,
) {
    let tell = |result| report.send(Inside::Event(Event::Searched(ticket, number, result)));
    let search = match session.search(&path, &text.0, mail::Sort::default()).await {
        Ok(search) => cell.get_or_init(|| async { search }).await,
        Err(error) => {
            tracing::warn!(%error, "a search did not begin");
            return tell(Err(of_mail(&error)));
        }
    };
    tell(Ok(progress(search.progress())));
    while let Some(step) = search.next().await {
        match step {
            Ok(now) => tell(Ok(progress(now))),
            Err(error) => {
                tracing::warn!(%error, "a search broke off");
                return tell(Err(of_mail(&error)));
            }
        }
    }
    tell(Ok(Progress { done: true, ..progress(search.progress()) }));
}
