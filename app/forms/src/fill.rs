//! Answers put into a form, as a browser does (HTML, §4.10.21 "Form submission").

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use encoding_rs::{Encoding, UTF_8};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::controls::{Form, Kind, Press};
use crate::error::Error;
use crate::page::{Meaning, Page, Want};
use crate::way::How;

/// How a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The fields, if any, are in the address already.
    Get,
    /// The fields go in the body.
    Post,
}

/// What to ask the provider for next. Shows nothing of what it carries.
#[derive(Clone)]
pub struct Request {
    /// How.
    pub method: Method,
    /// Where. Whoever sends it looks at host and scheme first.
    pub url: Url,
    fields: Vec<(String, SecretString)>,
    charset: &'static Encoding,
}

impl Request {
    /// Names and values, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The body of a post, `application/x-www-form-urlencoded`, in the encoding of the page.
    #[must_use]
    pub fn body(&self) -> SecretString {
        SecretString::from(encoded(&self.fields, self.charset))
    }

    pub(crate) fn to(url: Url) -> Self {
        Request { method: Method::Get, url, fields: Vec::new(), charset: UTF_8 }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({:?}, {} fields)", self.method, self.fields.len())
    }
}

fn encoded(fields: &[(String, SecretString)], charset: &'static Encoding) -> String {
    let encode: &dyn Fn(&str) -> Cow<'_, [u8]> = &|text| Cow::Owned(charset.encode(text).0.into_owned());
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.encoding_override(Some(encode));
    for (name, value) in fields {
        body.append_pair(name, value.expose_secret());
    }
    body.finish()
}

/// What is put into a control.
enum Put<'a> {
    Text(&'a SecretString),
    Digit(char),
    On,
    Entry(usize),
}

impl Page {
    /// The request a browser would send for a way, with answers to fields by their number in [`Page::fields`].
    ///
    /// # Errors
    /// Any [`Error`]; nothing is sent then.
    pub fn fill(&self, way: usize, answers: &[(usize, SecretString)]) -> Result<Request, Error> {
        let way = self.ways.get(way).ok_or(Error::NoSuchWay)?;
        let asks = matches!(way.meaning, Meaning::Continue | Meaning::Accept);
        self.sent(&way.how, answers, asks)
    }

    /// The request of a page that goes on by itself: a form its script would send, or a refresh. Nobody has to
    /// see it.
    #[must_use]
    pub fn by_itself(&self) -> Option<Request> {
        self.sent(self.by_itself.as_ref()?, &[], false).ok()
    }

    fn sent(&self, how: &How, answers: &[(usize, SecretString)], asks: bool) -> Result<Request, Error> {
        let (number, button, pick) = match how {
            How::Go(url) => return Ok(Request::to(url.clone())),
            How::Press { form, button, pick } => (*form, *button, *pick),
        };
        let form = self.forms.get(number).ok_or(Error::NoSuchWay)?;
        let pressed = button.and_then(|button| form.controls.get(button));
        let press = match pressed.map(|control| &control.kind) {
            Some(Kind::Press(press) | Kind::Picture(press)) => press.clone(),
            _ => Press::default(),
        };
        let mut put = self.put(number, answers, asks && !press.free)?;
        if let Some((control, entry)) = pick {
            put.insert(control, Put::Entry(entry));
        }
        let fields = entries(form, button, &put);
        let mut url = press.action.or_else(|| form.action.clone()).ok_or(Error::NoSuchWay)?;
        if press.post.unwrap_or(form.post) {
            return Ok(Request { method: Method::Post, url, fields, charset: form.charset });
        }
        let secret = |field: &usize| {
            let want = self.fields.get(*field).map(|field| field.want);
            matches!(want, Some(Want::Password | Want::NewPassword | Want::Again | Want::Code))
        };
        if answers.iter().any(|(field, value)| secret(field) && !value.expose_secret().is_empty()) {
            return Err(Error::SecretInAddress);
        }
        url.set_query(Some(&encoded(&fields, form.charset)));
        Ok(Request { method: Method::Get, url, fields: Vec::new(), charset: form.charset })
    }

