//! A login by the provider's own pages: a conversation, one page and one answer at a time.
//!
//! ```text
//!  Door::enter ──▶ Step::Page ──▶ Conversation::answer ──▶ Step::Page ──▶ … ──▶ Step::Open(Session)
//!  authorize       what it asks   what the person typed    wrong, or what       code, tokens, ID token,
//!  request         (`forms`)      (secrets)                it asks next         UserInfo
//! ```
//!
//! Pages that ask nothing and go on by themselves are not shown. Cookies live as long as the conversation, then with the
//! session, whose end at the provider they are part of. Answers are sent and forgotten.

use std::fmt;
use std::sync::Arc;

use forms::{Hints, Page, Purpose};
use reqwest::StatusCode;
use reqwest::cookie::Jar;
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use tokio::sync::oneshot;
use url::Url;

use crate::browse::{Browser, Filled, Sending, Stop, is_html};
use crate::error::Error;
use crate::flow::{Opened, Request, Site, redeem, request};
use crate::room::{Room, blocking};
use crate::session::Session;
use crate::wire::Answer;

/// Answers in one conversation. Nobody mistypes so often; a provider that shows the same page for ever ends here.
const MOST_ANSWERS: u32 = 60;

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// A page, to be answered by [`Conversation::answer`]. One whose purpose is [`Purpose::Unreadable`] may still have
    /// words and ways.
    Page(Page),
    /// The person is in.
    Open(Session),
}

/// A login under way on the provider's pages. Dropping it forgets its cookies; tokens that came meanwhile are revoked.
pub struct Conversation {
    site: Arc<Site>,
    room: Arc<Room>,
    hints: Arc<Hints>,
    jar: Arc<Jar>,
    request: Arc<Request>,
    shown: Option<(Page, Url)>,
    answers: u32,
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversation")
    }
}

/// How a step ended.
enum Came {
    Page(Box<Page>, Url),
    Open(Box<Opened>),
}

impl Conversation {
    pub(crate) async fn begin(site: Arc<Site>, room: Arc<Room>, hints: Arc<Hints>) -> Result<(Self, Step), Error> {
        // The person reads French, and a page's words matter.
        let request = Arc::new(request(&site, &[("ui_locales", "fr")])?);
        let start = Sending { url: request.address.clone(), form: None };
        let mut conversation =
            Conversation { site, room, hints, jar: Arc::default(), request, shown: None, answers: 0 };
        let step = conversation.step(start).await?;
        Ok((conversation, step))
    }

    /// Answers the page shown last: by one of its ways, with values for its fields by their numbers.
    ///
    /// After an error of the network, [`Error::ProviderDown`] and [`Error::Answers`] the page is still the same and may
    /// be answered again; what the person typed has to be given again. Any other error ends the conversation.
    ///
    /// # Errors
    /// [`Error::Answers`] when they do not fit the page; [`Error::ProviderError`] when the provider says no, such as
    /// `access_denied` when consent was refused; [`Error::TooManyPages`]; [`Error::Stopped`] after the end; else as for
    /// any login.
    pub async fn answer(&mut self, way: usize, values: &[(usize, SecretString)]) -> Result<Step, Error> {
        let (page, address) = self.shown.as_ref().ok_or(Error::Stopped)?;
        let sending = sending(page.fill(way, values)?, address);
        if self.answers >= MOST_ANSWERS {
            self.shown = None;
            return Err(Error::TooManyPages);
        }
        self.answers += 1;
        let came = self.step(sending).await;
        if came.as_ref().is_err_and(|error| !may_be_tried_again(error)) {
            self.shown = None;
        }
        came
    }

    async fn step(&mut self, sending: Sending) -> Result<Step, Error> {
        let (site, room, jar) = (Arc::clone(&self.site), Arc::clone(&self.room), Arc::clone(&self.jar));
        let (request, hints) = (Arc::clone(&self.request), Arc::clone(&self.hints));
        let work = self.room.start(async move { went(&site, room, jar, sending, &request, &hints).await });
        let limit = self.site.settings.timeouts.step;
        match self.room.wait(limit, work).await? {
            Came::Page(page, address) => {
                let step = Step::Page((*page).clone());
                self.shown = Some((*page, address));
                Ok(step)
            }
            Came::Open(opened) => {
                self.shown = None;
                Session::new(*opened).map(Step::Open).ok_or(Error::Stopped)
            }
        }
    }
}

fn may_be_tried_again(error: &Error) -> bool {
    matches!(error, Error::Unreachable { .. } | Error::Dropped { .. } | Error::TimedOut | Error::ProviderDown(_))
}

fn sending(request: forms::Request, page: &Url) -> Sending {
    let url = request.url.clone();
    let posts = request.method == forms::Method::Post;
    Sending { url, form: posts.then(|| Filled::Answers(request, page.clone())) }
}

/// One step: sends, follows, and past pages nobody has to see, until a person is asked or the provider has answered.
async fn went(
    site: &Arc<Site>,
    room: Arc<Room>,
    jar: Arc<Jar>,
    mut next: Sending,
    request: &Request,
    hints: &Hints,
) -> Result<Came, Error> {
    let settings = &*site.settings;
    let stops = vec![settings.redirect_uri.clone()];
    let browser = Browser { settings, wire: &site.wire, jar: &jar, hand: None, stops };
    let mut hops = 0;
    let answer = loop {
        let (answer, address) = match browser.follow(next, &mut hops).await? {
            Stop::At(answer) => break answer,
            Stop::Answer(answer, address) => (answer, address),
        };
        let page = read(&browser, &answer, &address, hints)?;
        match page.by_itself() {
            Some(request) => next = sending(request, &address),
            None => return Ok(Came::Page(Box::new(page), address)),
        }
    };
    // Nobody waits for the token alone here.
    let (vouched, _) = oneshot::channel();
    let opened = redeem(site, room, Arc::clone(&jar), &answer, request, vouched).await?;
    Ok(Came::Open(Box::new(opened)))
}

/// An answer as a page. A client error may be one too: some show the same form again with it.
fn read(browser: &Browser<'_>, answer: &Answer, address: &Url, hints: &Hints) -> Result<Page, Error> {
    let status = answer.status;
    if status.is_server_error() {
        return Err(Error::ProviderDown(status.as_u16()));
    }
    let kind = answer.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let body = if is_html(&answer.headers) { answer.body.as_slice() } else { b"" };
    // Up to a megabyte of anybody's markup: not on the time of the other tasks.
    let page = blocking(|| Page::read(body, kind, status.as_u16(), address, hints));
    let mute = page.purpose == Purpose::Unreadable && page.errors.is_empty();
    match status {
        StatusCode::TOO_MANY_REQUESTS if mute => Err(Error::ProviderDown(status.as_u16())),
        status if status.is_client_error() && mute => Err(browser.refusal(answer, address)),
        _ => Ok(page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_can_be_held_from_any_task() {
        fn sent<T: Send>() {}
        sent::<Conversation>();
        sent::<Step>();
    }
}
