//! Which BALs are a person's: by configuration, by the provider's claims, and by the national directory, which is asked
//! as soon as somebody is named and is never waited for long.

use super::Life;
use crate::desk::Desk;
use flow::{Mailbox, MailboxKind};
use futures::future::{BoxFuture, FutureExt, Shared};
use std::sync::Arc;

/// A login waits no longer than this for the directory: what it would add is left out then.
const PATIENCE: embassy_time::Duration = embassy_time::Duration::from_millis(1_500);

/// What the directory says, coming or there.
pub(super) type Found = Shared<BoxFuture<'static, Arc<[Mailbox]>>>;

impl Life {
    /// Asks the directory about the person who has just been named, where the site wants that.
    pub(super) fn look_up(&mut self) {
        let Some(directory) = self.desk.directory.clone().filter(|_| !self.national_id.is_empty()) else { return };
        let number = self.national_id.clone();
        let asked = async move {
            match directory.mailboxes_of(&number).await {
                Ok(found) => found.people.into_iter().map(mailbox).collect(),
                // Red-listed boxes are the configuration's affair anyway, and an employee has no RPPS.
                Err(directory::Error::NotARpps) => Arc::default(),
                Err(error) => {
                    tracing::warn!(%error, "the directory was not asked for mailboxes");
                    Arc::default()
                }
            }
        };
        let found = asked.boxed().shared();
        self.found = Some(found.clone());
        self.tasks.spawn(async move {
            found.await;
        });
    }

    /// What a login has to wait for before its BALs are known.
    pub(super) fn boxes(&self) -> Boxes {
        Boxes { desk: Arc::clone(&self.desk), found: self.found.clone() }
    }
}

/// Everything BALs are known from.
pub(super) struct Boxes {
    desk: Arc<Desk>,
    found: Option<Found>,
}

impl Boxes {
    /// The BALs of whoever has just logged in.
    pub(super) async fn of(self, identity: &login::Identity) -> Vec<Mailbox> {
        let mut published: Arc<[Mailbox]> = Arc::default();
        if let Some(found) = self.found {
            match embassy_time::with_timeout(PATIENCE, found).await {
                Ok(found) => published = found,
                Err(embassy_time::TimeoutError) => tracing::warn!("the directory is late, its mailboxes are left out"),
            }
        }
        self.desk.mailboxes(identity, &published)
    }
}

fn mailbox(entry: directory::Entry) -> Mailbox {
    let kind = match entry.kind {
        directory::Kind::Personal => MailboxKind::Personal,
        directory::Kind::Organisational | directory::Kind::Cabinet => MailboxKind::Organisational,
        directory::Kind::Applicative => MailboxKind::Applicative,
    };
    // A personal box is «Ma boîte»; with several, the place tells them apart.
    let label = if kind == MailboxKind::Personal { entry.place.structure } else { entry.name };
    Mailbox { address: entry.address, label, kind }
}
