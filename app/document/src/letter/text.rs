//! Plain text into paragraphs.
//!
//! Lines that a program broke are joined again: those of format=flowed (RFC 3676) because they say so, others only where
//! the line is full and the next one plainly goes on. A break too many is harmless; two lines of a prescription made one
//! are not. Nothing else is read into the text: no markdown, no links, no smileys.

use super::clean::{Cleaner, lines};
use super::sheet::{Kind, Sheet};

/// Lines of one text.
const LINES: usize = 50_000;
/// Where programs break lines.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=100;

/// How lines of a text belong together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    /// `format=flowed`
    pub flowed: bool,
    /// `delsp=yes`
    pub delsp: bool,
    /// Depth of quotation around all of it.
    pub depth: u8,
    /// It stands below the name of who signs.
    pub signature: bool,
}

/// A line without its quotation marks.
struct Line {
    depth: u8,
    text: String,
    /// It goes on in the next line.
    flows: bool,
}

/// Adds the paragraphs of `source` to `sheet`.
pub(super) fn read(source: &str, form: Form, sheet: &mut Sheet) {
    let (lines, more) = quoted_lines(source, form);
    let width = if form.flowed { None } else { width(&lines) };
    for run in lines.chunk_by(|a, b| a.depth == b.depth) {
        for group in run.split(|line| line.text.trim().is_empty()) {
            if sheet.is_full() {
                return;
            }
            paragraphs(group, form, width, sheet);
        }
    }
    sheet.cut |= more;
}

/// Lines, cleaned, with their depth; and whether there are more.
fn quoted_lines(source: &str, form: Form) -> (Vec<Line>, bool) {
    let mut all: Vec<Line> = Vec::new();
    let mut more = false;
    for raw in lines(source) {
        if all.len() >= LINES {
            more = true;
            break;
        }
        let mut text = String::with_capacity(raw.len());
        Cleaner::default().push(&mut text, raw);
        let before = all.last().map_or(0, |line| line.depth);
        let (depth, rest) = if form.flowed { marks_flowed(&text) } else { marks(&text, before) };
        let mut text = rest.to_owned();
        let mut flows = false;
        if form.flowed {
            // Space-stuffing (RFC 3676, section 4.4).
            if text.starts_with(' ') {
                text.remove(0);
            }
            flows = text.ends_with(' ') && text != "-- ";
            if flows && form.delsp {
                text.pop();
            }
        }
        all.push(Line { depth, text, flows });
    }
    unquote_figures(&mut all);
    for line in &mut all {
        line.depth = line.depth.saturating_add(form.depth);
    }
    (all, more)
}

/// RFC 3676, section 4.5: only `>` counts, spaces between are text.
fn marks_flowed(text: &str) -> (u8, &str) {
    let rest = text.trim_start_matches('>');
    (depth_of(text.len() - rest.len()), rest)
}

/// `>>`, `> > `, with a space after the last one.
fn marks(text: &str, before: u8) -> (u8, &str) {
    // Mail servers write `>From` for a line that begins with `From`.
    if before == 0 && text.starts_with(">From ") {
        return (0, text.get(1..).unwrap_or(text));
    }
    let (mut rest, mut count) = (text, 0);
    loop {
        let next = if count == 0 { rest } else { rest.strip_prefix(' ').unwrap_or(rest) };
        match next.strip_prefix('>') {
            Some(after) => (rest, count) = (after, count + 1),
            None => break,
        }
    }
    (depth_of(count), if count > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest })
}

