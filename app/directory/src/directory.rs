//! The directory: questions in, people and services out.
//!
//! # How a search asks
//!
//! No request finds people by name and by place together: `Practitioner` knows no city, `_has` and chained parameters
//! are not there (documented, uc-call-type.md; witnessed, issues 245, 297 and 351), and a mailbox hangs on any of three
//! resources (documented, uc-bal-mss.md). So a search is a short walk, one request after the other, the most important
//! first; when its time is over it gives what it has.
//!
//! ```text
//!  name     Practitioner?family=…&given=…  + PractitionerRole      people, their boxes
//!           Organization?_id=…                                     where they work
//!           Organization?mailbox-mss:contains=…                    services by address
//!           Organization?name:contains=…&mailbox-mss:contains=@    services by structure
//!           Practitioner?name:contains=…                           if all that found nothing
//!  RPPS     Practitioner?identifier=…, then Organization?_id=…
//!  address  Practitioner, PractitionerRole, Organization ?mailbox-mss:contains=…, then Organization?_id=…
//! ```
//!
//! `family` and `given` match from the beginning, whatever the case and accents (FHIR R4 §3.1.1.4.5); both names go into
//! both, so that the order typed does not matter. Two `name:contains` would do the same and take half a minute
//! (witnessed, issue 331).

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Request, StatusCode};
use secrecy::ExposeSecret;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use crate::date::today;
use crate::entry::Entry;
use crate::error::Error;
use crate::fhir::Bundle;
use crate::fold::{city, city_spellings};
use crate::gather::{Gathered, Wanted};
use crate::query::{Asked, Query, Words, rpps};
use crate::settings::{Settings, authority, https};
use crate::wire::{Answer, Wire};

/// The largest answer read, in bytes.
const LARGEST: usize = 2 << 20;
/// Resources a page, the service's own default (documented).
const PAGE: &str = "50";
/// Pages of one question. Fifty people a page with all their roles are some hundred kilobytes.
const MOST_PAGES: usize = 3;
/// Structures asked for by their identifiers in one request; about fifty is known to be too many (witnessed, issue 372).
const MOST_STRUCTURES: usize = 25;
/// Entries of one search.
const MOST_ENTRIES: usize = 100;
/// How long to wait after a refusal that does not say: the limit is one of calls a second (documented).
const BREATH: Duration = Duration::from_secs(1);
/// A longer search is a mistake in the configuration.
const LONGEST: Duration = Duration::from_secs(300);

/// The header that carries the key (documented).
const KEY: &str = "esante-api-key";
/// Who stopped is not asked for (documented).
const ACTIVE: (&str, &str) = ("active", "true");

/// A handle on the directory. Cheap to keep, made to be asked at every pause of the keyboard.
pub struct Directory {
    base: Url,
    key: HeaderValue,
    near: Option<String>,
    patience: Duration,
    wire: Wire,
    turn: Mutex<()>,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    /// One entry a mailbox: whose family name begins with what was typed first, then who works in the kiosk's city, then
    /// by alphabet.
    pub people: Vec<Entry>,
    /// There is more than this: ask more precisely.
    pub more: bool,
    /// Why part of the answer is missing, if it is: what came before is good.
    pub missing: Option<Error>,
}

/// One search under way.
struct Walk<'a> {
    directory: &'a Directory,
    deadline: Instant,
    gathered: Gathered,
    answered: bool,
    more: bool,
}

/// The parts of a directory that can fail to be made.
pub(crate) fn parts(settings: &Settings) -> Result<(Url, HeaderValue, Wire), Error> {
    https(&settings.base, "the directory's address")?;
    let wire = Wire::new(&settings.network)?;
    let mut key = HeaderValue::from_str(settings.key.expose_secret().trim())
        .ok()
        .filter(|key| !key.is_empty())
        .ok_or_else(|| Error::Settings("the directory's key is not one".to_owned()))?;
    key.set_sensitive(true);
    let mut base = settings.base.clone();
    base.set_query(None);
    base.set_fragment(None);
    Ok((base, key, wire))
}

