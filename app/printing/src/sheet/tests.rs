//! Sheets laid out with the product's own fonts and read again by hayro.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::util::{RectExt, TransformExt};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::BezPath;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use proptest::prelude::*;

use super::*;

/// The fonts of the screen, as the engine hands them in. Tests read them where they lie.
pub(super) fn fonts() -> Fonts {
    let font = |weight: &str| -> FontFile {
        let path = format!("{}/../../ui/slint/fonts/GuichetInter-{weight}.otf", env!("CARGO_MANIFEST_DIR"));
        Arc::new(std::fs::read(path).unwrap())
    };
    Fonts::new(font("Regular"), font("Bold"))
}

fn letter() -> Sheet {
    let text = |text: &str| text.to_owned();
    let fact = |label: &str, value: &str| Fact { label: text(label), value: text(value) };
    let row = |cells: [&str; 4], marked| Row { cells: cells.map(text).to_vec(), marked };
    Sheet {
        patient: text("LAMPION Séraphin, né le 04/06/1956 — INS 1 56 06 75 123 456 78 (qualifiée)"),
        title: text("Compte rendu d’hospitalisation : suites opératoires"),
        facts: vec![
            fact("De", "Dr Tryphon TOURNESOL <tryphon.tournesol@mss.test>"),
            fact("À", "Secrétariat de cardiologie"),
            fact("Envoyé le", "12 novembre 2026 à 14 h 05"),
        ],
        blocks: vec![
            Block::Paragraph(text(
                "Cher confrère,\n\nJe vous remercie de m’avoir adressé ce patient\u{202F}: l’évolution est favorable.",
            )),
            Block::Heading { level: 1, text: text("Biologie") },
            Block::Table(Table {
                head: ["Examen", "Résultat", "Unité", "Valeurs de référence"].map(text).to_vec(),
                rows: vec![
                    row(["Hémoglobine", "13,9", "g/dL", "13,0 – 17,0"], false),
                    row(["Potassium", "6,1", "mmol/L", "3,5 – 5,1"], true),
                ],
            }),
            Block::Item { depth: 0, mark: None, text: text("Contrôle dans huit jours") },
            Block::Item { depth: 1, mark: Some(text("1.")), text: text("Ionogramme") },
            Block::Quote { depth: 2, text: text("Le 10/11/2026, B. CASTAFIORE a écrit…") },
            Block::Preformatted(text("Na   140\nK      6,1")),
            Block::Rule,
        ],
        foot: text("Imprimé le 13/11/2026 à 09:12"),
    }
}

/// A character on a page: where its pen began, in points from the top left, and what it is.
#[derive(Clone, Debug)]
struct Inked {
    x: f64,
    y: f64,
    text: String,
}

/// Takes down every character hayro draws.
#[derive(Default)]
struct Reader(Vec<Inked>);

impl Device<'_> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let place = (props.transform * glyph.transform()).translation();
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => "\u{FFFD}".to_owned(),
            };
            self.0.push(Inked { x: place.x, y: place.y, text });
        }
    }
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// What is inked on each page.
fn inked(pdf: &[u8]) -> Vec<Vec<Inked>> {
    let file = Pdf::new(pdf.to_vec()).unwrap();
    file.pages().iter().map(read).collect()
}

fn read(page: &Page<'_>) -> Vec<Inked> {
    let mut reader = Reader::default();
    let cache = InterpreterCache::new();
    let (transform, area) = (page.initial_transform(true), page.intersected_crop_box());
    let mut context =
        Context::new(transform.to_kurbo(), area.to_kurbo(), &cache, page.xref(), InterpreterSettings::default());
    interpret_page(page, &mut context, &mut reader);
    reader.0
}

/// The lines of each page from the top, as a person reads them.
fn lines(pdf: &[u8]) -> Vec<Vec<String>> {
    let page = |mut inked: Vec<Inked>| {
        let key = |ink: &Inked| (ink.y * 2.0).round() as i64;
        inked.sort_by(|a, b| key(a).cmp(&key(b)).then(a.x.total_cmp(&b.x)));
        let lines = inked.chunk_by(|a, b| key(a) == key(b));
        lines.map(|line| line.iter().map(|ink| ink.text.as_str()).collect::<String>().trim().to_owned()).collect()
    };
    inked(pdf).into_iter().map(page).collect()
}

/// A sheet of blocks alone.
fn of(blocks: Vec<Block>) -> Sheet {
    Sheet { patient: String::new(), title: String::new(), facts: Vec::new(), blocks, foot: String::new() }
}

fn laid(letter: &Sheet) -> Printable {
    sheet(letter, &fonts()).unwrap()
}

/// A page as hayro paints it, twice as large as in points, and kept for whoever wants to look.
fn painted(pdf: &[u8], page: usize, name: &str) -> Pixmap {
    let file = Pdf::new(pdf.to_vec()).unwrap();
    let scale = PixmapSettings { x_scale: 2.0, y_scale: 2.0, bg_color: WHITE };
    let (cache, settings) = (RenderCache::new(), InterpreterSettings::default());
    let pixmap = hayro::render(&file.pages()[page], &cache, &settings, &RenderSettings::default(), &scale);
    let folder = std::env::current_exe().unwrap().parent().unwrap().join("../printing-sheets");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), pixmap.clone().into_png().unwrap()).unwrap();
    pixmap
}

