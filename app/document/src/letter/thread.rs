//! What was answered to, told from what is said: attributions («Le … a écrit :»), the header that Outlook repeats
//! («De : … Envoyé : …»), signatures.
//!
//! A quotation is folded on the screen, so text is taken for one only where it plainly is. What is forwarded is the
//! letter itself and stays open; so does everything when nothing but quotations is there.

use super::sheet::{Kind, Piece};

/// Lines below a bare `--` that may still be a signature.
const SIGNATURE_LINES: usize = 12;

/// What a message is in its thread, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first one. A memo begins «De : … À : … Objet : …» too: here that is no quotation.
    First,
    /// An answer.
    Answer,
    /// Another message, passed on.
    Forward,
}

impl Place {
    /// By the subject, and by whether the header names an earlier message.
    pub fn of(subject: &str, refers: bool) -> Place {
        let subject = subject.trim_start().to_lowercase();
        let begins = |marks: &[&str]| {
            marks.iter().any(|mark| subject.strip_prefix(mark).is_some_and(|rest| rest.trim_start().starts_with(':')))
        };
        if begins(&["tr", "fwd", "fw", "[fwd", "wg"]) {
            Place::Forward
        } else if refers || begins(&["re", "ré", "réf", "ref", "aw", "sv", "rép"]) {
            Place::Answer
        } else {
            Place::First
        }
    }
}

/// Sorts pieces.
pub(super) fn fold(pieces: Vec<Piece>, place: Place) -> Vec<Piece> {
    let pieces = header_of_outlook(pieces, place);
    let pieces = attributions(pieces);
    let pieces = signatures(pieces);
    open_if_alone(pieces)
}

/// A label at the start of a line, its colon with or without a French space before it.
fn label(line: &str, names: &[&str]) -> bool {
    let line = line.trim_start_matches(['*', ' ', '\u{a0}']);
    let Some(colon) = line.bytes().take(60).position(|b| b == b':') else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_matches(|c: char| c.is_whitespace() || c == '*');
    let name = name.to_lowercase();
    names.contains(&name.as_str())
}

const FROM: [&str; 6] = ["de", "from", "von", "da", "expéditeur", "émetteur"];
const OTHERS: [&str; 22] = [
    "envoyé",
    "envoyé le",
    "envoyée",
    "sent",
    "date",
    "date d'envoi",
    "gesendet",
    "inviato",
    "à",
    "a",
    "pour",
    "to",
    "an",
    "destinataire",
    "destinataires",
    "cc",
    "copie à",
    "objet",
    "subject",
    "sujet",
    "betreff",
    "oggetto",
];

/// «-----Message d'origine-----» and its sisters. Tells whether they pass the message on.
fn marker(text: &str) -> Option<bool> {
    let line = text.trim();
    let begins = line.starts_with(['-', '_', 'D', 'd', 'B', 'b']);
    if !begins || line.len() > 200 || line.contains('\n') {
        return None;
    }
    let line = line.to_lowercase();
    let dashed = line.starts_with("--") || line.starts_with("__");
    let passed_on = [
        "message transféré",
        "forwarded message",
        "message réexpédié",
        "message réacheminé",
        "weitergeleitete nachricht",
        "mail transféré",
        "courriel transféré",
    ];
    if passed_on.iter().any(|words| line.contains(words))
        && (dashed || line.starts_with("début") || line.starts_with("begin"))
    {
        return Some(true);
    }
    let answered = [
        "message d'origine",
        "message d’origine",
        "original message",
        "message original",
        "mail original",
        "courriel original",
        "e-mail d'origine",
        "e-mail d’origine",
        "message initial",
    ];
    (dashed && answered.iter().any(|words| line.contains(words))).then_some(false)
}

/// The header of a message in the text: its first piece is at `at`. A mark before it is looked at by the caller.
fn is_header(pieces: &[Piece], at: usize) -> bool {
    let Some(first) = pieces.get(at) else { return false };
    let from = |line: &str| label(line, &FROM);
    if !matches!(first.kind, Kind::Paragraph | Kind::Row | Kind::Preformatted)
        || !first.text.lines().next().is_some_and(from)
    {
        return false;
    }
    let near = pieces.iter().skip(at).take(6).take_while(|piece| piece.depth == first.depth);
    near.flat_map(|piece| piece.text.lines()).skip(1).take(12).filter(|line| label(line, &OTHERS)).count() >= 2
}