impl Directory {
    /// A handle; nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Settings`] in words for IT.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let (base, key, wire) = parts(&settings)?;
        let near = settings.near.as_deref().map(city).filter(|near| !near.is_empty());
        Ok(Self { base, key, near, patience: settings.patience.min(LONGEST), wire, turn: Mutex::new(()) })
    }

    /// People and services for what was typed, at most `limit` mailboxes (one to a hundred). Too little to ask for finds
    /// nothing and asks nobody.
    ///
    /// Dropping the future ends the search and closes its connection. A second search on the same handle waits for the
    /// first one to end or to be dropped.
    ///
    /// # Errors
    /// When nothing at all could be had; see [`Error`]. Where the first answers came and later ones did not, that is
    /// [`Found::missing`].
    pub async fn search(&self, query: &Query, limit: usize) -> Result<Found, Error> {
        let Some(asked) = Asked::of(&query.text) else { return Ok(Found::default()) };
        let place = query.place.as_deref().map(place).filter(|place| !place.is_empty());
        self.find(&asked, place.as_deref(), limit.clamp(1, MOST_ENTRIES)).await
    }

    /// The published mailboxes of one professional, by the eleven digits of the RPPS number or the twelve of a card.
    ///
    /// # Errors
    /// [`Error::NotARpps`], and as [`Directory::search`].
    pub async fn mailboxes_of(&self, number: &str) -> Result<Found, Error> {
        let asked = Asked::Rpps(rpps(number).ok_or(Error::NotARpps)?);
        self.find(&asked, None, MOST_ENTRIES).await
    }

    async fn find(&self, asked: &Asked, place: Option<&str>, limit: usize) -> Result<Found, Error> {
        let deadline = Instant::now() + self.patience;
        let _turn = timeout_at(deadline, self.turn.lock()).await.map_err(|_| Error::TimedOut)?;
        let gathered = Gathered::new(today());
        let mut walk = Walk { directory: self, deadline, gathered, answered: false, more: false };
        let mut wanted = Wanted { asked, anywhere: false, place, near: self.near.as_deref() };
        let missing = match walk.go(&mut wanted, limit).await {
            Ok(()) => None,
            Err(error) if walk.answered => Some(error),
            Err(error) => return Err(error),
        };
        let mut people = walk.gathered.entries(&wanted);
        let more = walk.more || missing.is_some() || people.len() > limit;
        people.truncate(limit);
        tracing::debug!(found = people.len(), more, complete = missing.is_none(), "directory searched");
        Ok(Found { people, more, missing })
    }

    /// One page.
    async fn ask(&self, url: Url, deadline: Instant) -> Result<Bundle, Error> {
        let first = self.send(url.clone(), deadline).await?;
        let answer = match breath(&first) {
            // Asked again once, if there is time for it.
            Some(breath) if Instant::now() + breath < deadline => {
                sleep(breath).await;
                self.send(url, deadline).await?
            }
            _ => first,
        };
        read(&answer)
    }

    async fn send(&self, url: Url, deadline: Instant) -> Result<Answer, Error> {
        let mut request = Request::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(KEY, self.key.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/fhir+json"));
        timeout_at(deadline, self.wire.send(request, LARGEST)).await.map_err(|_| Error::TimedOut)?
    }

    /// A question about one type of resource.
    fn question(&self, resource: &str, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(resource);
        }
        // A total of a search in texts costs the service time and us nothing (documented).
        url.query_pairs_mut().extend_pairs(parameters).extend_pairs([("_count", PAGE), ("_total", "none")]);
        url
    }

    /// Where the next page is, if it lies on the configured host: a link elsewhere would take the key along.
    fn next(&self, bundle: &Bundle) -> Option<Url> {
        let next = Url::parse(bundle.next()?).ok()?;
        (https(&next, "").is_ok() && authority(&next) == authority(&self.base)).then_some(next)
    }
}