/// Grey at a place given in points.
fn grey(pixmap: &Pixmap, x: f64, y: f64) -> u8 {
    let index = (y * 2.0) as usize * usize::from(pixmap.width()) + (x * 2.0) as usize;
    pixmap.data()[index].g
}

#[test]
fn a_letter_is_read_again_word_by_word() {
    let laid = laid(&letter());
    assert_eq!(laid.pages, 1);
    let expected = [
        "LAMPION Séraphin, né le 04/06/1956 — INS 1 56 06 75 123 456 78 (qualifiée)",
        "Compte rendu d’hospitalisation\u{202F}: suites opératoires",
        "DeDr Tryphon TOURNESOL <tryphon.tournesol@mss.test>",
        "ÀSecrétariat de cardiologie",
        "Envoyé le12 novembre 2026 à 14 h 05",
        "Cher confrère,",
        "Je vous remercie de m’avoir adressé ce patient\u{202F}: l’évolution est favorable.",
        "Biologie",
        "ExamenRésultatUnitéValeurs de référence",
        "Hémoglobine13,9g/dL13,0 – 17,0",
        "Potassium6,1mmol/L3,5 – 5,1",
        "•Contrôle dans huit jours",
        "1.Ionogramme",
        "Le 10/11/2026, B. CASTAFIORE a écrit…",
        "Na   140",
        "K      6,1",
        "Imprimé le 13/11/2026 à 09:121/1",
    ];
    assert_eq!(lines(&laid.pdf)[0], expected);
}

#[test]
fn a_marked_row_stands_out_without_colour() {
    let laid = laid(&letter());
    let page = painted(&laid.pdf, 0, "letter.png");
    let row = |word: &str| {
        let all = &inked(&laid.pdf)[0];
        let place = all
            .windows(word.chars().count())
            .find(|inks| inks.iter().map(|ink| ink.text.as_str()).collect::<String>() == word);
        place.unwrap()[0].y - 3.0
    };
    let (plain, marked) = (row("Hémoglobine"), row("Potassium"));
    assert_eq!((grey(&page, 48.5, plain), grey(&page, 540.0, plain)), (255, 255));
    assert_eq!((grey(&page, 48.5, marked), grey(&page, 540.0, marked)), (0, 225));
}

#[test]
fn every_page_says_whose_it_is_and_which() {
    let mut letter = letter();
    letter.blocks = (1..=120).map(|n| Block::Paragraph(format!("Ligne {n}\nsuite {n}\nfin {n}"))).collect();
    let laid = laid(&letter);
    let pages = lines(&laid.pdf);
    assert!(pages.len() > 5);
    assert_eq!(usize::try_from(laid.pages).unwrap(), pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page[0].starts_with("LAMPION Séraphin, né le 04/06/1956"), "page {index}");
        assert_eq!(*page.last().unwrap(), format!("Imprimé le 13/11/2026 à 09:12{}/{}", index + 1, pages.len()));
        assert!(!page[1].starts_with("fin"), "page {index} begins with the last line of a paragraph");
        assert!(!page[page.len() - 2].starts_with("Ligne"), "page {index} ends with the first line of a paragraph");
    }
    let all: Vec<String> = pages.concat().into_iter().filter(|line| line.starts_with("suite")).collect();
    assert_eq!(all, (1..=120).map(|n| format!("suite {n}")).collect::<Vec<_>>());
}

#[test]
fn a_long_table_repeats_its_heading_and_loses_no_row() {
    let mut letter = letter();
    let cells = |n: u32| vec![format!("Analyse {n}"), n.to_string(), "mmol/L".to_owned(), "de 1 à 300".to_owned()];
    let Block::Table(table) = &letter.blocks[2] else { panic!("the table") };
    let head = table.head.clone();
    let rows = (1..=200).map(|n| Row { cells: cells(n), marked: n % 7 == 0 }).collect();
    letter.blocks = vec![Block::Table(Table { head, rows })];
    let laid = laid(&letter);
    let pages = lines(&laid.pdf);
    assert!(pages.len() > 3);
    for page in &pages {
        assert_eq!(page.iter().filter(|line| *line == "ExamenRésultatUnitéValeurs de référence").count(), 1);
    }
    let rows: Vec<String> = pages.concat().into_iter().filter(|line| line.starts_with("Analyse")).collect();
    assert_eq!(rows, (1..=200).map(|n| cells(n).concat()).collect::<Vec<_>>());
    painted(&laid.pdf, 1, "table.png");
}

