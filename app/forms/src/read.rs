//! From bytes to a page.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;
use url::Url;

use crate::controls::{Forms, is, joined};
use crate::dom::{View, decoded, parsed};
use crate::field::{Found, fields};
use crate::hints::{Apt, Hints};
use crate::limits::{LONGEST_TEXT, MOST_NODES, MOST_TEXTS, fits};
use crate::page::{Meaning, Page, Want, Way};
use crate::purpose::{Signs, decide};
use crate::text::plain;
use crate::way::{Around, How, ways};
use crate::words;

impl Page {
    /// Reads a page: its bytes, its `Content-Type`, its HTTP status, where it came from.
    ///
    /// Takes up to a second for the worst of pages within the limits: not for a thread that others wait for.
    #[must_use]
    pub fn read(body: &[u8], content_type: Option<&str>, status: u16, address: &Url, hints: &Hints) -> Page {
        let mut page = Page::unreadable(status);
        if !fits(body) {
            return page;
        }
        let (text, charset) = decoded(body, content_type);
        let html = parsed(&text);
        if html.tree.nodes().count() > MOST_NODES {
            return page;
        }
        let view = View::of(&html);
        let apt = hints.apt(address);
        let base = view.elements.iter().find(|e| e.value().name() == "base").and_then(|b| b.attr("href"));
        let base = base.and_then(|href| joined(address, href)).unwrap_or_else(|| address.clone());
        let mut forms = Forms::of(&view, &base, address, charset);
        let found: Vec<Found> = (0..forms.forms.len()).map(|form| fields(&view, &mut forms, form, &apt)).collect();
        let main = heaviest(&found);
        let around = Around { base: &base, address, main, found: &found, apt: &apt };
        page.ways = ways(&view, &forms, &around);
        sole(&mut page.ways, main);
        speak(&mut page, &view, &forms, &apt);
        page.language =
            view.elements.iter().find(|e| e.value().name() == "html").and_then(|e| language(e.attr("lang")?));
        page.by_itself = by_itself(&view, &forms, &found, &base, &page);
        let captcha = main.and_then(|main| found.get(main)).is_some_and(|found| found.captcha);
        let barred = captcha || (main.is_none() && forms.loose);
        let pattern = main.and_then(|main| pattern(&forms, found.get(main)?));
        page.fields = main.and_then(|main| found.into_iter().nth(main)).map(|found| found.fields).unwrap_or_default();
        page.forms = forms.forms;
        decide(&mut page, &Signs { path: address.path(), barred, pattern }, &apt);
        for field in &mut page.fields {
            field.label = apt.worded(std::mem::take(&mut field.label));
        }
        page
    }
}

/// The form the page is about, the first of the heaviest.
fn heaviest(found: &[Found]) -> Option<usize> {
    let most = found.iter().map(Found::weight).max().filter(|weight| *weight > 0)?;
    found.iter().position(|found| found.weight() == most)
}

/// The only button of a page without anything to fill in goes on, whatever its words.
fn sole(ways: &mut [Way], main: Option<usize>) {
    let mut buttons = ways.iter_mut().filter(|way| matches!(way.how, How::Press { .. }));
    if let (None, Some(only), None) = (main, buttons.next(), buttons.next())
        && only.meaning == Meaning::Unknown
    {
        only.meaning = Meaning::Continue;
    }
}

fn language(lang: &str) -> Option<String> {
    let lang: String = lang.trim().chars().take(12).collect();
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (lang.len() >= 2 && lang.chars().all(good)).then(|| lang.to_ascii_lowercase())
}

fn pattern(forms: &Forms<'_>, found: &Found) -> Option<String> {
    let code = found.fields.iter().find(|field| field.want == Want::Code)?;
    let target = code.targets.first().filter(|_| code.targets.len() == 1)?;
    let seat = forms.seats.iter().find(|seat| seat.form == code.form && seat.control == *target)?;
    seat.element.attr("pattern").map(|pattern| pattern.chars().take(64).collect())
}

/// Where a page goes without anybody: one form with nothing to fill in that its script sends, or a refresh.
fn by_itself(view: &View<'_>, forms: &Forms<'_>, found: &[Found], base: &Url, page: &Page) -> Option<How> {
    if !page.errors.is_empty() {
        return None;
    }
    if let ([_], [only]) = (forms.forms.as_slice(), found)
        && only.fields.is_empty()
        && !forms.loose
    {
        let buttons = forms.seats.iter().filter(|seat| !is(seat.element, "hidden")).count();
        let mut presses = page.ways.iter().map(|way| &way.how).filter(|how| matches!(how, How::Press { .. }));
        let sends = || view.elements.iter().any(|e| scripted(*e));
        // A button elsewhere is for a person, even one that only a script hears.
        let quiet = forms.shown == 0 && !forms.seats.is_empty() && presses.clone().next().is_none();
        if buttons <= 1 && forms.shown <= buttons && (quiet || sends()) {
            let bare = How::Press { form: 0, button: None, pick: None };
            return Some(presses.next().cloned().unwrap_or(bare));
        }
    }
    if !forms.forms.is_empty() {
        return None;
    }
    view.elements.iter().find_map(|e| refresh(*e, base)).map(How::Go)
}

