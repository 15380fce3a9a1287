//! The letter of a message: header, text, report, signature put together.

use super::Message;
use super::address::{self, People};
use super::charset;
use super::choose::Text;
use super::clean;
use super::date;
use super::header::Header;
use super::html;
use super::limits::{self, LINE, Limits, SOURCE};
use super::mime::Part;
use super::model::{Block, Doubt, Letter, Signature};
use super::report;
use super::sender;
use super::sheet::{self, Kind, Sheet};
use super::smime::{self, Claim};
use super::subject;
use super::text::{self, Form};
use super::thread::{self, Place};

/// Addresses of `Reply-To`.
const REPLIES: usize = 10;

/// Reads a message as a letter.
pub(super) fn letter(message: &Message) -> Letter {
    let header = message.header();
    let raw_subject = header.text("Subject").unwrap_or_default();
    let from = address::person(&header, "From").or_else(|| address::person(&header, "Sender")).unwrap_or_default();
    let most = message.limits.recipients;
    let to = address::people(&header, "To", most);
    let cc = address::people(&header, "Cc", most.saturating_sub(to.list.len()));
    let receipts = address::people(&header, "Disposition-Notification-To", 2);
    let written = header.get("Date").and_then(|date| date::read(&date));
    let message_id = header.get("Message-ID").and_then(|id| address::ids(&id).into_iter().next());
    let references = references(&header);
    let place = Place::of(&clean::line(&raw_subject, LINE), !references.is_empty());
    let (blocks, simplified, cut) = text_of(message, place);
    let mut letter = Letter {
        sender: sender::kind(&from.address, header.get("Auto-Submitted").as_deref()),
        reply_to: address::people(&header, "Reply-To", REPLIES).list,
        more_recipients: u32::try_from(to.more.saturating_add(cc.more)).unwrap_or(u32::MAX),
        to: to.list,
        cc: cc.list,
        subject: subject::clean(&raw_subject),
        written,
        message_id,
        references,
        receipt_needs_asking: needs_asking(&header, &receipts),
        receipt_to: receipts.list.into_iter().next(),
        closed: subject::closes(&clean::line(&raw_subject, LINE), header.get("X-MSS-MES").as_deref()),
        report: report_of(message, &raw_subject),
        signature: Signature::None,
        encrypted: message.chosen.encrypted,
        blocks,
        simplified,
        cut: cut || !message.whole,
        from,
    };
    letter.signature = signature(message, &letter);
    letter
}

fn references(header: &Header<'_>) -> Vec<String> {
    let of = |field| header.all(field, limits::HEADER).next().map(|value| address::ids(&value)).unwrap_or_default();
    let references = of("References");
    if references.is_empty() { of("In-Reply-To") } else { references }
}

/// RFC 8098, section 2.1: a receipt goes without asking only to where the message came from, and to one address.
fn needs_asking(header: &Header<'_>, receipts: &People) -> bool {
    let Some(first) = receipts.list.first() else { return false };
    let path = address::person(header, "Return-Path").unwrap_or_default();
    receipts.list.len() > 1 || receipts.more > 0 || !path.address.eq_ignore_ascii_case(&first.address)
}

fn report_of(message: &Message, subject: &str) -> Option<super::Report> {
    let most = message.limits.recipients;
    let Some(part) = message.chosen.report.and_then(|part| message.parts.get(part)) else {
        return report::by_subject(subject);
    };
    let original = message.chosen.original.and_then(|part| message.parts.get(part));
    let original = original.map(|part| message.decoded(part, limits::PART_HEADER));
    Some(report::read(&message.decoded(part, 1 << 20), &part.media, original.as_deref(), subject, most))
}

fn signature(message: &Message, letter: &Letter) -> Signature {
    let claim = Claim { from: &letter.from.address, written: letter.written, authorities: &message.limits.authorities };
    let (structure, content) = match (&message.sealed, message.chosen.signed) {
        (Some(sealed), _) => (sealed.to_vec(), None),
        (None, Some((content, signature))) => {
            let (Some(content), Some(signature)) = (message.parts.get(content), message.parts.get(signature)) else {
                return Signature::None;
            };
            (message.decoded(signature, limits::CMS + 1), message.body().get(content.whole.clone()))
        }
        (None, None) => {
            let opaque = message.chosen.opaque.and_then(|part| message.parts.get(part));
            let says_signed = opaque
                .and_then(|part| part.detail.as_deref())
                .is_some_and(|kind| kind.eq_ignore_ascii_case("signed-data"));
            return match (says_signed && !message.chosen.encrypted, message.chosen.signed_otherwise) {
                (true, _) => Signature::NotVerified(Doubt::Malformed),
                (_, true) => Signature::NotVerified(Doubt::Unsupported),
                _ => Signature::None,
            };
        }
    };
    if !message.whole {
        return Signature::NotVerified(Doubt::NotWhole);
    }
    // What stands around a signed part would be read as if it were signed.
    if message.sealed.is_none() && !message.chosen.signed_whole {
        return Signature::NotVerified(Doubt::Partial);
    }
    smime::check(&structure, content, &claim)
}

