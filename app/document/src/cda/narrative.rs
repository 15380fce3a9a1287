//! The narrative block of a section (CDA R2, section 4.3.5): the text that its author answers for, and that is shown
//! whole. Styles, links and scripts are left out; deleted text (`revised="delete"`) is not shown.

use crate::body::{Piece, Row, Table};
use crate::limits::ROWS;
use crate::units::{lowered, raised};
use crate::xml::{Element, Node};

/// The pieces of a narrative block.
pub(super) fn pieces(text: &Element) -> Vec<Piece> {
    let mut out = Out { pieces: Vec::new(), line: String::new() };
    out.nodes(text, 0);
    out.flush();
    out.pieces
}

/// The text of an element in one run, lists and breaks as lines: what stands in a cell.
pub(super) fn run(element: &Element) -> String {
    let mut out = Out { pieces: Vec::new(), line: String::new() };
    out.nodes(element, 0);
    out.flush();
    let lines = out.pieces.into_iter().map(|piece| match piece {
        Piece::Paragraph(text) | Piece::Preformatted(text) => text,
        Piece::Item { mark, text, .. } => format!("{mark} {text}"),
        // A table in a cell: its cells one after another.
        Piece::Table(table) => {
            let rows = std::iter::once(table.head).chain(table.rows.into_iter().map(|row| row.cells));
            rows.map(|cells| cells.join(" ").trim().to_owned()).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
        }
        Piece::Facts(_) => String::new(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

struct Out {
    pieces: Vec<Piece>,
    line: String,
}

impl Out {
    fn nodes(&mut self, element: &Element, depth: u8) {
        for node in &element.nodes {
            match node {
                Node::Text(text) => self.text(text),
                Node::Element(child) => self.element(child, depth),
            }
        }
    }

    fn element(&mut self, element: &Element, depth: u8) {
        if element.attribute("revised") == Some("delete") {
            return;
        }
        match &*element.name {
            "br" => self.line.push('\n'),
            "paragraph" | "caption" | "title" | "text" => {
                self.flush();
                self.nodes(element, depth);
                self.flush();
            }
            "list" => {
                self.flush();
                self.list(element, depth);
            }
            "table" => {
                self.flush();
                self.pieces.push(Piece::Table(table(element)));
            }
            "sub" => self.line.extend(element.line().chars().map(lowered)),
            "sup" => self.line.extend(element.line().chars().map(raised)),
            "footnote" => {
                let note = element.line();
                self.text(&format!(" ({note})"));
            }
            "footnoteRef" => {}
            "renderMultiMedia" => {
                let caption = element.first("caption").map(Element::line).unwrap_or_default();
                self.flush();
                let separator = if caption.is_empty() { "" } else { " : " };
                self.pieces.push(Piece::Paragraph(format!("[Image ou document joint{separator}{caption}]")));
            }
            // content, linkHtml, and whatever else: what is in it.
            _ => self.nodes(element, depth),
        }
    }

    /// Adds text, white space run into one space.
    fn text(&mut self, text: &str) {
        let gap = |c: char| c.is_ascii_whitespace();
        if text.starts_with(gap) {
            self.space();
        }
        let mut words = text.split_ascii_whitespace().peekable();
        while let Some(word) = words.next() {
            self.line.push_str(word);
            if words.peek().is_some() {
                self.line.push(' ');
            }
        }
        if text.ends_with(gap) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with([' ', '\n']) {
            self.line.push(' ');
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        self.pieces.extend(Piece::paragraph(line.trim()));
    }

    fn list(&mut self, list: &Element, depth: u8) {
        if let Some(caption) = list.first("caption") {
            self.pieces.extend(Piece::paragraph(run(caption)));
        }
        let ordered = list.attribute("listType") == Some("ordered");
        for (place, item) in list.all("item").filter(|i| i.attribute("revised") != Some("delete")).enumerate() {
            let mark = if ordered { format!("{}.", place + 1) } else { "•".to_owned() };
            let mut within = Out { pieces: Vec::new(), line: String::new() };
            within.nodes(item, depth.saturating_add(1));
            within.flush();
            let mut pieces = within.pieces.into_iter().peekable();
            let text = match pieces.peek_mut() {
                Some(Piece::Paragraph(text)) => std::mem::take(text),
                _ => String::new(),
            };
            if matches!(pieces.peek(), Some(Piece::Paragraph(_))) {
                pieces.next();
            }
            self.pieces.push(Piece::Item { depth, mark, text });
            self.pieces.extend(pieces);
        }
    }
}

fn table(table: &Element) -> Table {
    let caption = table.first("caption").map(run).unwrap_or_default();
    let mut head = Vec::new();
    let mut rows = Vec::new();
    for part in table.elements() {
        match &*part.name {
            "thead" => {
                let mut lines = grid(part).into_iter();
                head = lines.next().unwrap_or_default();
                // A second line of titles stays above the values as a row.
                rows.extend(lines);
            }
            "tbody" | "tfoot" => rows.extend(grid(part)),
            _ => {}
        }
    }
    if rows.is_empty() && head.is_empty() {
        rows = grid(table);
    }
    let rows = rows.into_iter().map(|cells| Row { cells, mark: None }).collect();
    Table { caption, head, rows, results: false }.squared()
}

/// Cells on their grid: those that span others are followed, or have below them, empty ones.
fn grid(part: &Element) -> Vec<Vec<String>> {
    const SPAN: usize = 48;
    let mut taken: Vec<usize> = Vec::new();
    let mut rows = Vec::new();
    for line in part.all("tr").filter(|tr| tr.attribute("revised") != Some("delete")).take(ROWS) {
        let mut cells: Vec<String> = Vec::new();
        let pass = |cells: &mut Vec<String>, taken: &mut Vec<usize>| {
            while let Some(rows) = taken.get_mut(cells.len()).filter(|rows| **rows > 0) {
                *rows -= 1;
                cells.push(String::new());
            }
        };
        for cell in line.elements().filter(|e| matches!(&*e.name, "td" | "th")) {
            if let Some(last) = cells.get_mut(2 * SPAN) {
                last.push_str(" · ");
                last.push_str(&run(cell));
                continue;
            }
            let span = |name| cell.attribute(name).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1);
            let (wide, high) = (span("colspan").clamp(1, SPAN), span("rowspan").clamp(1, ROWS));
            pass(&mut cells, &mut taken);
            for part in 0..wide {
                if taken.len() <= cells.len() {
                    taken.resize(cells.len() + 1, 0);
                }
                if let Some(rows) = taken.get_mut(cells.len()) {
                    *rows = high - 1;
                }
                cells.push(if part == 0 { run(cell) } else { String::new() });
            }
        }
        pass(&mut cells, &mut taken);
        rows.push(cells);
    }
    rows
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::xml;

    fn read(text: &str) -> Vec<Piece> {
        pieces(&xml::parse(format!("<text>{text}</text>").as_bytes()).unwrap())
    }

    fn paragraphs(text: &str) -> Vec<String> {
        let line = |piece| match piece {
            Piece::Paragraph(text) => text,
            Piece::Item { depth, mark, text } => format!("{depth}{mark}{text}"),
            _ => panic!("a paragraph or an item"),
        };
        read(text).into_iter().map(line).collect()
    }

    fn one_table(text: &str) -> Table {
        match read(text).into_iter().next() {
            Some(Piece::Table(table)) => table,
            _ => panic!("a table"),
        }
    }

    #[test]
    fn text_paragraphs_and_breaks_are_told_apart() {
        assert_eq!(
            paragraphs("avant <paragraph>un\n   <content styleCode='Bold'>deux</content><br/>trois</paragraph>après"),
            ["avant", "un deux\ntrois", "après"]
        );
    }

    #[test]
    fn indices_and_exponents_become_their_characters() {
        assert_eq!(paragraphs("CO<sub>2</sub> à 10<sup>9</sup>/L"), ["CO₂ à 10⁹/L"]);
    }

    #[test]
    fn deleted_text_is_not_shown() {
        assert_eq!(
            paragraphs("<content revised='delete'>100 mg</content><content revised='insert'>10 mg</content>"),
            ["10 mg"]
        );
    }

    #[test]
    fn lists_keep_their_marks_and_depth() {
        assert_eq!(
            paragraphs(
                "<list listType='ordered'><item>un<list><item>a</item></list></item><item>deux</item></list><list>\
                 <caption>Titre</caption><item><paragraph>x</paragraph></item></list>"
            ),
            ["01.un", "1•a", "02.deux", "Titre", "0•x"]
        );
    }

    #[test]
    fn a_table_keeps_its_head_and_its_spans_stand_on_the_grid() {
        let table = one_table(
            "<table><caption>NFS</caption><thead><tr><th>Analyse</th><th>Résultat</th><th>Réf.</th></tr></thead><tbody>\
             <tr><td rowspan='2'>Glycémie<br/>à jeun</td><td>4.89</td><td>(3.89)</td></tr><tr><td>0.88</td><td/></tr>\
             <tr><td colspan='3'>Commentaire</td></tr></tbody></table>",
        );
        assert_eq!(table.caption, "NFS");
        assert_eq!(table.head, ["Analyse", "Résultat", "Réf."]);
        let rows: Vec<Vec<String>> = table.rows.into_iter().map(|row| row.cells).collect();
        assert_eq!(rows, [["Glycémie\nà jeun", "4.89", "(3.89)"], ["", "0.88", ""], ["Commentaire", "", ""]]);
    }

    #[test]
    fn absurd_spans_stay_small() {
        let table = one_table("<table><tr><td colspan='4000000000' rowspan='4000000000'>x</td></tr><tr/><tr/></table>");
        assert_eq!(table.rows.len(), 3);
        assert!(table.rows.iter().all(|row| row.cells.len() <= 48));
    }

    #[test]
    fn a_list_in_a_cell_is_lines_of_the_cell() {
        let table = one_table("<table><tr><td><list><item>a</item><item>b</item></list></td></tr></table>");
        assert_eq!(table.rows.first().unwrap().cells, ["• a\n• b"]);
    }

    #[test]
    fn markup_that_cdas_do_not_have_is_only_text() {
        assert_eq!(
            paragraphs("<script>alert(1)</script><linkHtml href='javascript:x'>lien</linkHtml>"),
            ["alert(1)lien"]
        );
    }
}