impl Walk<'_> {
    /// Asks what there is to ask. An error ends it; what came before is in `gathered`.
    async fn go(&mut self, wanted: &mut Wanted<'_>, limit: usize) -> Result<(), Error> {
        match wanted.asked {
            Asked::Rpps(number) => {
                self.people(&[("identifier", number)], wanted, limit).await?;
                self.places(wanted).await
            }
            Asked::Address(part) => {
                let holds = [("mailbox-mss:contains", part.as_str()), ACTIVE];
                self.people(&holds, wanted, limit).await?;
                let whose = [&holds[..], &[("_include", "PractitionerRole:practitioner")]].concat();
                self.page("PractitionerRole", &whose).await?;
                self.page("Organization", &holds).await?;
                self.places(wanted).await
            }
            Asked::Words(words) => {
                self.named(words, wanted, limit).await?;
                self.places(wanted).await?;
                self.services(words, wanted).await?;
                if self.gathered.entries(wanted).is_empty() {
                    wanted.anywhere = true;
                    self.people(&[("name:contains", words.longest()), ACTIVE], wanted, limit).await?;
                    self.places(wanted).await?;
                }
                Ok(())
            }
        }
    }

    /// People by their names.
    async fn named(&mut self, words: &Words, wanted: &Wanted<'_>, limit: usize) -> Result<(), Error> {
        let names = words.names();
        let mut parameters = vec![("family", names.as_str()), ACTIVE];
        if words.groups.len() > 1 {
            parameters.push(("given", &names));
        }
        self.people(&parameters, wanted, limit).await?;
        match words.whole() {
            Some(whole) if self.gathered.reachable(wanted) == 0 => {
                self.people(&[("family", &whole), ACTIVE], wanted, limit).await
            }
            _ => Ok(()),
        }
    }

    /// People with their roles, page after page, until there are enough with a mailbox.
    async fn people(&mut self, parameters: &[(&str, &str)], wanted: &Wanted<'_>, limit: usize) -> Result<(), Error> {
        let parameters = [parameters, &[("_revinclude", "PractitionerRole:practitioner")]].concat();
        let mut url = self.directory.question("Practitioner", &parameters);
        for _ in 0..MOST_PAGES {
            let page = self.directory.ask(url, self.deadline).await?;
            let (leads_on, next) = (page.next().is_some(), self.directory.next(&page));
            self.take(page);
            if !leads_on {
                return Ok(());
            }
            // Who works in the place asked for is not known yet, so that any number may not be enough.
            let enough = wanted.place.is_none() && self.gathered.reachable(wanted) > limit;
            match next {
                Some(next) if !enough => url = next,
                _ => break,
            }
        }
        self.more = true;
        Ok(())
    }

    /// The structures people work in.
    async fn places(&mut self, wanted: &Wanted<'_>) -> Result<(), Error> {
        let ids = self.gathered.unknown_structures(wanted, MOST_STRUCTURES).join(",");
        if ids.is_empty() {
            return Ok(());
        }
        let url = self.directory.question("Organization", &[("_id", &ids)]);
        let page = self.directory.ask(url, self.deadline).await?;
        self.gathered.places(page);
        Ok(())
    }

    /// Structures whose own mailboxes answer the question: the word may stand in the address or in the structure's name;
    /// what a mailbox is for cannot be searched for.
    async fn services(&mut self, words: &Words, wanted: &Wanted<'_>) -> Result<(), Error> {
        let longest = words.longest();
        let place = wanted.place.map(|place| match place.bytes().all(|b| b.is_ascii_digit()) {
            true => ("address-postalcode", place.to_owned()),
            false => ("address-city", city_spellings(place)),
        });
        let place: Vec<(&str, &str)> = place.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let holds = ("mailbox-mss:contains", longest);
        self.page("Organization", &[&[holds, ACTIVE][..], &place].concat()).await?;
        let named = [("name:contains", longest), ("mailbox-mss:contains", "@"), ACTIVE];
        self.page("Organization", &[&named[..], &place].concat()).await
    }

    /// A question whose first page will do.
    async fn page(&mut self, resource: &str, parameters: &[(&str, &str)]) -> Result<(), Error> {
        let url = self.directory.question(resource, parameters);
        let page = self.directory.ask(url, self.deadline).await?;
        self.more |= page.next().is_some();
        self.take(page);
        Ok(())
    }

    fn take(&mut self, page: Bundle) {
        self.answered = true;
        self.gathered.take(page);
    }
}

/// A place as it is compared: a city folded, a postal code without its spaces.
fn place(text: &str) -> String {
    let folded = city(text);
    match folded.bytes().all(|b| b.is_ascii_digit() || b == b' ') {
        true => folded.replace(' ', ""),
        false => folded,
    }
}

/// How long to wait before asking again, if the answer is "too often" (RFC 6585 §4, RFC 9110 §10.2.3).
fn breath(answer: &Answer) -> Option<Duration> {
    let seconds = |headers: &HeaderMap| headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok();
    (answer.status == StatusCode::TOO_MANY_REQUESTS)
        .then(|| seconds(&answer.headers).map_or(BREATH, |seconds: u32| Duration::from_secs(seconds.into())))
}

fn read(answer: &Answer) -> Result<Bundle, Error> {
    let status = answer.status.as_u16();
    match answer.status {
        StatusCode::OK => Bundle::read(&answer.body),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Error::KeyRefused(status)),
        StatusCode::TOO_MANY_REQUESTS => Err(Error::TooMany),
        down if down.is_server_error() => Err(Error::Down { status, outcome: Bundle::read_outcome(&answer.body) }),
        _ => Err(Error::Refused { status, outcome: Bundle::read_outcome(&answer.body) }),
    }
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}