/// A script that sends a form.
fn scripted(element: ElementRef<'_>) -> bool {
    let sends = |text: &str| text.contains(".submit(") || text.contains(".submit ()");
    match element.value().name() {
        "script" => element.text().any(sends),
        "body" => element.attr("onload").is_some_and(sends),
        _ => false,
    }
}

/// `<meta http-equiv=refresh>` within five seconds. Inside `noscript` it leads to where scripts are asked for.
fn refresh(element: ElementRef<'_>, base: &Url) -> Option<Url> {
    let equiv = element.attr("http-equiv").filter(|_| element.value().name() == "meta")?;
    let inside = element.ancestors().filter_map(ElementRef::wrap).any(|a| a.value().name() == "noscript");
    if !equiv.eq_ignore_ascii_case("refresh") || inside {
        return None;
    }
    let (delay, target) = element.attr("content")?.split_once([';', ','])?;
    let delay: f32 = delay.trim().parse().ok()?;
    let (name, target) = target.split_once('=')?;
    if delay > 5.0 || !name.trim().eq_ignore_ascii_case("url") {
        return None;
    }
    joined(base, target.trim().trim_matches(['"', '\''])).filter(|url| url.scheme() == "https" && url != base)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tone {
    Error,
    Notice,
    Text,
}

/// What the page says: errors, notices, title, sentences.
fn speak(page: &mut Page, view: &View<'_>, forms: &Forms<'_>, apt: &Apt<'_>) {
    let mut taken: HashSet<NodeId> = HashSet::new();
    let heading = view.heading();
    let described: HashSet<&str> = view
        .elements
        .iter()
        .filter(|e| e.attr("aria-invalid").is_some_and(|v| !v.eq_ignore_ascii_case("false")))
        .flat_map(|e| [e.attr("aria-describedby"), e.attr("aria-errormessage")])
        .flatten()
        .flat_map(str::split_whitespace)
        .collect();
    for element in view.elements.iter().filter(|e| !view.is_mute(**e)) {
        let inside = element.parent().is_some_and(|parent| taken.contains(&parent.id()));
        if inside || heading.is_some_and(|heading| heading.id() == element.id()) {
            taken.insert(element.id());
            continue;
        }
        let control =
            matches!(element.value().name(), "html" | "body" | "form" | "a" | "button" | "input" | "img" | "svg");
        let Some(tone) = tone(*element, &described).filter(|_| !control && !forms.around.contains(&element.id()))
        else {
            continue;
        };
        taken.insert(element.id());
        let text = view.text(*element, LONGEST_TEXT);
        let said = match tone {
            Tone::Error => &mut page.errors,
            Tone::Notice => &mut page.notices,
            Tone::Text => &mut page.texts,
        };
        let text = apt.worded(text);
        if !text.is_empty() && said.len() < MOST_TEXTS && !said.contains(&text) {
            said.push(text);
        }
    }
    let title = || view.elements.iter().find(|e| e.value().name() == "title").map(|e| e.text().collect::<String>());
    let heading =
        heading.map(|e| view.text(e, LONGEST_TEXT)).or_else(|| title().map(|text| plain(&text, LONGEST_TEXT)));
    page.heading = heading.filter(|text| !text.is_empty()).map(|text| apt.worded(text));
    let (errors, notices) = (page.errors.clone(), page.notices.clone());
    page.notices.retain(|text| !errors.contains(text));
    page.texts.retain(|text| !errors.contains(text) && !notices.contains(text));
}

fn tone(element: ElementRef<'_>, described: &HashSet<&str>) -> Option<Tone> {
    if element.attr("id").is_some_and(|id| described.contains(id)) {
        return Some(Tone::Error);
    }
    let classes: Vec<String> =
        element.value().classes().flat_map(|c| c.split(['-', '_'])).map(str::to_ascii_lowercase).collect();
    let has = |words: &[&str]| classes.iter().any(|class| words.contains(&class.as_str()));
    let (role, live) = (element.attr("role").unwrap_or_default(), element.attr("aria-live").unwrap_or_default());
    if has(words::ERROR_CLASSES) && !classes.iter().all(|c| c == "alert" || !words::ERROR_CLASSES.contains(&c.as_str()))
    {
        return Some(Tone::Error);
    }
    if has(words::NOTICE_CLASSES) || role == "status" || live == "polite" {
        return Some(Tone::Notice);
    }
    if role == "alert" || live == "assertive" || has(&["alert"]) {
        return Some(Tone::Error);
    }
    matches!(element.value().name(), "p" | "li" | "legend" | "h1" | "h2" | "h3" | "dt").then_some(Tone::Text)
}
