//! A provider's page as the visit knows it, and the visit's answer as the page wants it.

use flow::{Factor, FieldKind, ServiceAnswer, ServiceField, ServicePage, ServicePurpose, ServiceWay, Text, WayKind};
use forms::{Channel, Meaning, Page, Purpose, Want};
use secrecy::SecretString;

/// Most characters of the provider's own words on one page of ours.
const MOST: usize = 600;

/// A page as it is shown, and how to answer it.
pub(crate) struct Shown {
    pub(crate) page: ServicePage,
    /// The page's own number of each field shown.
    fields: Vec<usize>,
    /// Boxes that must be ticked to go on, whose words are shown: going on ticks them.
    ticks: Vec<usize>,
}

/// The page as the kiosk's own pages can show it; `None` when they cannot.
pub(crate) fn shown(page: &Page) -> Option<Shown> {
    let purpose = purpose(page.purpose)?;
    let mut shown = Shown { page: ServicePage::default(), fields: Vec::new(), ticks: Vec::new() };
    let mut words: Vec<&str> = page.notices.iter().map(String::as_str).collect();
    for (number, field) in page.fields.iter().enumerate() {
        let Some(kind) = kind(field.want) else {
            match field.want {
                Want::Tick if field.required => {
                    words.push(&field.label);
                    shown.ticks.push(number);
                }
                // A choice of second factors comes as ways; any other is left as the page has it.
                _ => {}
            }
            continue;
        };
        shown.fields.push(number);
        shown.page.fields.push(ServiceField {
            kind,
            label: Text::from(field.label.as_str()),
            value: Text::from(if kind.is_secret() { "" } else { field.prefilled.as_deref().unwrap_or_default() }),
            digits: match page.purpose {
                Purpose::Code { digits, .. } => digits,
                _ => field.longest.and_then(|longest| u8::try_from(longest).ok()),
            }
            .filter(|_| kind == FieldKind::Code),
            optional: !field.required && kind == FieldKind::Text,
        });
    }
    let way = |way: &forms::Way| ServiceWay { kind: meaning(way.meaning), label: Text::from(way.label.as_str()) };
    shown.page.ways = page.ways.iter().map(way).collect();
    if matches!(purpose, ServicePurpose::Consent | ServicePurpose::Message) {
        words.extend(page.heading.as_deref());
        words.extend(page.texts.iter().map(String::as_str));
    }
    shown.page.purpose = purpose;
    shown.page.error = Text(page.errors.join("\n")).bounded(MOST);
    shown.page.notice = Text(words.join("\n")).bounded(MOST);
    Some(shown)
}

impl Shown {
    /// The way and the values as the page wants them. `None` when the answer is for another page.
    pub(crate) fn filled(&self, answer: ServiceAnswer) -> Option<(usize, Vec<(usize, SecretString)>)> {
        if answer.values.len() != self.fields.len() || answer.way >= self.page.ways.len() {
            return None;
        }
        let mut values: Vec<_> = self.fields.iter().copied().zip(answer.values).collect();
        values.extend(self.ticks.iter().map(|tick| (*tick, SecretString::from("on".to_owned()))));
        Some((answer.way, values))
    }
}

fn purpose(purpose: Purpose) -> Option<ServicePurpose> {
    Some(match purpose {
        Purpose::Login | Purpose::LoginAndPassword => ServicePurpose::Login,
        Purpose::Password => ServicePurpose::Password,
        Purpose::ChooseFactor => ServicePurpose::ChooseFactor,
        Purpose::Code { by, .. } => ServicePurpose::Code(factor(by)),
        Purpose::ForgottenLogin => ServicePurpose::Forgotten,
        Purpose::ResetCode => ServicePurpose::ResetCode,
        Purpose::NewPassword => ServicePurpose::NewPassword,
        Purpose::Consent => ServicePurpose::Consent,
        Purpose::Message => ServicePurpose::Message,
        Purpose::Unreadable => return None,
    })
}

fn factor(channel: Channel) -> Factor {
    match channel {
        Channel::Email => Factor::Mail,
        Channel::Sms => Factor::Sms,
        Channel::App => Factor::App,
        Channel::Unknown => Factor::Unknown,
    }
}

fn kind(want: Want) -> Option<FieldKind> {
    Some(match want {
        Want::Login => FieldKind::Login,
        Want::Password => FieldKind::Password,
        Want::NewPassword => FieldKind::NewPassword,
        Want::Again => FieldKind::NewPasswordAgain,
        Want::Code => FieldKind::Code,
        Want::Other => FieldKind::Text,
        Want::Choose | Want::Tick => return None,
    })
}

fn meaning(meaning: Meaning) -> WayKind {
    if let Some(channel) = meaning.factor() {
        return WayKind::Factor(factor(channel));
    }
    match meaning {
        Meaning::Continue => WayKind::Continue,
        Meaning::Resend => WayKind::Resend,
        Meaning::Forgotten => WayKind::Forgotten,
        Meaning::OtherAccount => WayKind::OtherAccount,
        Meaning::OtherFactor => WayKind::OtherFactor,
        Meaning::Accept => WayKind::Accept,
        Meaning::Deny => WayKind::Deny,
        _ => WayKind::Other,
    }
}