/// Outlook puts no mark before what is quoted: all that follows the header is.
fn header_of_outlook(pieces: Vec<Piece>, place: Place) -> Vec<Piece> {
    // The lines of a header may be in the middle of a piece: there it becomes two.
    let pieces: Vec<Piece> = pieces.into_iter().flat_map(split_at_header).collect();
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let (mut deeper, mut passed_on) = (0_u8, place == Place::Forward);
    let mut in_thread = place != Place::First;
    for at in 0..pieces.len() {
        let Some(piece) = pieces.get(at) else { break };
        let mut piece = piece.clone();
        // Quotations with marks of their own have their depth already.
        if piece.depth == 0 {
            let mark = marker(&piece.text);
            in_thread |= mark.is_some();
            let behind_mark = at
                .checked_sub(1)
                .and_then(|before| pieces.get(before))
                .is_some_and(|before| marker(&before.text).is_some());
            if mark == Some(true) {
                passed_on = true;
            } else if mark == Some(false) || (in_thread && !behind_mark && is_header(&pieces, at)) {
                if passed_on {
                    // The first one is the letter that is passed on; what it quotes in turn is a quotation.
                    passed_on = false;
                } else {
                    deeper = deeper.saturating_add(1);
                    // The rule above the header belongs to it.
                    if let Some(rule) = out.last_mut().filter(|last| last.kind == Kind::Rule) {
                        rule.depth = deeper;
                    }
                }
            } else if behind_mark {
                passed_on = false;
            }
        }
        piece.depth = piece.depth.saturating_add(deeper);
        out.push(piece);
    }
    out
}

/// A piece in which headers and marks are pieces of their own.
fn split_at_header(piece: Piece) -> Vec<Piece> {
    if !matches!(piece.kind, Kind::Paragraph | Kind::Signature) || !piece.text.contains('\n') {
        return vec![piece];
    }
    let lines: Vec<&str> = piece.text.split('\n').collect();
    let begins = |at: usize| {
        let rest = lines.get(at..).unwrap_or_default();
        let Some(first) = rest.first() else { return false };
        let header = || rest.iter().skip(1).take(6).filter(|line| label(line, &OTHERS)).count() >= 2;
        (label(first, &FROM) && header()) || marker(first).is_some()
    };
    let behind_mark =
        |at: usize| at.checked_sub(1).and_then(|before| lines.get(before)).is_some_and(|line| marker(line).is_some());
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 1..=lines.len() {
        if at == lines.len() || begins(at) || behind_mark(at) {
            let kind = if start == 0 { piece.kind } else { Kind::Paragraph };
            let text = lines.get(start..at).unwrap_or_default().join("\n");
            pieces.push(Piece { kind, depth: piece.depth, text });
            start = at;
        }
    }
    pieces
}

/// «Le 12 mars 2026 à 10:22, Dr Zoé LAMPION <zoe@…> a écrit :»
fn is_attribution(text: &str) -> bool {
    if text.len() > 1000 || !text.trim_end().ends_with(':') {
        return false;
    }
    let text = text.trim().to_lowercase().replace('\u{a0}', " ");
    let body = text.trim_end_matches(|c: char| c.is_whitespace() || c == ':');
    ["écrit", "ecrit", "écrivait", "wrote", "schrieb", "ha scritto", "escribió"].iter().any(|end| body.ends_with(end))
        && (text.chars().any(|c| c.is_ascii_digit()) || text.contains('@') || text.starts_with("le "))
}

fn opens_attribution(line: &str) -> bool {
    let line = line.trim_start().to_lowercase();
    ["le ", "on ", "am ", "el ", "il "].iter().any(|start| line.starts_with(start))
}

/// The attribution goes with what it announces.
fn attributions(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut pieces = pieces.into_iter().peekable();
    while let Some(mut piece) = pieces.next() {
        let deeper = pieces.peek().map(|next| next.depth).filter(|next| *next > piece.depth);
        if let (Some(deeper), Kind::Paragraph) = (deeper, piece.kind) {
            // It may be the end of a piece, in up to three lines.
            let lines: Vec<&str> = piece.text.split('\n').collect();
            let tails = (lines.len().saturating_sub(3)..lines.len())
                .filter(|at| lines.get(*at..).is_some_and(|tail| is_attribution(&tail.join(" "))));
            let opens = |at: &usize| lines.get(*at).is_some_and(|line| opens_attribution(line));
            let start = tails.clone().find(opens).or_else(|| tails.clone().next_back());
            if let Some(start) = start {
                let (before, after) = lines.split_at_checked(start).unwrap_or((&[], &lines));
                let tail = Piece {
                    kind: Kind::Paragraph,
                    depth: deeper.min(piece.depth.saturating_add(1)),
                    text: after.join(" "),
                };
                piece.text = before.join("\n");
                if !piece.text.trim().is_empty() {
                    out.push(piece);
                }
                out.push(tail);
                continue;
            }
        }
        out.push(piece);
    }
    out
}