    /// What goes into which control of a form.
    fn put<'a>(
        &self,
        form: usize,
        answers: &'a [(usize, SecretString)],
        asks: bool,
    ) -> Result<HashMap<usize, Put<'a>>, Error> {
        let mut put = HashMap::new();
        for (number, field) in self.fields.iter().enumerate().filter(|(_, field)| field.form == form) {
            let answer = answers.iter().find(|(n, _)| *n == number).map(|(_, answer)| answer);
            let answer = answer.filter(|answer| !answer.expose_secret().is_empty());
            let Some(answer) = answer else {
                if asks && field.required && field.prefilled.is_none() {
                    return Err(Error::Missing(number));
                }
                continue;
            };
            let text = answer.expose_secret();
            match field.want {
                Want::Choose => {
                    let pick = text.parse::<usize>().ok().and_then(|n| field.picks.get(n));
                    let (control, entry) = pick.ok_or(Error::NoSuchChoice(number))?;
                    put.insert(*control, Put::Entry(*entry));
                }
                Want::Tick => put.extend(field.targets.iter().map(|control| (*control, Put::On))),
                _ => {
                    // As a browser counts: in UTF-16 units.
                    if field.longest.is_some_and(|longest| text.encode_utf16().count() > longest) {
                        return Err(Error::TooLong(number));
                    }
                    match field.targets.as_slice() {
                        [only] => drop(put.insert(*only, Put::Text(answer))),
                        several => put.extend(several.iter().zip(text.chars()).map(|(at, c)| (*at, Put::Digit(c)))),
                    }
                }
            }
        }
        Ok(put)
    }
}

/// The entry list of a form.
fn entries(form: &Form, button: Option<usize>, put: &HashMap<usize, Put<'_>>) -> Vec<(String, SecretString)> {
    // Choosing one of a group leaves the others.
    let chosen: Option<&str> = put.iter().find_map(|(number, what)| {
        let control = form.controls.get(*number)?;
        (matches!(what, Put::Entry(_)) && matches!(control.kind, Kind::Radio)).then_some(control.name.as_str())
    });
    let mut entries = Vec::new();
    for (number, control) in form.controls.iter().enumerate().filter(|(_, control)| !control.disabled) {
        let pressed = Some(number) == button;
        if let (Kind::Picture(_), true) = (&control.kind, pressed) {
            let prefix = if control.name.is_empty() { String::new() } else { format!("{}.", control.name) };
            entries.extend(["x", "y"].map(|axis| (format!("{prefix}{axis}"), SecretString::from("0"))));
            continue;
        }
        if control.name.is_empty() {
            continue;
        }
        let mut add = |value: &SecretString| entries.push((control.name.clone(), value.clone()));
        let put = put.get(&number);
        match &control.kind {
            Kind::Line | Kind::Lines => match put {
                Some(Put::Text(text)) => add(text),
                Some(Put::Digit(digit)) => add(&SecretString::from(digit.to_string())),
                _ if control.name == "_charset_" => add(&SecretString::from(form.charset.name())),
                _ => add(&lines(&control.value)),
            },
            Kind::Tick if control.on || put.is_some() => add(&control.value),
            Kind::Radio => {
                let on = if chosen == Some(control.name.as_str()) { put.is_some() } else { control.on };
                if on {
                    add(&control.value);
                }
            }
            Kind::Select(choices) => {
                for (entry, choice) in choices.iter().enumerate() {
                    let on = if let Some(Put::Entry(pick)) = put { *pick == entry } else { choice.on };
                    if on && !choice.disabled {
                        add(&choice.value);
                    }
                }
            }
            Kind::Press(_) if pressed => add(&control.value),
            Kind::Tick | Kind::Press(_) | Kind::Picture(_) | Kind::Nothing => {}
        }
    }
    entries
}

/// Line ends as forms send them.
fn lines(value: &SecretString) -> SecretString {
    let text = value.expose_secret();
    if text.contains(['\n', '\r']) {
        SecretString::from(text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n"))
    } else {
        value.clone()
    }
}
