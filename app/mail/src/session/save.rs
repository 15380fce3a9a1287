//! Messages stored on the server: drafts, copies of what was sent; and folders made for them.

use std::time::Duration;

use super::select::named;
use super::{Session, Task};
use crate::command::{Command, Message};
use crate::error::Error;
use crate::flag::Flag;
use crate::folder::{Role, is_sendable, quote, status_item};
use crate::reply::{Status, Untagged};
use crate::rows::follow;
use crate::snapshot::Snapshot;
use crate::time::Moment;
use crate::uids;

/// What a server takes at least of a large message in a second, in bytes, once it has all of it.
const SLOWEST: u64 = 1024 * 1024;

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder by its path, as [`crate::Folder::path`].
    Path(String),
    /// The folder for something. One that is missing is made, with its special use where the server allows it
    /// (RFC 6154).
    Role(Role),
}

/// What came of [`Session::replace`].
#[derive(Debug)]
pub struct Replaced {
    /// UID of the new message, where the server says.
    pub uid: Option<u32>,
    /// Why the old message is still there, if it is.
    pub left: Option<Error>,
}

impl Session {
    /// Stores a message. The caller keeps its bytes, so that nothing is lost when this fails.
    ///
    /// It returns the UID of the message, where the server says. `date` is when it was received or sent, now if none.
    ///
    /// # Errors
    /// [`Error::Full`]; [`Error::MessageTooLarge`], before it is sent where the server tells its limit (RFC 7889);
    /// [`Error::NotPermitted`]; [`Error::BadMessage`] for a message with a zero byte; else as [`Session::list`].
    pub async fn save(
        &self,
        target: Target,
        message: &Message,
        flags: &[Flag],
        date: Option<Moment>,
    ) -> Result<Option<u32>, Error> {
        let (message, flags) = (Message::clone(message), flags.to_vec());
        self.requests
            .ask(move |task| {
                Box::pin(async move {
                    let path = task.place(&target).await?;
                    task.save(&path, message, &flags, date).await
                })
            })
            .await
    }

    /// Stores a message in place of another one: a draft that was worked on. The new one is stored first and the old
    /// one deleted then, so at no time is there none; that the old one could not be deleted is told, not an error.
    ///
    /// # Errors
    /// As [`Session::save`]; the old message is still there then.
    pub async fn replace(&self, folder: &str, old: u32, message: &Message, flags: &[Flag]) -> Result<Replaced, Error> {
        let (folder, message, flags) = (named(folder).to_owned(), Message::clone(message), flags.to_vec());
        self.requests.ask(move |task| Box::pin(async move { task.replace(&folder, old, message, &flags).await })).await
    }
}

impl Task {
    async fn replace(&mut self, folder: &str, old: u32, message: Message, flags: &[Flag]) -> Result<Replaced, Error> {
        // Asked first: a UID of another time must not delete anything, and the new message would be one too many.
        self.enter_to_change(folder).await?;
        let uid = self.save(folder, message, flags, None).await?;
        let connection = self.renewal.connection();
        let erased = match self.enter_to_change(folder).await {
            Ok(()) => self.erase_all(&[old]).await.1,
            Err(error) => Err(error),
        };
        if let Err(error) = &erased {
            self.check_of(connection, error);
        }
        Ok(Replaced { uid, left: erased.err() })
    }

    async fn save(
        &mut self,
        path: &str,
        message: Message,
        flags: &[Flag],
        date: Option<Moment>,
    ) -> Result<Option<u32>, Error> {
        if message.is_empty() || message.contains(&0) {
            return Err(Error::BadMessage);
        }
        let size = message.len() as u64;
        if let Some(limit) = self.limit(path).await?.filter(|limit| size > *limit) {
            return Err(Error::MessageTooLarge { limit: Some(limit) });
        }
        let flags = flags.iter().map(|f| f.word()).collect::<Vec<_>>().join(" ");
        let date = date.map(|date| format!("\"{}\" ", date.internal())).unwrap_or_default();
        let command = Command::new(format!("APPEND {} ({flags}) {date}", quote(path))).literal(message);
        let mut created = false;
        let uid = loop {
            let Task { line: Some(line), kept, folder, .. } = &mut *self else { return Err(Error::Closed) };
            let mut unselected = Snapshot::new(0, 0, 0);
            let snapshot = kept.get_mut(folder.as_str()).map_or(&mut unselected, |kept| &mut kept.snapshot);
            let limit = line.timeouts.command + Duration::from_secs(size / SLOWEST);
            let ending = line.execute(&command, limit, &mut |u| follow(snapshot, &u)).await?;
            if ending.status == Status::No && ending.word() == "TRYCREATE" && !created {
                created = true;
                self.create(path, None).await?;
                continue;
            }
            let uid = uids::appended(&ending.code);
            ending.ok("APPEND")?;
            break uid;
        };
        match uid {
            Some(uid) => {
                self.arrived(path, uid, uid);
                if let Some(kept) = self.kept.get(path) {
                    self.lists.insert(path, kept, &[(uid, vec![])]);
                }
            }
            None => self.forget(path),
        }
        Ok(uid)
    }