fn depth_of(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// `> 38,5 °C` on a line of its own is a figure, and not what somebody said.
fn unquote_figures(lines: &mut [Line]) {
    let depth = |lines: &[Line], at: Option<usize>| at.and_then(|at| lines.get(at)).map_or(0, |line: &Line| line.depth);
    for at in 0..lines.len() {
        let alone = depth(lines, at.checked_sub(1)) == 0 && depth(lines, Some(at + 1)) == 0;
        let Some(line) = lines.get_mut(at) else { break };
        let figure =
            line.text.trim_start().trim_start_matches('=').trim_start().starts_with(|c: char| c.is_ascii_digit());
        if line.depth == 1 && alone && figure {
            line.depth = 0;
            line.text.insert_str(0, "> ");
        }
    }
}

/// The width a program broke the lines at; `None` where nobody did.
fn width(lines: &[Line]) -> Option<usize> {
    let lengths = || lines.iter().filter(|line| line.text.trim().contains(' ')).map(|line| line.text.chars().count());
    let most = lengths().max()?;
    let full = lengths().filter(|length| length + 14 >= most).count();
    (WIDTHS.contains(&most) && full >= 2).then_some(most)
}

/// The paragraphs of lines that no empty line parts.
fn paragraphs(group: &[Line], form: Form, width: Option<usize>, sheet: &mut Sheet) {
    let Some(depth) = group.first().map(|line| line.depth) else { return };
    let kind = if form.signature { Kind::Signature } else { Kind::Paragraph };
    if !form.flowed && is_in_columns(group) {
        let text: String = group.iter().map(|line| expand(&line.text) + "\n").collect();
        return sheet.push(Kind::Preformatted, depth, text);
    }
    let mut text = String::new();
    let mut last: Option<&Line> = None;
    for line in group {
        if is_rule(&line.text) {
            sheet.push(kind, depth, std::mem::take(&mut text));
            sheet.push(Kind::Rule, depth, String::new());
            last = None;
            continue;
        }
        match last {
            Some(last) if last.flows => {}
            Some(last) if goes_on(&last.text, &line.text, width) => text.push(' '),
            Some(_) => text.push('\n'),
            None => {}
        }
        // The delimiter of a signature keeps its space: it says what follows.
        text.push_str(if line.text == "-- " || line.flows { &line.text } else { line.text.trim_end() });
        last = Some(line);
    }
    sheet.push(kind, depth, text);
}

/// Whether `next` is the rest of the sentence that `line` had no room for.
fn goes_on(line: &str, next: &str, width: Option<usize>) -> bool {
    let (Some(width), Some(word)) = (width, next.split(' ').next()) else { return false };
    let length = line.chars().count();
    let full = length + 1 + word.chars().count() > width && length * 10 >= width * 6;
    if !full || line.ends_with(':') || next.starts_with([' ', '\t']) || starts_item(next) {
        return false;
    }
    let first = next.chars().next().unwrap_or(' ');
    let last_word = line.rsplit(' ').next().unwrap_or_default();
    let leans = last_word.ends_with(',')
        || ["de", "du", "des", "la", "le", "les", "et", "à", "au", "en", "par", "M.", "Mme", "Dr", "Pr"]
            .contains(&last_word);
    first.is_lowercase() || matches!(first, '(' | '«' | '"' | '“') || leans
}

fn starts_item(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '*', '•', '–', '+', '.'])
        || (digits.len() < line.len() && digits.starts_with([')', '.', '/', '-']))
}

/// `-----`, `=====`, `_____`, `* * *`
fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next() else { return false };
    let count = 1 + marks.clone().count();
    matches!(first, '-' | '=' | '_' | '*' | '~' | '#' | '─' | '—') && marks.all(|c| c == first) && count >= 5
}

/// Lined up by spaces or tabs, drawn with `|`, or encoded by uuencode: the place of every character counts.
fn is_in_columns(group: &[Line]) -> bool {
    // One line of three columns is a table, two columns need two lines.
    let gaps: usize = group.iter().map(|line| gaps(&line.text).min(2)).sum();
    let drawn = group.iter().filter(|line| line.text.matches('|').count() >= 2).count();
    let uuencoded = group.first().is_some_and(|line| {
        let mut words = line.text.split(' ');
        words.next() == Some("begin")
            && words.next().is_some_and(|mode| mode.len() == 3 && mode.bytes().all(|b| b.is_ascii_digit()))
    });
    gaps >= 2 || drawn >= 2 || uuencoded
}

/// Wide gaps in a line: tabs, three spaces, four dots.
fn gaps(line: &str) -> usize {
    let text = line.trim_end().trim_start_matches(['-', '*', '•', ' ', '\t']);
    let (mut gaps, mut spaces, mut dots) = (0, 0, 0);
    for c in text.chars() {
        spaces = if c == ' ' { spaces + 1 } else { 0 };
        dots = if c == '.' { dots + 1 } else { 0 };
        gaps += usize::from(c == '\t' || spaces == 3 || dots == 4);
    }
    gaps
}

