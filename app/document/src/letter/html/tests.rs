//! What programs write, and what comes of it.

use proptest::prelude::*;

use super::read;
use crate::letter::sheet::{Kind, Sheet};

fn sheet(source: &str) -> Sheet {
    let mut sheet = Sheet::new(500_000, 10_000);
    read(source, 500_000, &mut sheet);
    sheet
}

/// Pieces as `kind> text`.
fn shown(source: &str) -> Vec<String> {
    let kind = |kind| match kind {
        Kind::Paragraph => "",
        Kind::Heading => "# ",
        Kind::Item => "li ",
        Kind::Row => "row ",
        Kind::Preformatted => "pre ",
        Kind::Signature => "sig ",
        Kind::Rule => "rule",
    };
    sheet(source).pieces.iter().map(|p| format!("{}{}{}", ">".repeat(p.depth.into()), kind(p.kind), p.text)).collect()
}

#[test]
fn headings_paragraphs_and_breaks() {
    assert_eq!(
        shown(
            "<h2>Compte <b>rendu</b></h2><p>Un\n  deux<br>trois<p>quatre<br><br>cinq<hr><div>six</div><div>sept</div>"
        ),
        ["# Compte rendu", "Un deux\ntrois", "quatre", "cinq", "rule", "six\nsept"]
    );
}

#[test]
fn lines_of_divisions_as_apple_and_gmail_write_them() {
    assert_eq!(
        shown(
            "<div dir=ltr>Bonjour,<div><br></div><div>Une ligne</div><div>et une autre</div><div>&nbsp;</div><div>Fin</div></div>"
        ),
        ["Bonjour,", "Une ligne\net une autre", "Fin"]
    );
}

#[test]
fn paragraphs_of_outlook() {
    let source = "<p class=MsoNormal>Bonjour,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Une ligne<o:p></o:p></p>\
                  <p class=MsoNormal>et une autre</p>";
    assert_eq!(shown(source), ["Bonjour,", "Une ligne\net une autre"]);
}

#[test]
fn lists_with_their_marks() {
    assert_eq!(
        shown(
            "<ul><li>un<li>deux<ul><li>dedans</ul></ul><ol start=3><li>trois<li><p>quatre</p><p>suite</p></ol><ol type=a><li>a</ol>"
        ),
        ["li • un", "li • deux", "li – dedans", "li 3. trois", "li 4. quatre", "suite", "li a. a"]
    );
}

#[test]
fn lists_of_word() {
    let item = |mark: &str, text: &str| {
        format!(
            "<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>\
             <span style='font-family:Symbol'><span style='mso-list:Ignore'>{mark}<span style='font:7.0pt'>&nbsp;&nbsp;&nbsp; \
             </span></span></span><![endif]>{text}</p>"
        )
    };
    assert_eq!(shown(&(item("·", "Repos") + &item("1.", "Doliprane"))), ["li • Repos", "li 1. Doliprane"]);
}

#[test]
fn rows_of_data_and_tables_of_layout() {
    let data = "<table><tr><th>Analyse<th>Résultat<th>Norme<tr><td>Hémoglobine<td><p>11,2</p><td><tr><td>Plaquettes</td><td></td><td>150-400</td></tr></table>";
    assert_eq!(shown(data), ["row Analyse\tRésultat\tNorme", "row Hémoglobine\t11,2", "row Plaquettes\t\t150-400"]);
    let layout = "<table><tr><td><img src=logo.png></td><td><table><tr><td><p>Bonjour,</p><p>Un texte.</p></td></tr></table></td></tr></table>";
    assert_eq!(shown(layout), ["Bonjour,", "Un texte."]);
    let spanned = "<table><tr><td colspan=2>a<td>b</tr></table>";
    assert_eq!(shown(spanned), ["row a\t\tb"]);
}

