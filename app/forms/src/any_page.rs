//! Whatever a provider sends, reading it ends, nothing panics, and what comes out is bounded.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use url::Url;

use crate::limits::{LONGEST_PAGE, LONGEST_TEXT, MOST_TAGS, MOST_TEXTS, MOST_WAYS};
use crate::{Hints, Page, Purpose};

fn read(body: &[u8]) -> Page {
    let address = Url::parse("https://a.test/p").unwrap();
    Page::read(body, None, 200, &address, &Hints::default())
}

/// Pieces that pages are made of, in any order.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        "<(a|form|input|button|base|select|option|label|fieldset|legend|table|tr|td|textarea|template|noscript|details|b|p|div|h1)( (href|action|name|value|type|form|id|for|class|role|method|required|checked|disabled|hidden|maxlength|autocomplete|style)(=[\"']?[ -~]{0,12}[\"']?)?){0,4}>",
        "<input type=(text|password|radio|checkbox|hidden|submit|image|tel|number) name=[a-c] value=(code|sms|oui|1)?>",
        "<(button|a href=/x|label|li)>(Continuer|Accepter|Code par SMS|Mot de passe|e-mail|Refuser)</[a-z]{1,6}>",
        "</[a-z]{1,6}>",
        "\\PC{0,6}",
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_page_is_read_and_every_way_of_it_can_be_tried(page in markup(), answer in "\\PC{0,12}") {
        let page = read(page.as_bytes());
        let answers: Vec<_> = (0..page.fields.len()).map(|n| (n, answer.clone().into())).collect();
        for way in 0..page.ways.len() {
            if let Ok(request) = page.fill(way, &answers) {
                prop_assert!(matches!(request.url.scheme(), "https" | "http"));
                let _ = request.body();
            }
        }
        let _ = page.by_itself();
        prop_assert!(page.ways.len() <= MOST_WAYS);
        for said in [&page.errors, &page.notices, &page.texts] {
            prop_assert!(said.len() <= MOST_TEXTS);
            prop_assert!(said.iter().all(|text| text.chars().count() <= LONGEST_TEXT + 1 && !text.contains(char::is_control)));
        }
    }

    #[test]
    fn any_bytes_are_read(noise in vec(any::<u8>(), 0..400)) {
        let _ = read(&noise);
    }
}

#[test]
fn the_worst_pages_within_the_limits_end() {
    let many = |piece: fn(usize) -> String| (0..MOST_TAGS).map(piece).collect::<String>();
    let bold = (0..MOST_TAGS / 2).map(|n| format!("<b id={n}>")).collect::<String>();
    let pages = [
        many(|_| "<div class=error>".into()),
        many(|n| format!("<a href=/{n}>")),
        many(|n| format!("<form id=f><input form=f name={n}>")),
        many(|n| format!("<p class=error>{n}<label for=i{n}>")),
        many(|n| format!("<input type=radio name=a id={n}>")),
        bold + &"<p>x</p>".repeat(MOST_TAGS / 2),
        format!("<a {}>", "x ".repeat(LONGEST_PAGE / 2 - 4)),
        format!("<form><input name=a placeholder='{}'></form>", "code ".repeat(20_000)),
        "<div>".repeat(200_000),
        "é".repeat(LONGEST_PAGE),
    ];
    for (number, page) in pages.iter().enumerate() {
        let began = Instant::now();
        let read = read(page.as_bytes());
        assert!(began.elapsed() < Duration::from_secs(20), "page {number} took {:?}", began.elapsed());
        assert!(
            matches!(read.purpose, Purpose::Unreadable | Purpose::Code { .. }),
            "page {number}: {:?}",
            read.purpose
        );
    }
}
