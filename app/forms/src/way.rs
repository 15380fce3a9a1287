//! What buttons and links do.

use scraper::ElementRef;
use url::Url;

use crate::controls::{Forms, Kind, is, joined};
use crate::dom::View;
use crate::field::Found;
use crate::hints::Apt;
use crate::limits::{LONGEST_LABEL, MOST_WAYS};
use crate::page::{Channel, Field, Meaning, Want, Way};
use crate::text::{folded, folded_name, plain, says};
use crate::words;

/// How a way is gone.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum How {
    /// A form is sent: by which button, with which entry of a group or list chosen.
    Press { form: usize, button: Option<usize>, pick: Option<(usize, usize)> },
    /// A link.
    Go(Url),
}

/// What a page looks like around its ways.
pub(crate) struct Around<'a> {
    pub(crate) base: &'a Url,
    pub(crate) address: &'a Url,
    /// The form the page is about.
    pub(crate) main: Option<usize>,
    pub(crate) found: &'a [Found],
    pub(crate) apt: &'a Apt<'a>,
}

impl Around<'_> {
    fn fields(&self) -> &[Field] {
        self.main.and_then(|main| self.found.get(main)).map_or(&[], |found| &found.fields)
    }

    /// Whether a button with "SMS" on it chooses a factor: not beside a login or a password.
    fn factors(&self) -> bool {
        !self.fields().iter().any(|f| !matches!(f.want, Want::Code | Want::Choose | Want::Tick))
    }
}

/// The ways on from a page, in its order.
pub(crate) fn ways(view: &View<'_>, forms: &Forms<'_>, around: &Around<'_>) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for element in &view.elements {
        if ways.len() >= MOST_WAYS {
            break;
        }
        let way = match element.value().name() {
            "a" => link(view, forms, around, *element),
            "button" | "input" => button(view, forms, around, *element),
            _ => None,
        };
        if let Some(way) = way.filter(|way| !ways.iter().any(|w| w.how == way.how)) {
            ways.push(way);
        }
    }
    if let Some(main) = around.main {
        picked(around, main, &mut ways);
        settle(forms, around, main, &mut ways);
    }
    ways
}

fn button(view: &View<'_>, forms: &Forms<'_>, around: &Around<'_>, element: ElementRef<'_>) -> Option<Way> {
    let seat = forms.seats.iter().find(|seat| seat.element.id() == element.id())?;
    let presses =
        forms.control(*seat).is_some_and(|c| !c.disabled && matches!(c.kind, Kind::Press(_) | Kind::Picture(_)));
    if !presses || view.is_hidden(element) {
        return None;
    }
    // The button of a search box or a choice of language is none of a login's.
    let others = around.main.is_some_and(|main| main != seat.form);
    if others && around.found.get(seat.form).is_some_and(|found| !found.fields.is_empty() || found.search) {
        return None;
    }
    let label = label(view, element);
    let (name, id) = (element.attr("name"), element.attr("id"));
    let hinted = around.apt.button(name, element.attr("value"), id, &label);
    let names = [element.attr("value"), name, id].into_iter().flatten().map(folded_name);
    let meaning = hinted.or_else(|| meaning(&label, names, around.factors(), true)).unwrap_or(Meaning::Unknown);
    Some(Way { meaning, label, how: How::Press { form: seat.form, button: Some(seat.control), pick: None } })
}

fn link(view: &View<'_>, forms: &Forms<'_>, around: &Around<'_>, element: ElementRef<'_>) -> Option<Way> {
    if view.is_hidden(element) {
        return None;
    }
    let href = element.attr("href")?.trim();
    let label = label(view, element);
    if href.is_empty() || href.starts_with('#') || href.to_ascii_lowercase().starts_with("javascript:") {
        return by_script(forms, around, element, label);
    }
    let target = joined(around.base, href).filter(|url| url.scheme() == "https")?;
    let id = element.attr("id").map(folded_name);
    let names = id.into_iter().chain(target.path().rsplit('/').map(folded_name).take(2)).collect::<Vec<_>>();
    let hinted = around.apt.link(&target, &label);
    let alone = around.main.is_none();
    let meaning =
        hinted.or_else(|| meaning(&label, names.into_iter(), around.factors(), alone)).unwrap_or(Meaning::Unknown);
    if meaning == Meaning::Unknown && target == *around.address {
        return None;
    }
    Some(Way { meaning, label, how: How::Go(target) })
}

/// A link that only a script follows, but inside a form that has nothing else: it can only send the form.
fn by_script(forms: &Forms<'_>, around: &Around<'_>, element: ElementRef<'_>, label: String) -> Option<Way> {
    let form = element.ancestors().find_map(|a| forms.elements.iter().position(|form| form.id() == a.id()))?;
    let silent = forms.seats.iter().filter(|seat| seat.form == form).all(|seat| is(seat.element, "hidden"));
    if !silent || around.main == Some(form) {
        return None;
    }
    let meaning = meaning(&label, std::iter::empty(), around.factors(), around.main.is_none())?;
    Some(Way { meaning, label, how: How::Press { form, button: None, pick: None } })
}

