//! A letter as text that a person can judge.

use std::fmt::Write as _;

use document::letter::{BlockKind, Correspondent, Letter, Limits, Message, Signature, Sniffed};

/// Blocks and attachments written out; the others are counted.
const MOST: usize = 24;
/// Characters of a line written out.
const LINE: usize = 300;
/// Messages inside messages.
const LEVELS: usize = 40;

/// The letter and what came with it.
pub fn message(message: &Message, level: usize) -> String {
    let mut out = letter(&message.letter());
    let attachments = message.attachments();
    if !attachments.is_empty() {
        out.push_str("\n-- pièces jointes --\n");
    }
    for attachment in attachments.iter().take(MOST) {
        let size = message.bytes(attachment.index).map_or(0, |bytes| bytes.len() as u64);
        assert_eq!(size, attachment.size, "the size told is the size handed out");
        let _ = write!(
            out,
            "{}: {:?}, {}, {:?}, {} octets",
            attachment.index, attachment.name, attachment.declared, attachment.sniffed, attachment.size
        );
        if attachment.embedded {
            out.push_str(", dans le texte");
        }
        if let Some(id) = &attachment.content_id {
            let _ = write!(out, ", id {id}");
        }
        if !attachment.whole {
            out.push_str(", coupée");
        }
        out.push('\n');
        if attachment.sniffed == Sniffed::Message && level < LEVELS {
            let inner = message.bytes(attachment.index).unwrap_or_default();
            let inner = self::message(&Message::read(inner, true, &Limits::default()), level + 1);
            let _ = writeln!(out, "   titre {:?}", attachment.title);
            // Far down, only that it goes on.
            let margin = if level < 2 { "   " } else { "" };
            inner.lines().for_each(|line| say(&mut out, format_args!("{margin}{line}")));
        }
    }
    let more = attachments.len().saturating_sub(MOST) + message.more_attachments();
    if more > 0 {
        let _ = writeln!(out, "… {more} de plus, {} ne sont que comptées", message.more_attachments());
    }
    out
}

fn say(out: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{line}");
}

fn letter(letter: &Letter) -> String {
    let mut out = String::new();
    let list = |people: &[Correspondent]| -> String {
        let names: Vec<String> = people.iter().take(6).map(person).collect();
        let more = people.len().saturating_sub(6);
        names.join(", ") + &if more > 0 { format!(" … {more} de plus") } else { String::new() }
    };
    let _ = writeln!(out, "De : {} [{:?}]", person(&letter.from), letter.sender);
    for (name, people) in [("Répondre à", &letter.reply_to), ("À", &letter.to), ("Cc", &letter.cc)] {
        if !people.is_empty() {
            let _ = writeln!(out, "{name} : {}", list(people));
        }
    }
    if letter.more_recipients > 0 {
        let _ = writeln!(out, "… et {} autres destinataires", letter.more_recipients);
    }
    let _ = writeln!(out, "Objet : {}", visible(&letter.subject));
    let _ = writeln!(out, "Date : {}", letter.written.map_or("–".to_owned(), day));
    if let Some(id) = &letter.message_id {
        let _ = writeln!(out, "Id : {id}");
    }
    if let (Some(first), Some(last)) = (letter.references.first(), letter.references.last()) {
        let _ = writeln!(out, "Fil : {} messages, {first} … {last}", letter.references.len());
    }
    if let Some(to) = &letter.receipt_to {
        let _ = writeln!(
            out,
            "Accusé demandé par {}{}",
            person(to),
            if letter.receipt_needs_asking { ", à confirmer" } else { "" }
        );
    }
    match &letter.signature {
        Signature::None => {}
        Signature::Valid { by, .. } => say(&mut out, format_args!("Signature valide : {by}")),
        Signature::Invalid(flaw) => say(&mut out, format_args!("Signature invalide : {flaw:?}")),
        Signature::NotVerified(doubt) => say(&mut out, format_args!("Signature non vérifiée : {doubt:?}")),
    }
    for (told, what) in [
        (letter.closed, "Fil clos"),
        (letter.encrypted, "Chiffré"),
        (letter.simplified, "Mise en forme simplifiée"),
        (letter.cut, "Coupé"),
    ] {
        if told {
            let _ = writeln!(out, "{what}");
        }
    }
    if let Some(report) = &letter.report {
        let _ = writeln!(
            out,
            "Rapport : {:?}, sur {:?} {}",
            report.kind,
            report.original_subject,
            report.original_id.as_deref().unwrap_or("–")
        );
        if !(report.code.is_empty() && report.label.is_empty()) {
            let _ = writeln!(out, "  erreur {:?} {:?}", report.code, report.label);
        }
        for recipient in report.recipients.iter().take(3) {
            let _ = writeln!(
                out,
                "  {} : {:?} {} {:?}",
                recipient.address, recipient.cause, recipient.status, recipient.said
            );
        }
        if report.recipients.len() > 3 || report.more_recipients > 0 {
            let _ = writeln!(
                out,
                "  … {} de plus, {} comptés",
                report.recipients.len().saturating_sub(3),
                report.more_recipients
            );
        }
    }
    out.push_str("----\n");
    for block in letter.blocks.iter().take(MOST) {
        let mark = match block.kind {
            BlockKind::Paragraph => "¶ ".to_owned(),
            BlockKind::Heading => "# ".to_owned(),
            BlockKind::Item => "  ".to_owned(),
            BlockKind::Row => "| ".to_owned(),
            BlockKind::Preformatted => "= ".to_owned(),
            BlockKind::Quote { depth } => format!("{} ", ">".repeat(depth.into())),
            BlockKind::Signature => "~ ".to_owned(),
            BlockKind::Rule => "────".to_owned(),
        };
        for (place, line) in block.text.trim_end_matches('\n').split('\n').enumerate() {
            let mark = if place == 0 || matches!(block.kind, BlockKind::Quote { .. } | BlockKind::Preformatted) {
                mark.as_str()
            } else {
                "  "
            };
            let _ = writeln!(out, "{}", format!("{mark}{}", visible(line)).trim_end());
        }
    }
    if letter.blocks.len() > MOST {
        let bytes: usize = letter.blocks.iter().map(|block| block.text.len()).sum();
        let _ = writeln!(out, "… {} blocs en tout, {bytes} octets", letter.blocks.len());
    }
    out
}

fn person(person: &Correspondent) -> String {
    visible(&format!("{} <{}>", person.name, person.address))
}

/// Cut, and with what cannot be seen made visible.
fn visible(line: &str) -> String {
    let mut out = String::new();
    for (place, c) in line.chars().enumerate() {
        if place >= LINE {
            let _ = write!(out, " … ({} caractères)", line.chars().count());
            break;
        }
        match c {
            '\t' => out.push_str(" ⇥ "),
            '\u{a0}' => out.push('␣'),
            '\u{202f}' => out.push('⎵'),
            '\u{200c}'..='\u{200f}' | '\u{61c}' => out.push_str(&format!("‹{:X}›", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// `2026-03-12 09:22:00 UTC`
fn day(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years.
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let y = yoe + era * 400 + i64::from(m <= 2);
    format!("{y:04}-{m:02}-{d:02} {:02}:{:02}:{:02} UTC", rest / 3600, rest / 60 % 60, rest % 60)
}
