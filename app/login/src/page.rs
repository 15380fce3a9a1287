//! A page where a redirect was expected: what leads on, if that is plain.
//!
//! There is nobody to read the page and no script engine. A form without anything to fill in, or a link, is
//! followed when there is only one way to understand the page:
//! 1. exactly one form or link leads to a card host: the person put a card in, that is their choice;
//! 2. else, exactly one form on the page, and it leads on by itself;
//! 3. else, no form and exactly one link.

use forms::{MOST_WAYS, fits};
use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::settings::Settings;

/// Where a page leads.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Lead {
    Get(Url),
    Post(Url, Vec<(String, String)>),
}

impl Lead {
    fn url(&self) -> &Url {
        match self {
            Lead::Get(url) | Lead::Post(url, _) => url,
        }
    }
}

/// The one way on from this page, if there is one.
pub(crate) fn lead(body: &[u8], address: &Url, settings: &Settings) -> Option<Lead> {
    if !fits(body) {
        return None;
    }
    let page = Html::parse_document(&String::from_utf8_lossy(body));
    let select = |css| Selector::parse(css).ok();
    let base = select("base[href]")
        .and_then(|base| page.select(&base).next().and_then(|b| address.join(b.attr("href")?).ok()));
    let base = base.as_ref().unwrap_or(address);
    let form_tag = select("form")?;
    let forms: Vec<ElementRef<'_>> = page.select(&form_tag).take(MOST_WAYS).collect();
    let ready: Vec<Lead> = forms.iter().filter_map(|form| submitted(*form, base)).collect();
    let mut links: Vec<Lead> = Vec::new();
    for link in page.select(&select("a[href]")?) {
        if links.len() == MOST_WAYS {
            return None;
        }
        let target = link.attr("href").and_then(|href| base.join(href.trim()).ok());
        let Some(mut target) = target.filter(|url| matches!(url.scheme(), "https" | "http")) else {
            continue;
        };
        target.set_fragment(None);
        let lead = Lead::Get(target);
        // The same place twice (logo and button) is one way.
        if !links.contains(&lead) && *lead.url() != *address {
            links.push(lead);
        }
    }
    let mut to_card: Vec<&Lead> = Vec::new();
    // On the card host itself every link of the page would be one.
    for way in ready.iter().chain(&links).filter(|_| !settings.sees_card(address)) {
        if settings.sees_card(way.url()) && !to_card.contains(&way) {
            to_card.push(way);
        }
    }
    match (to_card.as_slice(), forms.len(), ready.as_slice(), links.as_slice()) {
        ([only], _, _, _) => Some((*only).clone()),
        ([], 1, [only], _) => Some(only.clone()),
        ([], 0, _, [only]) => Some(only.clone()),
        _ => None,
    }
}

/// A form as it is sent when nothing has to be filled in or chosen; `None` if something has.
fn submitted(form: ElementRef<'_>, base: &Url) -> Option<Lead> {
    let controls = Selector::parse("input, button, select, textarea").ok()?;
    let mut fields = Vec::new();
    let mut buttons = 0;
    for control in owned(form, &controls) {
        let name = control.attr("name").filter(|name| !name.is_empty());
        let field = name.map(|n| (n.to_owned(), control.attr("value").unwrap_or_default().to_owned()));
        let kind = control.attr("type").map(str::to_ascii_lowercase);
        match (control.value().name(), kind.as_deref()) {
            ("input", Some("hidden")) => fields.extend(field),
            ("input", Some("submit" | "image")) | ("button", None | Some("submit")) => {
                buttons += 1;
                fields.extend(field);
            }
            ("input" | "button", Some("button" | "reset")) => {}
            _ => return None,
        }
    }
    if buttons > 1 {
        return None;
    }
    let mut target = base.join(form.attr("action").unwrap_or_default().trim()).ok()?;
    target.set_fragment(None);
    if form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
        return Some(Lead::Post(target, fields));
    }
    target.query_pairs_mut().clear().extend_pairs(fields);
    Some(Lead::Get(target))
}