fn label(view: &View<'_>, element: ElementRef<'_>) -> String {
    let mut label = match element.value().name() {
        "input" => element.attr("value").map(|text| plain(text, LONGEST_LABEL)).unwrap_or_default(),
        _ => view.text(element, LONGEST_LABEL),
    };
    let picture = element.descendants().filter_map(ElementRef::wrap).find_map(|e| e.attr("alt"));
    for other in [element.attr("aria-label"), element.attr("alt"), picture, element.attr("title")] {
        if label.is_empty() {
            label = other.map(|text| plain(text, LONGEST_LABEL)).unwrap_or_default();
        }
    }
    label
}

/// What words say a way does; names only where words say nothing.
fn meaning(label: &str, names: impl Iterator<Item = String>, factors: bool, onward: bool) -> Option<Meaning> {
    let said = folded(label);
    told(&said, factors, onward).or_else(|| names.into_iter().find_map(|name| told(&name, factors, onward)))
}

fn told(text: &str, factors: bool, onward: bool) -> Option<Meaning> {
    const ORDER: [(Meaning, &[&str]); 7] = [
        (Meaning::Resend, words::RESEND),
        (Meaning::Forgotten, words::FORGOTTEN),
        (Meaning::OtherFactor, words::OTHER_FACTOR),
        (Meaning::OtherAccount, words::OTHER_ACCOUNT),
        (Meaning::Deny, words::DENY),
        (Meaning::Cancel, words::CANCEL),
        (Meaning::Accept, words::ACCEPT),
    ];
    if let Some((meaning, _)) = ORDER.iter().find(|(_, phrases)| says(text, phrases)) {
        return Some(*meaning);
    }
    if factors && let Some(channel) = channel(text).filter(|_| offered(text)) {
        return Some(chosen(channel));
    }
    (onward && says(text, words::ONWARD)).then_some(Meaning::Continue)
}

/// A way by which codes come is offered, or is all that is said.
fn offered(text: &str) -> bool {
    says(text, words::OFFERED) || text.split_whitespace().count() <= 2
}

fn chosen(channel: Channel) -> Meaning {
    match channel {
        Channel::Email => Meaning::FactorEmail,
        Channel::Sms => Meaning::FactorSms,
        Channel::App => Meaning::FactorApp,
        Channel::Unknown => Meaning::Unknown,
    }
}

/// By what a code comes, in a folded text.
pub(crate) fn channel(text: &str) -> Option<Channel> {
    const ORDER: [(Channel, &[&str]); 3] =
        [(Channel::App, words::BY_APP), (Channel::Sms, words::BY_SMS), (Channel::Email, words::BY_EMAIL)];
    ORDER.iter().find(|(_, phrases)| says(text, phrases)).map(|(channel, _)| *channel)
}

/// A group or list of factors: each entry is a way.
fn picked(around: &Around<'_>, main: usize, ways: &mut Vec<Way>) {
    if !around.factors() {
        return;
    }
    let send = ways.iter().find_map(|way| match way.how {
        How::Press { form, button, .. } if form == main => Some(button),
        _ => None,
    });
    for field in around.fields().iter().filter(|field| field.want == Want::Choose) {
        let each = field.options.iter().zip(&field.picks);
        let known: Vec<Way> = each
            .filter_map(|(label, pick)| {
                let how = How::Press { form: main, button: send.flatten(), pick: Some(*pick) };
                Some(Way { meaning: chosen(channel(&folded(label))?), label: label.clone(), how })
            })
            .collect();
        ways.extend(known);
    }
}

/// The form the page is about can be sent, whatever its button is called.
fn settle(forms: &Forms<'_>, around: &Around<'_>, main: usize, ways: &mut Vec<Way>) {
    let ours = |way: &Way| matches!(way.how, How::Press { form, .. } if form == main);
    let known =
        |way: &Way| matches!(way.meaning, Meaning::Continue | Meaning::Accept) || way.meaning.factor().is_some();
    if ways.iter().any(|way| ours(way) && known(way)) {
        return;
    }
    if let Some(way) = ways.iter_mut().find(|way| ours(way) && way.meaning == Meaning::Unknown) {
        way.meaning = Meaning::Continue;
    } else if !ways.iter().any(ours)
        && !around.fields().is_empty()
        && forms.forms.get(main).is_some_and(|f| f.action.is_some())
    {
        // Sent by the key "enter", in a browser.
        ways.push(Way {
            meaning: Meaning::Continue,
            label: String::new(),
            how: How::Press { form: main, button: None, pick: None },
        });
    }
}