/// All that follows `-- `, up to a quotation.
fn signatures(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut signing = false;
    for at in 0..pieces.len() {
        let Some(piece) = pieces.get(at) else { break };
        if piece.depth > 0 {
            signing = false;
        } else if piece.kind == Kind::Signature {
            // Marked as one by the program that wrote it, delimiter and all.
            let text = piece.text.trim_start_matches("-- ").trim_start_matches("--").trim();
            if !text.is_empty() {
                out.push(Piece { kind: Kind::Signature, depth: 0, text: text.to_owned() });
            }
            continue;
        } else if signing && matches!(piece.kind, Kind::Paragraph | Kind::Row | Kind::Item) {
            out.push(Piece { kind: Kind::Signature, depth: 0, text: piece.text.replace('\t', "\n") });
            continue;
        } else if piece.kind == Kind::Paragraph
            && let Some(place) = delimiter(&pieces, at, &piece.text)
        {
            signing = true;
            let lines: Vec<&str> = piece.text.split('\n').collect();
            let before = lines.get(..place).unwrap_or_default().join("\n");
            let after = lines.get(place + 1..).unwrap_or_default().join("\n");
            for (kind, text) in [(Kind::Paragraph, before), (Kind::Signature, after)] {
                if !text.trim().is_empty() {
                    out.push(Piece { kind, depth: 0, text: text.trim().to_owned() });
                }
            }
            continue;
        }
        out.push(piece.clone());
    }
    out
}

/// The line of a text that is the delimiter: `-- `, or `--` where little follows.
fn delimiter(pieces: &[Piece], at: usize, text: &str) -> Option<usize> {
    let place = text.split('\n').position(|line| matches!(line, "-- " | "--"))?;
    let exact = text.split('\n').nth(place) == Some("-- ");
    let here = text.split('\n').count() - place;
    let below: usize = pieces
        .iter()
        .skip(at + 1)
        .take_while(|piece| piece.depth == 0)
        .take(40)
        .map(|piece| piece.text.split('\n').count())
        .sum();
    (exact || here + below <= SIGNATURE_LINES).then_some(place)
}