    /// Most bytes of a message in a folder, where the server says (RFC 7889).
    async fn limit(&mut self, path: &str) -> Result<Option<u64>, Error> {
        let Task { line: Some(line), kept, folder, .. } = self else { return Err(Error::Closed) };
        if let Some(limit) = line.value("APPENDLIMIT") {
            return Ok(Some(limit));
        }
        if !line.can("APPENDLIMIT") {
            return Ok(None);
        }
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = kept.get_mut(folder.as_str()).map_or(&mut unselected, |kept| &mut kept.snapshot);
        let mut limit = None;
        let asked = line
            .run("STATUS", &format!("STATUS {} (APPENDLIMIT)", quote(path)), &mut |untagged| match &untagged {
                Untagged::MailboxStatus { items, .. } => limit = status_item(items, "APPENDLIMIT"),
                other => follow(snapshot, other),
            })
            .await;
        match asked {
            // A folder that is not there yet.
            Ok(()) | Err(Error::Server { .. } | Error::NotPermitted) => Ok(limit.map(u64::from)),
            Err(error) => Err(error),
        }
    }

    /// Path of a target, whose folder is made if it has a role and is missing. Asked again over another connection: no
    /// message goes there yet, and a folder that was made is as good.
    pub(super) async fn place(&mut self, target: &Target) -> Result<String, Error> {
        let first = self.find_place(target).await;
        match &first {
            Err(error) if self.again(error).await => {}
            _ => return first,
        }
        let second = self.find_place(target).await;
        self.checked(second)
    }

    async fn find_place(&mut self, target: &Target) -> Result<String, Error> {
        let role = match target {
            Target::Path(path) => {
                let path = named(path);
                let refusal = Error::Server { command: "SELECT", text: String::new() };
                return if is_sendable(path) { Ok(path.to_owned()) } else { Err(refusal) };
            }
            Target::Role(role) => *role,
        };
        let name = match role {
            Role::Inbox => return Ok(super::INBOX.to_owned()),
            Role::Drafts => "Drafts",
            Role::Sent => "Sent",
            Role::Junk => "Junk",
            Role::Trash => "Trash",
            Role::Archive => "Archive",
            Role::Other => return Err(Error::NotSupported("find a folder that is for nothing")),
        };
        if let Some(path) = self.folder_for(role).await? {
            return Ok(path);
        }
        let path = format!("{}{name}", self.prefix().await?);
        if !is_sendable(&path) {
            return Err(Error::Protocol("NAMESPACE"));
        }
        self.create(&path, Some(role)).await?;
        Ok(path)
    }

    /// What the names of a person's own folders begin with: `INBOX.` on some servers, nothing on most.
    async fn prefix(&mut self) -> Result<String, Error> {
        let Task { line: Some(line), kept, folder, .. } = self else { return Err(Error::Closed) };
        if !line.can("NAMESPACE") {
            return Ok(String::new());
        }
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = kept.get_mut(folder.as_str()).map_or(&mut unselected, |kept| &mut kept.snapshot);
        let mut own = vec![];
        line.run("NAMESPACE", "NAMESPACE", &mut |untagged| match untagged {
            Untagged::Namespace { prefix, .. } => own = prefix,
            other => follow(snapshot, &other),
        })
        .await?;
        Ok(String::from_utf8(own).unwrap_or_default())
    }

    /// Makes a folder, and lets other programs see it. One that is there already is as good.
    pub(super) async fn create(&mut self, path: &str, role: Option<Role>) -> Result<(), Error> {
        let Task { line: Some(line), kept, folder, .. } = self else { return Err(Error::Closed) };
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = kept.get_mut(folder.as_str()).map_or(&mut unselected, |kept| &mut kept.snapshot);
        let special = role.and_then(Role::attribute).filter(|_| line.can("CREATE-SPECIAL-USE"));
        let special = special.map(|word| format!(" (USE ({word}))")).unwrap_or_default();
        let commands = [format!("CREATE {}{special}", quote(path)), format!("SUBSCRIBE {}", quote(path))];
        let mut listen = |untagged: Untagged<'_>| follow(snapshot, &untagged);
        let tags = line.send(&commands.each_ref().map(String::as_str), &mut listen).await?;
        let created = line.finish(&tags, &mut listen).await?.into_iter().next().ok_or(Error::Protocol("no answer"))?;
        if created.word() != "ALREADYEXISTS" {
            created.ok("CREATE")?;
        }
        if let (Some(role), Some(roles)) = (role, &mut self.roles) {
            roles.insert(role, path.to_owned());
        }
        Ok(())
    }
}
