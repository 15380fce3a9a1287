//! People this mailbox has written to and heard from lately.

use std::collections::HashMap;

use super::renew::twice;
use super::{INBOX, Session, Task};
use crate::error::Error;
use crate::folder::Role;
use crate::header::HeaderReader;
use crate::reply::Untagged;
use crate::rows::follow;
use crate::summary::Correspondent;
use crate::time::{Moment, internal_date};

/// Newest messages looked at, in each of the two folders.
const MESSAGES: u32 = 200;
/// Most addresses of one message: a mailing to a whole hospital says little about whom one writes to.
const PER_MESSAGE: usize = 20;
/// Most people told.
const MOST: usize = 500;
/// Most people kept meanwhile: all that both folders can name. A server that sends more than it was asked for adds
/// nobody.
const MOST_MET: usize = 2 * MESSAGES as usize * PER_MESSAGE;

impl Session {
    /// People the mailbox wrote to (newest sent messages) or heard from (newest of the inbox), each once, the latest
    /// first; `limit` at most, and 500.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub async fn correspondents(&self, limit: usize) -> Result<Vec<Correspondent>, Error> {
        self.requests.ask(twice(move |task| Box::pin(task.correspondents(limit)))).await
    }
}

impl Task {
    async fn correspondents(&mut self, limit: usize) -> Result<Vec<Correspondent>, Error> {
        let mut people = People::new(&self.address);
        // The inbox last: that is where an IDLE then goes on.
        if let Some(sent) = self.folder_for(Role::Sent).await? {
            match self.look_for(&mut people, &sent, "TO CC").await {
                // Sent mail that may not be read leaves the inbox.
                Ok(()) | Err(Error::NotPermitted | Error::Server { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        self.look_for(&mut people, INBOX, "FROM").await?;
        Ok(people.latest(limit.min(MOST)))
    }

    async fn look_for(&mut self, people: &mut People, folder: &str, fields: &str) -> Result<(), Error> {
        self.enter(folder).await?;
        let (line, kept) = self.here()?;
        let high = kept.snapshot.exists;
        if high == 0 {
            return Ok(());
        }
        let low = high.saturating_sub(MESSAGES - 1).max(1);
        let command = format!("FETCH {low}:{high} (UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({fields})]<0.2048>)");
        let reader = HeaderReader::new();
        line.run("FETCH", &command, &mut |untagged| match &untagged {
            Untagged::Fetch(_, items) => {
                let mut date = Moment::default();
                let mut header: &[u8] = &[];
                for pair in items.chunks_exact(2) {
                    let [name, value] = pair else { continue };
                    let (Some(name), Some(bytes)) = (name.bytes(), value.bytes()) else { continue };
                    if name.eq_ignore_ascii_case(b"INTERNALDATE") {
                        date = internal_date(&String::from_utf8_lossy(bytes)).unwrap_or_default();
                    } else if name.to_ascii_uppercase().starts_with(b"BODY[HEADER.FIELDS") {
                        header = bytes;
                    }
                }
                people.met(date, reader.people(header, PER_MESSAGE));
            }
            other => follow(&mut kept.snapshot, other),
        })
        .await
    }
}

/// People by their address.
struct People {
    /// The mailbox's own address, which is nobody's correspondent.
    own: String,
    met: HashMap<String, (Moment, Correspondent)>,
}

impl People {
    fn new(own: &str) -> Self {
        People { own: own.to_lowercase(), met: HashMap::new() }
    }

    fn met(&mut self, date: Moment, people: Vec<Correspondent>) {
        for person in people {
            let key = person.address.to_lowercase();
            let whole = key.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
            // An address cut by our own limit ends in a mark that no address has.
            if !whole || key == self.own || key.ends_with('…') || key.contains(char::is_whitespace) {
                continue;
            }
            if self.met.len() >= MOST_MET && !self.met.contains_key(&key) {
                continue;
            }
            let entry = self.met.entry(key).or_insert_with(|| (date, person.clone()));
            if date.unix >= entry.0.unix {
                entry.0 = date;
                if !person.name.is_empty() {
                    entry.1 = person;
                }
            } else if entry.1.name.is_empty() {
                entry.1 = person;
            }
        }
    }

    fn latest(self, limit: usize) -> Vec<Correspondent> {
        let mut all: Vec<(Moment, Correspondent)> = self.met.into_values().collect();
        all.sort_by(|a, b| b.0.unix.cmp(&a.0.unix).then_with(|| a.1.address.cmp(&b.1.address)));
        all.truncate(limit);
        all.into_iter().map(|(_, person)| person).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, address: &str) -> Correspondent {
        Correspondent { name: name.into(), address: address.into() }
    }

    #[test]
    fn everybody_once_the_latest_first_and_by_the_latest_name() {
        let mut people = People::new("Tryphon@mss.test");
        let at = |unix| Moment { unix, offset: 0 };
        people.met(at(10), vec![person("Bianca", "bianca@mss.test"), person("", "nestor@mss.test")]);
        people.met(at(20), vec![person("", "Bianca@MSS.test"), person("", "tryphon@mss.test")]);
        people.met(at(5), vec![person("Nestor", "nestor@mss.test"), person("", "nobody"), person("", "@x")]);
        people.met(at(15), vec![person("", "cut@mss.test…"), person("", "a b@mss.test"), person("", "calys@mss.test")]);
        let latest = people.latest(3);
        let seen: Vec<_> = latest.iter().map(|p| (p.name.as_str(), p.address.as_str())).collect();
        assert_eq!(seen, [("Bianca", "bianca@mss.test"), ("", "calys@mss.test"), ("Nestor", "nestor@mss.test")]);
    }

    #[test]
    fn a_server_that_never_stops_naming_people_fills_no_memory() {
        let mut people = People::new("tryphon@mss.test");
        let at = |unix| Moment { unix, offset: 0 };
        for number in 0..2 * MOST_MET {
            people.met(at(10), vec![person("", &format!("{number}@mss.test"))]);
        }
        assert_eq!(people.met.len(), MOST_MET);
        // Who is known already may be met again.
        people.met(at(20), vec![person("Zoé", "7@mss.test"), person("", "new@mss.test")]);
        assert_eq!(people.met.len(), MOST_MET);
        assert_eq!(people.latest(1), [person("Zoé", "7@mss.test")]);
    }
}
