//! Mailboxes on disk: Maildir files in Dovecot's own naming, written once and linked ever after.
//!
//! A file name carries the size (`S=`, and `W=` with CRLF ends, which these files have), so Dovecot opens none of them
//! to list a folder. Message files never change: Dovecot renames them for flags and writes its indexes beside them, so
//! many sites can share one set of files by hard links.

use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use super::messages::{Message, filed, inbox};

/// Change it whenever messages change.
const LAYOUT: &str = "guichet test mail, layout 1\n";

/// Makes (once) the messages of a mailbox in `dir`.
pub(super) fn make(dir: &Path, address: &str, count: u32, newest: i64) -> Result<()> {
    let parent = dir.parent().context("no directory for messages")?;
    fs::create_dir_all(parent)?;
    let lock = fs::File::create(with_lock_name(dir))?;
    lock.lock().context("cannot lock the directory of messages")?;
    let marker = dir.join("complete");
    if fs::read_to_string(&marker).is_ok_and(|text| text == LAYOUT) {
        return Ok(());
    }
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    let mail = dir.join("Maildir");
    write(&mail, (0..count).map(|i| inbox(address, i, count, newest)))?;
    if count > 0 {
        let hour = 3600;
        let others = ["secretariat.cardiologie@mss.test", "hippolyte.calys@mss.test"];
        let to = |i: i64| others.get((i % 2).unsigned_abs() as usize).copied().unwrap_or_default();
        let folder = |subject: &'static str, n: i64, before: i64| {
            (0..n).map(move |i| filed(address, to(i), subject, newest - (before + i * 30) * hour))
        };
        write(&mail.join(".Drafts"), folder("Brouillon : réponse au laboratoire", 4, 2))?;
        write(&mail.join(".Sent"), folder("Re: résultats de biologie", 37, 1))?;
        write(&mail.join(".Junk"), folder("Votre colis n’a pas pu être livré", 3, 50))?;
        write(&mail.join(".Trash"), folder("Confirmation de rendez-vous", 12, 90))?;
        write(&mail.join(".Archive"), folder("Compte rendu de consultation", 250, 9000))?;
        // "Réunions", in modified UTF-7.
        write(&mail.join(".R&AOk-unions"), folder("Réunion de concertation pluridisciplinaire", 9, 400))?;
    }
    fs::write(marker, LAYOUT)?;
    Ok(())
}

/// The address in a directory's name has dots of its own.
fn with_lock_name(dir: &Path) -> std::path::PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn write(folder: &Path, messages: impl Iterator<Item = Message>) -> Result<()> {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(part))?;
    }
    for (n, message) in messages.enumerate() {
        let size = message.bytes.len();
        let flags = if message.seen { "S" } else { "" };
        let name = format!("{}.M{n:06}P1.site,S={size},W={size}:2,{flags}", message.date);
        let path = folder.join("cur").join(name);
        fs::write(&path, message.bytes)?;
        // INTERNALDATE of a Maildir is the time of the file.
        let time = UNIX_EPOCH + Duration::from_secs(message.date.unsigned_abs());
        fs::File::options().append(true).open(&path)?.set_modified(time)?;
    }
    Ok(())
}

/// Links everything below `from` into `to`, and gives the directories to `owner`.
pub(super) fn link(from: &Path, to: &Path, owner: Option<(u32, u32)>) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link(&entry.path(), &target, owner)?;
        } else if fs::hard_link(entry.path(), &target).is_err() {
            let time = entry.metadata()?.modified()?;
            fs::copy(entry.path(), &target)?;
            fs::File::options().append(true).open(&target)?.set_modified(time)?;
        }
    }
    if let Some((uid, gid)) = owner {
        std::os::unix::fs::chown(to, Some(uid), Some(gid))?;
    }
    Ok(())
}

/// Lets another user walk down to `dir`.
pub(super) fn open_path(dir: &Path) -> Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    for part in dir.ancestors().filter(|p| p.parent().is_some()) {
        let about = fs::metadata(part)?;
        if about.mode() & 0o001 == 0 {
            ensure!(about.uid() == rustix::process::getuid().as_raw(), "{} is closed to Dovecot", part.display());
            fs::set_permissions(part, fs::Permissions::from_mode(about.mode() | 0o011))?;
        }
    }
    Ok(())
}