#[test]
fn quotations_as_mail_programs_mark_them() {
    assert_eq!(
        shown(
            "Merci<div class=\"gmail_quote\"><div class=gmail_attr>Le 12 mars, Zoé a écrit :<br></div><blockquote class=\"gmail_quote\" style=\"border-left:1px solid\">Bonjour<blockquote type=cite>avant</blockquote></blockquote></div>"
        ),
        ["Merci\nLe 12 mars, Zoé a écrit :", ">Bonjour", ">>avant"]
    );
    assert_eq!(shown("<blockquote style='margin:0 0 0 40px;border:none'>décalé</blockquote>"), ["décalé"]);
    assert_eq!(shown("<div class=yahoo_quoted>ancien</div>"), [">ancien"]);
}

#[test]
fn what_is_hidden_is_not_there() {
    for hidden in [
        "<script>alert(1)</script>",
        "<style>p{color:red}</style>",
        "<title>t</title>",
        "<div style='display:none'>x<div>y</div>z</div>",
        "<span hidden>x<span>y</span>z</span>",
        "<!-- x -->",
        "<!--[if mso]><p>x</p><![endif]-->",
        "<select><option>x</select>",
        "<svg><text>x</text></svg>",
        "<div style='font-size:0'>x</div>",
        "<iframe>x</iframe>",
        "<textarea>x</textarea>",
        "<img src=x alt='Logo du centre'>",
        "<input value=x>",
        "<a href='javascript:x'></a>",
        "<object>x</object>",
        "<p style='mso-hide:all;display:none'>x</p>",
        "<template>x</template>",
        "<noembed>x</noembed>",
    ] {
        assert_eq!(shown(&format!("<p>a</p>{hidden}<p>b</p>")), ["a", "b"], "{hidden}");
    }
}

#[test]
fn what_a_hidden_element_holds_does_not_hide_the_rest() {
    let unclosed = format!("<div style='display:none'>{}</div>vu", "<b><i>x<p>".repeat(400));
    assert_eq!(shown(&unclosed), ["vu"]);
    assert_eq!(shown("<div style='font-size:0'>x<div style='font-size:14px'>vu</div></div>"), ["vu"]);
    assert_eq!(shown(&format!("{}vu", "<font color=red>".repeat(2_000))), ["vu"]);
}

#[test]
fn links_lose_their_address_and_keep_their_words() {
    assert_eq!(
        shown("<a href='https://exemple.test/x'>Voir le dossier</a> ou <a href=mailto:a@b>a@b</a>"),
        ["Voir le dossier ou a@b"]
    );
}

#[test]
fn figures_above_the_line_and_text_struck_out_keep_their_meaning() {
    assert_eq!(
        shown("Plaquettes 210&nbsp;×&nbsp;10<sup>9</sup>/L, le 1<sup>er</sup>, CO<sub>2</sub>"),
        ["Plaquettes 210\u{a0}×\u{a0}10⁹/L, le 1er, CO₂"]
    );
    assert_eq!(shown("Arrêt <s>Préviscan</s> Eliquis<s></s>"), ["Arrêt [barré\u{a0}: Préviscan] Eliquis"]);
    assert_eq!(shown("<p style='text-decoration:line-through'>tout</p>reste"), ["[barré\u{a0}: tout]", "reste"]);
    assert_eq!(shown("<s><div>a</div></s> <s><br>b</s>"), ["[barré\u{a0}: a]\n[barré\u{a0}: b]"]);
    assert_eq!(shown("<del><p>a</p><p>b</p></del>c"), ["[barré\u{a0}: a]", "[barré\u{a0}: b]", "c"]);
}

#[test]
fn smileys_are_read_and_logos_are_not() {
    assert_eq!(shown("Merci <img alt='😊' src=x> <img alt='Logo 😊'>"), ["Merci 😊"]);
}

#[test]
fn preformatted_text_is_plain_text() {
    assert_eq!(
        shown("<pre>Na    140   mmol/L\nK     4,1   mmol/L\n\nsuite\n&gt; cité</pre>"),
        ["pre Na    140   mmol/L\nK     4,1   mmol/L\n", "suite", ">cité"]
    );
    assert_eq!(shown("<div style='white-space:pre-wrap'>un\ndeux\n\ntrois</div>"), ["un\ndeux", "trois"]);
}

