//! Folders, with their counts and what they are for.

use std::collections::HashMap;

use super::renew::twice;
use super::{Session, Task};
use crate::error::Error;
use crate::folder::{Folder, Folders, Role, quote};
use crate::reply::Untagged;
use crate::rows::follow;
use crate::snapshot::Snapshot;

/// Most folders asked for their counts one by one, where the server cannot give them with the list.
const MOST_STATUS: usize = 64;

impl Session {
    /// The folders in the order they are shown, with their counts.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub async fn folders(&self) -> Result<Vec<Folder>, Error> {
        self.requests.ask(twice(|task| Box::pin(task.folders()))).await
    }
}

impl Task {
    pub(super) async fn folders(&mut self) -> Result<Vec<Folder>, Error> {
        let Task { line: Some(line), kept, folder, .. } = self else { return Err(Error::Closed) };
        let mut unselected = Snapshot::new(0, 0, 0);
        let snapshot = kept.get_mut(folder.as_str()).map_or(&mut unselected, |kept| &mut kept.snapshot);
        let mut all = Folders::default();
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::List { attributes, delimiter, name } => all.add(attributes, *delimiter, name),
            Untagged::MailboxStatus { name, items } => all.count(name, items),
            other => follow(snapshot, other),
        };
        let special = line.can("SPECIAL-USE") && (line.can("LIST-EXTENDED") || line.can("LIST-STATUS"));
        let command = match (special, line.can("LIST-STATUS")) {
            (true, true) => "LIST \"\" \"*\" RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN))",
            (false, true) => "LIST \"\" \"*\" RETURN (STATUS (MESSAGES UNSEEN))",
            (true, false) => "LIST \"\" \"*\" RETURN (SPECIAL-USE)",
            (false, false) => "LIST \"\" \"*\"",
        };
        line.run("LIST", command, &mut listen).await?;
        let paths = all.uncounted();
        let commands: Vec<String> =
            paths.iter().take(MOST_STATUS).map(|p| format!("STATUS {} (MESSAGES UNSEEN)", quote(p))).collect();
        let mut listen = |untagged: Untagged<'_>| match &untagged {
            Untagged::MailboxStatus { name, items } => all.count(name, items),
            other => follow(snapshot, other),
        };
        // A folder that may be seen and not counted keeps its place without a number.
        for some in commands.chunks(16) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            let tags = line.send(&some, &mut listen).await?;
            line.finish(&tags, &mut listen).await?;
        }
        let all = all.finish();
        if all.is_empty() {
            return Err(Error::Protocol("LIST without INBOX"));
        }
        let roles = all.iter().filter(|f| f.role != Role::Other).map(|f| (f.role, f.path.clone()));
        self.roles = Some(roles.fold(HashMap::new(), |mut roles, (role, path)| {
            roles.entry(role).or_insert(path);
            roles
        }));
        Ok(all)
    }

    /// The folder for something, if the mailbox has one.
    pub(super) async fn folder_for(&mut self, role: Role) -> Result<Option<String>, Error> {
        if self.roles.is_none() {
            self.folders().await?;
        }
        Ok(self.roles.as_ref().and_then(|roles| roles.get(&role)).cloned())
    }
}