/// Tabs as spaces, eight columns apart.
fn expand(line: &str) -> String {
    if !line.contains('\t') {
        return line.to_owned();
    }
    let (mut out, mut column) = (String::with_capacity(line.len() + 16), 0);
    for c in line.chars() {
        if c == '\t' {
            let spaces = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pieces as `kind depth text`.
    fn shown(source: &str, form: Form) -> Vec<String> {
        let mut sheet = Sheet::new(100_000, 1000);
        read(source, form, &mut sheet);
        let kind = |kind| match kind {
            Kind::Paragraph => "",
            Kind::Preformatted => "pre ",
            Kind::Rule => "rule",
            _ => "? ",
        };
        sheet.pieces.iter().map(|p| format!("{}{}{}", ">".repeat(p.depth.into()), kind(p.kind), p.text)).collect()
    }

    fn plain(source: &str) -> Vec<String> {
        shown(source, Form::default())
    }

    fn flowed(source: &str) -> Vec<String> {
        shown(source, Form { flowed: true, ..Form::default() })
    }

    #[test]
    fn lines_broken_by_a_program_are_joined() {
        let source = "Cher confrère,\n\nJe vous remercie de recevoir Mme Lampion, 72 ans, pour une dyspnée\n\
                      d'effort qui s'est installée en trois semaines, sans douleur thoracique\net sans fièvre.\n\nBien confraternellement";
        assert_eq!(
            plain(source),
            [
                "Cher confrère,",
                "Je vous remercie de recevoir Mme Lampion, 72 ans, pour une dyspnée d'effort qui s'est installée en trois \
                 semaines, sans douleur thoracique et sans fièvre.",
                "Bien confraternellement",
            ]
        );
    }

    #[test]
    fn lines_of_a_prescription_stay_lines() {
        let source = "BISOPROLOL 2,5 mg : 1 comprimé le matin, tous les jours, à vie, merci\n\
                      FUROSEMIDE 40 mg : 1 comprimé le matin, à jeun, pendant trois mois\n\
                      - potassium : 1 gélule matin, midi et soir pendant toute la durée\n\
                      1 prise de sang dans quinze jours";
        assert_eq!(plain(source).first().map(|text| text.lines().count()), Some(4));
    }

    #[test]
    fn short_lines_stay_lines() {
        assert_eq!(
            plain("Dr Zoé LAMPION\nCardiologie\n01 23 45 67 89"),
            ["Dr Zoé LAMPION\nCardiologie\n01 23 45 67 89"]
        );
    }

    #[test]
    fn flowed_lines_flow() {
        assert_eq!(
            flowed(
                "Un paragraphe \nqui coule.\nUne ligne.\n> Une réponse \n> qui coule.\n>> Plus ancienne.\n espace\n-- \nZoé"
            ),
            ["Un paragraphe qui coule.\nUne ligne.", ">Une réponse qui coule.", ">>Plus ancienne.", "espace\n-- \nZoé"]
        );
        assert_eq!(shown("collé \nensemble", Form { flowed: true, delsp: true, ..Form::default() }), ["colléensemble"]);
    }

    #[test]
    fn quotation_marks_tell_the_depth() {
        assert_eq!(plain("a\n> b\n> > c\n>> d\n>e"), ["a", ">b", ">>c\nd", ">e"]);
        assert_eq!(plain(">From Paris"), ["From Paris"]);
    }

    #[test]
    fn a_figure_on_its_own_line_is_not_a_quotation() {
        assert_eq!(plain("CRP\n> 38,5 °C\nvu"), ["CRP\n> 38,5 °C\nvu"]);
        assert_eq!(plain("a\n> 12 h\n> 13 h"), ["a", ">12 h\n13 h"]);
    }

    #[test]
    fn columns_keep_their_spaces() {
        let source = "NFS\n\nHémoglobine    11,2   g/dL\nPlaquettes     210    G/L\n\nsuite";
        assert_eq!(plain(source), ["NFS", "pre Hémoglobine    11,2   g/dL\nPlaquettes     210    G/L\n", "suite"]);
        assert_eq!(plain("a\n\nK ........   4,1   mmol/L"), ["a", "pre K ........   4,1   mmol/L\n"]);
        assert_eq!(plain("Signature :   Dr Zoé"), ["Signature :   Dr Zoé"]);
        assert_eq!(plain("a\tb\nccccccccc\td"), ["pre a       b\nccccccccc       d\n"]);
    }

    #[test]
    fn uuencoded_data_is_left_as_it_is() {
        let source = "begin 644 cr.txt\n#0V%T\n`\nend";
        assert_eq!(plain(source), [format!("pre {source}\n")]);
    }

    #[test]
    fn rules_part_paragraphs() {
        assert_eq!(plain("a\n-----------\nb\n* * * * *\n"), ["a", "rule", "b", "rule"]);
    }

    #[test]
    fn a_text_of_a_million_lines_is_cut() {
        let mut sheet = Sheet::new(100_000, 1000);
        read(&"a\n".repeat(1_000_000), Form::default(), &mut sheet);
        let bytes: usize = sheet.pieces.iter().map(|p| p.text.len()).sum();
        assert!(sheet.cut && (90_000..=100_000).contains(&bytes), "{bytes}");
        let mut sheet = Sheet::new(100_000, 1000);
        read(&"\n".repeat(1_000_000), Form::default(), &mut sheet);
        assert!(sheet.cut && sheet.pieces.is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(source in "([> -]{1,4}|\r?\n|[a-z ,.:]{1,40}|\t|\\PC){0,80}", flowed: bool, delsp: bool) {
            let mut sheet = Sheet::new(500, 20);
            read(&source, Form { flowed, delsp, ..Form::default() }, &mut sheet);
            prop_assert!(sheet.pieces.len() <= 20);
            for piece in &sheet.pieces {
                prop_assert!(!piece.text.chars().any(|c| c.is_control() && c != '\n'));
            }
        }
    }
}
