//! Mailboxes on disk: Dovecot's own dense format (mdbox), made once and copied ever after.
//!
//! Nineteen thousand messages are some forty files there, so a site of its own costs a copy of 43 MB; as Maildir they
//! would be nineteen thousand files, and Dovecot would read their names at every `SELECT`. Messages are written as a
//! Maildir, which is plain text, and `doveadm import` does the rest.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use super::messages::{Message, filed, inbox};

/// Change it whenever messages change.
const LAYOUT: &str = "guichet test mail, layout 2\n";

/// Makes (once) the messages of a mailbox in `dir`, for Dovecot to own as `owner`.
pub(super) fn make(dir: &Path, address: &str, count: u32, newest: i64, owner: (u32, u32)) -> Result<()> {
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
    forget_old(dir)?;
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
    import(dir, &mail, owner)?;
    fs::remove_dir_all(&mail)?;
    fs::write(marker, LAYOUT)?;
    Ok(())
}

/// Turns a Maildir into an mdbox, in `home` of `dir`.
fn import(dir: &Path, mail: &Path, owner: (u32, u32)) -> Result<()> {
    let home = dir.join("home");
    let index = dir.join("index");
    for made in [&home, &index] {
        fs::create_dir_all(made)?;
        std::os::unix::fs::chown(made, Some(owner.0), Some(owner.1))?;
    }
    open_path(dir)?;
    let config = dir.join("import.conf");
    fs::write(
        &config,
        format!(
            "base_dir = {dir}/run\nlog_path = {dir}/log\nssl = no\nmail_uid = {}\nmail_gid = {}\nfirst_valid_uid = 1\n\
             mail_location = mdbox:{home}/mdbox\nstats_writer_socket_path =\n\
             namespace inbox {{\n  inbox = yes\n  separator = /\n}}\n",
            owner.0,
            owner.1,
            dir = dir.display(),
            home = home.display()
        ),
    )?;
    let source = format!("maildir:{0}:INDEX={1}:CONTROL={1}", mail.display(), index.display());
    let listed = "uid flags date.received size.physical size.virtual imap.bodystructure hdr.from hdr.subject";
    for arguments in [
        vec!["import", &source, "", "ALL"],
        // What a client lists is in the indexes of a server at work.
        vec!["fetch", listed, "mailbox", "INBOX"],
    ] {
        let done = Command::new("doveadm")
            .arg("-c")
            .arg(&config)
            .args(&arguments)
            .env("HOME", &home)
            .env("USER", "site")
            .output()
            .context("cannot start doveadm")?;
        ensure!(done.status.success(), "doveadm {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(())
}

/// A site that shows today's mail makes another set every day: those of the same mailbox that are two days old go.
fn forget_old(dir: &Path) -> Result<()> {
    let (Some(parent), Some(name)) = (dir.parent(), dir.file_name().and_then(|n| n.to_str())) else { return Ok(()) };
    let Some((mailbox, _)) = name.rsplit_once('-') else { return Ok(()) };
    for entry in fs::read_dir(parent)?.flatten() {
        let other = entry.file_name();
        let same = other.to_str().and_then(|n| n.rsplit_once('-')).is_some_and(|(other, _)| other == mailbox);
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|time| time.elapsed().ok());
        if same && age.is_some_and(|age| age > Duration::from_secs(2 * 86_400)) && entry.path().is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
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

/// Copies everything below `from` to `to`, for `owner`.
pub(super) fn copy(from: &Path, to: &Path, owner: (u32, u32)) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, owner)?;
        } else {
            fs::copy(entry.path(), &target)?;
            std::os::unix::fs::chown(&target, Some(owner.0), Some(owner.1))?;
        }
    }
    Ok(std::os::unix::fs::chown(to, Some(owner.0), Some(owner.1))?)
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