/// The controls of a form: those inside it, and those elsewhere that name it (`form="id"`).
fn owned<'a>(form: ElementRef<'a>, controls: &Selector) -> Vec<ElementRef<'a>> {
    let mut found: Vec<ElementRef<'a>> = form.select(controls).collect();
    let page = form.ancestors().last().and_then(|top| top.children().find_map(ElementRef::wrap));
    if let (Some(id), Some(page)) = (form.attr("id"), page) {
        found.extend(page.select(controls).filter(|control| control.attr("form") == Some(id)));
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use forms::{LONGEST_PAGE, MOST_TAGS};

    use super::*;

    fn lead_of(page: &str) -> Option<String> {
        let at = |text: &str| Url::parse(text).unwrap();
        let mut settings = Settings::new(at("https://a.test/d"), "i", "c", at("http://127.0.0.1/cb"));
        settings.card_hosts = vec!["card.test".into()];
        lead(page.as_bytes(), &at("https://a.test/login/page?x=1"), &settings).map(|lead| match lead {
            Lead::Get(url) => format!("GET {url}"),
            Lead::Post(url, fields) => {
                let fields: Vec<_> = fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
                format!("POST {url} {}", fields.join("&"))
            }
        })
    }

    #[test]
    fn a_form_that_submits_itself_is_followed() {
        let page = r#"<body onload="document.forms[0].submit()"><form method=post action=/go>
            <input type=hidden name=a value=1><input type=hidden name=b><button>Continuer</button></form>
            <a href=/aide>Aide</a><a href=/legal>Mentions</a>"#;
        assert_eq!(lead_of(page).unwrap(), "POST https://a.test/go a=1&b=");
    }

    #[test]
    fn the_card_link_is_chosen_among_many() {
        let page = r#"<a href="https://card.test/in#tab">Carte</a><a href=https://card.test/in>CPS</a>
            <form method=post><input name=rpps></form><a href=/aide>Aide</a>"#;
        assert_eq!(lead_of(page).unwrap(), "GET https://card.test/in");
    }

    #[test]
    fn a_single_link_is_followed_and_a_choice_is_not() {
        assert_eq!(lead_of("<a href=suite>Suite</a>").unwrap(), "GET https://a.test/login/suite");
        assert_eq!(lead_of("<a href=/1>1</a><a href=/2>2</a>"), None);
        assert_eq!(lead_of("<form action=/1></form><form action=/2></form>"), None);
        assert_eq!(lead_of("<form><button name=x>1</button><button>2</button></form>"), None);
        assert_eq!(lead_of("<form id=f method=post></form><button form=f>1</button><button form=f>2</button>"), None);
        assert_eq!(lead_of("<a href=https://card.test/1>1</a><a href=https://card.test/2>2</a>"), None);
    }

    #[test]
    fn a_form_to_fill_in_is_never_sent() {
        for field in ["<input name=u>", "<input type=password>", "<select name=s></select>", "<textarea></textarea>"] {
            assert_eq!(lead_of(&format!("<form action=/x>{field}<button>OK</button></form>")), None);
        }
    }

    #[test]
    fn anything_may_come_and_nothing_breaks() {
        for page in ["", "<", "<form action='::::'>", "<a href='javascript:alert(1)'>x</a>", "\u{0}\u{ffff}"] {
            let _ = lead_of(page);
        }
        // The worst met so far, at the limits: each used to take minutes or gigabytes.
        let many = |piece: fn(usize) -> String| (0..MOST_TAGS).map(piece).collect::<String>();
        let bold = (0..MOST_TAGS / 2).map(|n| format!("<b id={n}>")).collect::<String>();
        for page in [
            many(|_| "<div>".into()),
            many(|n| format!("<a href=/{n}>")),
            many(|n| format!("<form id=f><input form=f name={n}>")),
            bold + &"<p>x</p>".repeat(MOST_TAGS / 2),
            format!("<a {}>", "x ".repeat(LONGEST_PAGE / 2 - 4)),
            "<div>".repeat(200_000),
        ] {
            assert!(lead_of(&page).is_none());
        }
    }
}