/// Blocks, whether they came from HTML, whether there was more.
fn text_of(message: &Message, place: Place) -> (Vec<Block>, bool, bool) {
    let mut sheet = Sheet::new(message.limits.text, message.limits.blocks);
    let mut simplified = false;
    for text in &message.chosen.texts {
        if sheet.is_full() {
            break;
        }
        match text {
            Text::One(part) => simplified |= one(message, &[*part], &mut sheet),
            Text::Either { plain, html } => {
                let mut versions = [
                    Sheet::new(message.limits.text, message.limits.blocks),
                    Sheet::new(message.limits.text, message.limits.blocks),
                ];
                let [of_plain, of_html] = &mut versions;
                one(message, plain, of_plain);
                one(message, html, of_html);
                let better = prefers_html(of_plain, of_html);
                simplified |= better;
                let chosen = if better { of_html } else { of_plain };
                let cut = chosen.cut;
                for piece in std::mem::take(&mut chosen.pieces) {
                    sheet.push(piece.kind, piece.depth, piece.text);
                }
                sheet.cut |= cut;
            }
        }
    }
    let cut = sheet.cut;
    let pieces = thread::fold(sheet.pieces, place);
    let (blocks, more) = bounded(sheet::blocks(pieces), &message.limits);
    (blocks, simplified, cut || more)
}

/// What was sorted may have become a little more. Tells whether something was left out.
fn bounded(mut blocks: Vec<Block>, limits: &Limits) -> (Vec<Block>, bool) {
    let mut left = limits.text.saturating_add(limits.blocks);
    let mut kept = 0;
    for block in blocks.iter().take(limits.blocks) {
        let Some(rest) = left.checked_sub(block.text.len()) else { break };
        (left, kept) = (rest, kept + 1);
    }
    let more = kept < blocks.len();
    blocks.truncate(kept);
    (blocks, more)
}

/// The plain version is the letter as it was meant for everybody, if it says as much. A table is lost in it.
fn prefers_html(plain: &Sheet, html: &Sheet) -> bool {
    let rows = |sheet: &Sheet| sheet.pieces.iter().filter(|piece| piece.kind == Kind::Row).count();
    let columns = plain.pieces.iter().any(|piece| piece.kind == Kind::Preformatted);
    let (said, could_be_said) = (plain.weight(), html.weight());
    said * 10 < could_be_said * 8 || (rows(html) >= 2 && !columns)
}

/// Adds some parts to a sheet. Tells whether one of them was HTML.
fn one(message: &Message, parts: &[usize], sheet: &mut Sheet) -> bool {
    let mut was_html = false;
    for part in parts.iter().filter_map(|part| message.parts.get(*part)) {
        let source = message.decoded(part, SOURCE + 1);
        let more = source.len() > SOURCE;
        if part.media == "text/plain" {
            let form = Form { flowed: part.flowed, delsp: part.delsp, ..Form::default() };
            text::read(&charset::decode(&source, part.charset.as_deref()), form, sheet);
        } else {
            was_html = true;
            html::read(&charset::decode(&source, html_charset(part, &source).as_deref()), message.limits.text, sheet);
        }
        sheet.cut |= more;
    }
    was_html
}

fn html_charset(part: &Part, source: &[u8]) -> Option<String> {
    part.charset.clone().or_else(|| charset::in_html(source))
}

/// Plain text as blocks, for documents. Tells whether there was more than the limits keep.
pub fn text_blocks(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> (Vec<Block>, bool) {
    let source = bytes.get(..SOURCE).unwrap_or(bytes);
    let mut sheet = Sheet::new(limits.text, limits.blocks);
    text::read(&charset::decode(source, charset), Form::default(), &mut sheet);
    let cut = sheet.cut || source.len() < bytes.len();
    (sheet::blocks(sheet.pieces), cut)
}

/// HTML as blocks, for documents: see [`text_blocks`].
pub fn html_blocks(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> (Vec<Block>, bool) {
    let source = bytes.get(..SOURCE).unwrap_or(bytes);
    let named = charset.map(str::to_owned).or_else(|| charset::in_html(source));
    let mut sheet = Sheet::new(limits.text, limits.blocks);
    html::read(&charset::decode(source, named.as_deref()), limits.text, &mut sheet);
    let cut = sheet.cut || source.len() < bytes.len();
    (sheet::blocks(sheet.pieces), cut)
}