#[test]
fn signatures_as_mail_programs_mark_them() {
    assert_eq!(
        shown("Texte<div class=\"gmail_signature\"><div>Dr Zoé</div><div>Cardiologie</div></div>"),
        ["Texte", "sig Dr Zoé\nCardiologie"]
    );
}

#[test]
fn entities_named_numbered_and_broken() {
    assert_eq!(
        shown("&eacute;&#233;&#xE9; &laquo;&nbsp;&euro;&#146;&nbsp;&raquo; &amp;lt; &inconnu; &#x202E;&#0;&eacute"),
        ["ééé «\u{a0}€’\u{a0}» &lt; &inconnu; \u{FFFD}é"]
    );
}

#[test]
fn end_tags_do_not_leave_their_cell() {
    assert_eq!(
        shown("<div><table><tr><td></div></p>un</b></td><td>deux</td></tr></table>trois</div>"),
        ["row un\tdeux", "trois"]
    );
}

/// The cost of hostile pages stays within a few times their length.
#[test]
fn hostile_pages_cost_bounded_work() {
    let nested = format!("{}vu{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
    let start = std::time::Instant::now();
    assert_eq!(shown(&nested), ["vu"]);
    let quotes = format!("{}vu", "<blockquote type=cite>".repeat(200_000));
    assert_eq!(shown(&quotes).len(), 1);
    let formatting = "<b><i><u><a href=x><font><s>".repeat(40_000) + "vu";
    assert!(!shown(&formatting).is_empty());
    let misnested = "<table><tr><td><b></table></i><p></div>".repeat(30_000) + "vu";
    assert!(shown(&misnested).iter().any(|text| text.contains("vu")));
    assert!(start.elapsed().as_secs() < 20, "nesting: {:?}", start.elapsed());

    let start = std::time::Instant::now();
    let entities = sheet(&"&eacute;".repeat(131_072));
    assert!(entities.pieces.iter().map(|p| p.text.len()).sum::<usize>() <= 500_000);
    sheet(&"&ampampamp".repeat(100_000));
    sheet(&"&#".repeat(500_000));
    let cells = sheet(&format!("<table><tr>{}</tr></table>", "<td>1</td>".repeat(100_000)));
    assert!(cells.pieces.len() <= 10_000);
    let tables = sheet(&"<table><tr><td>x".repeat(60_000));
    assert!(!tables.pieces.is_empty());
    let attributes: String = (0..200_000).map(|n| format!(" a{n}=x")).collect();
    assert_eq!(shown(&format!("<p{attributes} style='display:none'>x</p>vu")), ["vu"]);
    let pictures = format!("<img src='data:image/png;base64,{}'>vu", "A".repeat(3_000_000));
    assert_eq!(shown(&pictures), ["vu"]);
    assert_eq!(shown(&format!("{}{}vu", "&nbsp;".repeat(300_000), "<br>".repeat(300_000))), ["vu"]);
    assert_eq!(shown(&format!("{}{}vu", "<div>".repeat(300), "<b>".repeat(300_000))), ["vu"]);
    sheet(&"<".repeat(1_000_000));
    sheet(&"<!--".repeat(250_000));
    sheet(&"</a".repeat(300_000));
    assert!(start.elapsed().as_secs() < 20, "the rest: {:?}", start.elapsed());
}

#[test]
fn a_page_laid_out_in_one_cell_is_cut_and_not_lost() {
    let page = format!("<table><tr><td>{}</td></tr></table>", "<p>un paragraphe</p>".repeat(100_000));
    let sheet = sheet(&page);
    assert!(sheet.cut && sheet.pieces.len() == 10_000);
}

proptest! {
    #[test]
    fn any_page_is_read_within_its_bounds(
        source in "(</?(div|p|b|s|sup|table|tr|td|ul|ol|li|blockquote|pre|h1|script|style|span style='display:none'|title)>|<br>|<hr>|&[a-z]{1,4};?|\\PC|[a-z \n]{1,8}){0,80}",
    ) {
        let mut sheet = Sheet::new(300, 20);
        read(&source, 300, &mut sheet);
        prop_assert!(sheet.pieces.len() <= 20);
        for piece in &sheet.pieces {
            prop_assert!(!piece.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
        }
    }
}