#[test]
fn nothing_leaves_the_page() {
    let long = "Hypoprothrombinémie-anticonstitutionnellement".repeat(30);
    let facts = vec![Fact { label: long.clone(), value: long.clone() }];
    let blocks = vec![
        Block::Paragraph(long.clone()),
        Block::Heading { level: 1, text: long.clone() },
        Block::Item { depth: 200, mark: Some(long.clone()), text: long.clone() },
        Block::Quote { depth: 200, text: long.clone() },
        Block::Preformatted(long.clone()),
        Block::Table(Table {
            head: vec![long.clone(); 30],
            rows: vec![
                Row { cells: vec![long.clone(); 30], marked: true },
                Row { cells: vec!["a\n".repeat(300)], marked: false },
            ],
        }),
    ];
    let letter = Sheet { patient: long.clone(), title: long.clone(), foot: long, facts, blocks };
    let laid = laid(&letter);
    for (index, page) in inked(&laid.pdf).iter().enumerate() {
        for ink in page {
            assert!((48.0..548.0).contains(&ink.x) && (30.0..820.0).contains(&ink.y), "page {index}: {ink:?}");
        }
    }
    painted(&laid.pdf, 0, "long.png");
}

#[test]
fn a_row_taller_than_a_page_is_cut_and_goes_on() {
    let text: String = (1..=150).map(|n| format!("l{n}\n")).collect();
    let rows = vec![Row { cells: vec![text.trim_end().to_owned(), "à côté".to_owned()], marked: false }];
    let letter = of(vec![Block::Table(Table { head: vec!["A".into(), "B".into()], rows })]);
    let pages = lines(&laid(&letter).pdf);
    assert!(pages.len() > 2);
    let seen: Vec<String> = pages.concat().into_iter().filter(|line| line.starts_with('l')).collect();
    assert_eq!(seen.len(), 150);
    assert_eq!(seen[0], "l1à côté");
}

#[test]
fn a_heading_stays_with_what_follows() {
    for filler in 20..80 {
        let mut blocks = vec![Block::Paragraph("x\n".repeat(filler)); 1];
        blocks.push(Block::Heading { level: 2, text: "Titre".into() });
        blocks.push(Block::Paragraph("Suite\nFin".into()));
        let pages = lines(&laid(&of(blocks)).pdf);
        let page = pages.iter().find(|page| page.contains(&"Titre".to_owned())).unwrap();
        assert!(page.contains(&"Suite".to_owned()), "{filler} lines before");
    }
}

#[test]
fn writing_from_right_to_left_and_unknown_characters_do_no_harm() {
    let mut letter = letter();
    letter.blocks = vec![
        Block::Paragraph("Пациент: Серафим. Ασθενής. Người bệnh.".into()),
        Block::Paragraph("مريض السرير 12 — חולה — 患者 — 👩🏽‍⚕️".into()),
    ];
    let laid = laid(&letter);
    let seen = &lines(&laid.pdf)[0];
    assert!(seen.contains(&"Пациент: Серафим. Ασθενής. Người bệnh.".to_owned()));
    assert!(seen.iter().any(|line| line.matches('\u{FFFD}').count() > 10), "{seen:?}");
    painted(&laid.pdf, 0, "scripts.png");
}

#[test]
fn the_file_says_nothing_but_the_letter() {
    let laid = laid(&letter());
    let text = String::from_utf8_lossy(&laid.pdf);
    for word in
        ["/Producer", "/Creator", "/CreationDate", "/ModDate", "/Author", "/Title", "/Metadata", "krilla", "uichet/"]
    {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_letter_beyond_measure_is_refused() {
    let letter = of(vec![Block::Paragraph("a".repeat(LONGEST + 1))]);
    assert!(matches!(sheet(&letter, &fonts()), Err(Error::TooLong)));
    let letter = of(vec![Block::Paragraph("\n".repeat(MOST_PAGES * 80))]);
    assert!(matches!(sheet(&letter, &fonts()), Err(Error::TooLong)));
}

#[test]
fn an_empty_sheet_is_one_page() {
    assert_eq!(laid(&Sheet::default()).pages, 1);
}

#[test]
fn printing_a_sheet_to_the_journal_shows_nothing() {
    let letter = letter();
    let debug = format!("{letter:?} {:?} {:?} {:?}", letter.facts, letter.blocks, laid(&letter));
    assert!(!debug.contains("LAMPION") && !debug.contains("Potassium"), "{debug}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_is_laid_out(texts in proptest::collection::vec("\\PC{0,80}|[ -~\n]{0,200}|[\u{300}-\u{36f}\u{200d}\u{fe0f}👩🏽‍🚀a]{0,120}", 1..12)) {
        let mut letter = of(Vec::new());
        (letter.patient, letter.title) = (texts[0].clone(), texts[0].clone());
        for (index, text) in texts.iter().enumerate() {
            letter.blocks.push(match index % 4 {
                0 => Block::Paragraph(text.clone()),
                1 => Block::Quote { depth: 200, text: text.clone() },
                2 => Block::Item { depth: 255, mark: Some(text.clone()), text: text.clone() },
                _ => Block::Table(Table { head: texts.clone(), rows: vec![Row { cells: texts.clone(), marked: true }; 3] }),
            });
        }
        prop_assert!(sheet(&letter, &fonts()).is_ok());
    }
}