/// Where nothing is said, what is quoted is what there is to read.
fn open_if_alone(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let said = |piece: &Piece| {
        !matches!(piece.kind, Kind::Rule | Kind::Signature) && piece.text.chars().any(char::is_alphanumeric)
    };
    let shallowest = pieces.iter().filter(|piece| said(piece)).map(|piece| piece.depth).min().unwrap_or(0);
    for piece in &mut pieces {
        piece.depth = piece.depth.saturating_sub(shallowest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Sheet;
    use super::super::text::{self, Form};
    use super::*;
    use proptest::prelude::*;

    fn shown(source: &str, place: Place) -> Vec<String> {
        let mut sheet = Sheet::new(100_000, 1000);
        text::read(source, Form::default(), &mut sheet);
        fold(sheet.pieces, place)
            .iter()
            .map(|p| {
                let kind = match p.kind {
                    Kind::Signature => "sig ",
                    Kind::Rule => "rule",
                    _ => "",
                };
                format!("{}{kind}{}", ">".repeat(p.depth.into()), p.text)
            })
            .collect()
    }

    #[test]
    fn an_attribution_goes_with_its_quotation() {
        assert_eq!(
            shown(
                "Bien reçu.\n\nLe jeu. 12 mars 2026 à 10:22, Dr Zoé LAMPION\n<zoe@mss.test> a écrit :\n> Bonjour\n",
                Place::Answer
            ),
            ["Bien reçu.", ">Le jeu. 12 mars 2026 à 10:22, Dr Zoé LAMPION <zoe@mss.test> a écrit :", ">Bonjour"]
        );
        assert_eq!(
            shown("Merci\nOn Thu, 12 Mar 2026, Zoe wrote:\n> a", Place::Answer),
            ["Merci", ">On Thu, 12 Mar 2026, Zoe wrote:", ">a"]
        );
    }

    #[test]
    fn a_doctor_who_wrote_something_is_not_a_quotation() {
        let source = "Le Dr Lampion a écrit :\n\npas d'indication chirurgicale";
        assert_eq!(shown(source, Place::Answer), ["Le Dr Lampion a écrit :", "pas d'indication chirurgicale"]);
    }

    const OUTLOOK: &str = "Voici.\n\nDe : LAMPION Zoé <zoe@mss.test>\nEnvoyé : jeudi 12 mars 2026 10:22\nÀ : Secrétariat\n\
                           Objet : Mme Lampion\n\nBonjour,\n\nDe\u{a0}: autre\nEnvoyé\u{a0}: hier\nÀ\u{a0}: Zoé\n\nAncien.";

    #[test]
    fn what_outlook_quotes_is_below_its_header() {
        let shown = shown(OUTLOOK, Place::Answer);
        let depths: Vec<usize> = shown.iter().map(|p| p.bytes().take_while(|b| *b == b'>').count()).collect();
        assert_eq!(depths, [0, 1, 1, 2, 2], "{shown:?}");
    }

    #[test]
    fn what_is_passed_on_is_the_letter() {
        let depths = |source: &str, place| -> Vec<usize> {
            shown(source, place).iter().map(|p| p.bytes().take_while(|b| *b == b'>').count()).collect()
        };
        assert_eq!(depths(OUTLOOK, Place::Forward), [0, 0, 0, 1, 1]);
        let marked = "Voici.\n\n---------- Forwarded message ---------\nDe : Zoé <zoe@mss.test>\nDate: jeu. 12 mars\nSubject: a\nTo: b\n\nBonjour";
        assert_eq!(depths(marked, Place::Answer), [0, 0, 0, 0]);
        let original = "Vu.\n\n-----Message d'origine-----\nDe : Zoé\nEnvoyé : hier\nÀ : moi\n\nBonjour";
        assert_eq!(depths(original, Place::Answer), [0, 1, 1, 1]);
    }

    #[test]
    fn a_patient_header_of_a_letter_is_not_outlooks() {
        let source = "De : votre consultation\nNous avons retenu ceci\n\nDate : 12 mars";
        assert!(shown(source, Place::Answer).iter().all(|p| !p.starts_with('>')));
    }

    #[test]
    fn a_signature_is_below_its_delimiter() {
        assert_eq!(
            shown("Texte\n-- \nDr Zoé\n\nCardiologie\n\n> ancien", Place::Answer),
            ["Texte", "sig Dr Zoé", "sig Cardiologie", ">ancien"]
        );
        assert_eq!(shown("a\n\n--\nZoé", Place::Answer), ["a", "sig Zoé"]);
        let long = format!("a\n\n--\n{}", "ligne\n".repeat(30));
        assert_eq!(shown(&long, Place::Answer).len(), 2);
    }

    #[test]
    fn a_letter_of_quotations_only_is_open() {
        assert_eq!(shown("> Bonjour\n> > avant\n\n-- \nZoé", Place::Answer), ["Bonjour", ">avant", "sig Zoé"]);
    }

    #[test]
    fn a_memo_is_no_quotation() {
        let memo =
            "CENTRE HOSPITALIER DE MOULINSART\n\nDe : Dr Lampion\nÀ : Dr Tournesol\nObjet : Garde\n\nCher confrère,";
        assert!(shown(memo, Place::First).iter().all(|piece| !piece.starts_with('>')));
        assert!(shown(memo, Place::Answer).iter().any(|piece| piece.starts_with('>')));
    }

    #[test]
    fn the_place_of_a_message_in_its_thread() {
        for subject in ["TR : CR", "Fwd: CR", "FW: a", "Tr\u{a0}: CR"] {
            assert_eq!(Place::of(subject, true), Place::Forward, "{subject}");
        }
        for subject in ["RE: TR : CR", "Re : a", "Réf : a", "RÉ: a"] {
            assert_eq!(Place::of(subject, false), Place::Answer, "{subject}");
        }
        for subject in ["Transfert en SSR", "Tracé", "Résultats : Mme L", "Retour : domicile"] {
            assert_eq!(Place::of(subject, false), Place::First, "{subject}");
        }
        assert_eq!(Place::of("Avis", true), Place::Answer);
    }

    proptest! {
        #[test]
        fn nothing_said_is_lost(source in "(De : a\n|Envoyé : b\n|À : c\n|> |-- \n|--\n|a écrit :\n|Le 12 |\n|[a-z ]{1,20}\n|-----Message d'origine-----\n){0,30}", which in 0..3_usize) {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
            let place = [Place::First, Place::Answer, Place::Forward].get(which).copied().unwrap_or(Place::First);
            let mut sheet = Sheet::new(100_000, 1000);
            text::read(&source, Form::default(), &mut sheet);
            let before: usize = sheet.pieces.iter().map(|p| letters(&p.text)).sum();
            let after: usize = fold(sheet.pieces, place).iter().map(|p| letters(&p.text)).sum();
            prop_assert_eq!(before, after);
        }
    }
}
