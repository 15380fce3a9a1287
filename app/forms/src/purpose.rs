//! What a page is for.

use crate::field::{digits, told_digits};
use crate::hints::Apt;
use crate::page::{Channel, Field, Meaning, Page, Purpose, Want};
use crate::text::{folded, folded_name, says};
use crate::way::channel;
use crate::words;

/// What is known of a page beside its fields and ways.
pub(crate) struct Signs<'a> {
    pub(crate) path: &'a str,
    /// There is something only a script could send, or only eyes could read.
    pub(crate) barred: bool,
    /// The pattern of the code's field.
    pub(crate) pattern: Option<String>,
}

/// Decides, and makes of the ways what follows from it.
pub(crate) fn decide(page: &mut Page, signs: &Signs<'_>, apt: &Apt<'_>) {
    let heading = folded(page.heading.as_deref().unwrap_or_default());
    let mut said = heading.clone();
    for text in page.notices.iter().chain(&page.texts).chain(page.fields.iter().map(|field| &field.label)) {
        said.push_str(&folded(text));
    }
    let path: String = signs.path.split('/').map(folded_name).collect();
    page.purpose = match apt.purpose() {
        Some(purpose) => purpose,
        None if signs.barred => Purpose::Unreadable,
        None => guess(page, &heading, &said, &path),
    };
    match &mut page.purpose {
        Purpose::Code { by, digits: count } => {
            let told = || channel(&heading).or_else(|| channel(&said)).or_else(|| channel(&path));
            *by = apt.by().or_else(told).unwrap_or(Channel::Unknown);
            let field = page.fields.iter().find(|field| field.want == Want::Code);
            let own = field.and_then(|field| digits(field, signs.pattern.as_deref()));
            *count = apt.digits().or(own).or_else(|| told_digits(&said));
        }
        Purpose::Consent if !page.ways.iter().any(|way| way.meaning == Meaning::Accept) => {
            if let Some(way) = page.ways.iter_mut().find(|way| way.meaning == Meaning::Continue) {
                way.meaning = Meaning::Accept;
            }
        }
        _ => {}
    }
}

fn guess(page: &mut Page, heading: &str, said: &str, path: &str) -> Purpose {
    let wants = |want: Want| page.fields.iter().any(|field| field.want == want);
    let way = |meaning: Meaning| page.ways.iter().any(|way| way.meaning == meaning);
    let typed = |field: &Field| !matches!(field.want, Want::Choose | Want::Tick);
    let goes = page.onward().is_some();
    let reset = || says(heading, words::RESET) || says(path, words::RESET);
    // What must be filled in and does not say what it is.
    if page.fields.iter().any(|field| field.want == Want::Other && field.required && field.label.is_empty()) {
        return Purpose::Unreadable;
    }
    if page.fields.iter().any(typed) {
        return match () {
            () if !goes => Purpose::Unreadable,
            () if wants(Want::NewPassword) => Purpose::NewPassword,
            () if wants(Want::Password) && wants(Want::Login) => Purpose::LoginAndPassword,
            () if wants(Want::Password) => Purpose::Password,
            () if wants(Want::Code) && reset() => Purpose::ResetCode,
            () if wants(Want::Code) => Purpose::Code { by: Channel::Unknown, digits: None },
            () if wants(Want::Login) && reset() => Purpose::ForgottenLogin,
            () if wants(Want::Login) => Purpose::Login,
            () => Purpose::Unreadable,
        };
    }
    let factors = page.ways.iter().filter(|way| way.meaning.factor().is_some()).count();
    if factors > 1 || (factors == 1 && says(said, words::FACTOR)) {
        return Purpose::ChooseFactor;
    }
    let answers = way(Meaning::Accept) && (way(Meaning::Deny) || way(Meaning::Cancel));
    if answers && says(said, words::REMEMBER) {
        // « Rester connecté ? » has one answer here.
        page.ways.retain(|way| way.meaning != Meaning::Accept);
        for way in page.ways.iter_mut().filter(|way| way.meaning == Meaning::Deny) {
            way.meaning = Meaning::Continue;
        }
        return if page.onward().is_some() { Purpose::Message } else { Purpose::Unreadable };
    }
    if answers || (goes && page.errors.is_empty() && says(heading, words::CONSENT)) {
        return Purpose::Consent;
    }
    if goes || way(Meaning::Cancel) || way(Meaning::OtherAccount) { Purpose::Message } else { Purpose::Unreadable }
}
