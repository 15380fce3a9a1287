//! A document that is looked at.

use super::writing::page;
use flow::{
    Block, BlockKind, Day, Document, DocumentKind, Finding, Line, Mark, Paper, Part, Patient, Picture, Screen, Text,
    Unreadable, View,
};
use std::sync::Arc;

/// Every state of the page, by name.
pub(super) fn all() -> Vec<(&'static str, View)> {
    let document = |change: &dyn Fn(&mut Document)| {
        let mut screen = Document {
            title: "Compte rendu d’hospitalisation".into(),
            author: "Dr Bianca CASTAFIORE".into(),
            date: Some(Day { year: 2026, month: 11, day: 22 }),
            kind: DocumentKind::Pdf,
            size: 212_000,
            patient: Some(lampion()),
            paper: Paper::Loading(None),
            abnormal: 0,
            can_print: true,
        };
        change(&mut screen);
        // Nothing is printed before it is there.
        screen.can_print &= matches!(screen.paper, Paper::Pages { .. } | Paper::Structured(_));
        page(Screen::Document(Box::new(screen)))
    };
    let pages = |page, of, zoom, drawn: bool| Paper::Pages {
        page,
        of,
        picture: drawn.then(|| sheet(crate::sheet_width_at(1024, false, zoom))),
        zoom,
    };
    let structured = |parts: Vec<Part>| Paper::Structured(Arc::new(parts));
    let refused = |why, kind, title: &'static str| {
        document(&move |screen| {
            (screen.paper, screen.kind) = (Paper::Refused(why), kind);
            (screen.title, screen.author, screen.date, screen.patient) = (title.into(), Text::default(), None, None);
        })
    };
    vec![
        ("document-opening", document(&|_| {})),
        ("document-loading", document(&|screen| screen.paper = Paper::Loading(Some(40)))),
        ("document", document(&|screen| screen.paper = pages(1, 3, 0, true))),
        ("document-zoomed", document(&|screen| screen.paper = pages(2, 3, 1, true))),
        ("document-waiting", document(&|screen| screen.paper = pages(2, 3, 0, false))),
        (
            "document-unsigned",
            document(&|screen| {
                screen.paper = pages(1, 1, 0, true);
                (screen.author, screen.date, screen.patient) = (Text::default(), None, None);
                (screen.kind, screen.can_print) = (DocumentKind::Image, false);
            }),
        ),
        (
            "document-biology",
            document(&|screen| {
                (screen.title, screen.author) = ("Biologie du 21 novembre 2026".into(), "Laboratoire Sanzot".into());
                (screen.kind, screen.date, screen.abnormal) = (DocumentKind::Structured, None, 3);
                screen.paper = structured(biology());
            }),
        ),
        (
            "document-structured",
            document(&|screen| {
                (screen.title, screen.author) = ("Lettre de liaison à la sortie".into(), "Clinique de Syldavie".into());
                screen.kind = DocumentKind::Structured;
                screen.paper = structured(letter());
            }),
        ),
        ("document-password", refused(Unreadable::Password, DocumentKind::Pdf, "bilan.pdf")),
        ("document-broken", refused(Unreadable::Broken, DocumentKind::Pdf, "bilan.pdf")),
        ("document-other", refused(Unreadable::Kind, DocumentKind::Other, "planning.xlsb")),
        ("document-too-heavy", refused(Unreadable::TooLarge, DocumentKind::Image, "lame.tiff")),
        ("document-too-slow", refused(Unreadable::TooSlow, DocumentKind::Pdf, "atlas.pdf")),
        ("document-not-fetched", refused(Unreadable::NotFetched, DocumentKind::Pdf, "bilan.pdf")),
    ]
}

fn lampion() -> Patient {
    let mut patient = Patient::default();
    (patient.family, patient.given) = ("LAMPION".into(), "Séraphin".into());
    patient.born = Some(Day { year: 1956, month: 6, day: 4 });
    patient
}

/// Pixels of a page of A4: letters as bars, since no font is needed to see where they stand.
pub(super) fn sheet(width: u32) -> Picture {
    let height = width * 1414 / 1000;
    let mut pixels = vec![255; usize::try_from(width * height * 4).unwrap_or_default()];
    // In thousandths of the width.
    let mut bar = |x: u32, y: u32, w: u32, h: u32, shade: u8| {
        let scale = |value: u32| value * width / 1000;
        for line in scale(y)..scale(y + h) {
            let from = usize::try_from((line * width + scale(x)) * 4).unwrap_or_default();
            let length = usize::try_from(scale(w) * 4).unwrap_or_default();
            if let Some(run) = pixels.get_mut(from..from + length) {
                run.chunks_exact_mut(4).for_each(|pixel| pixel.copy_from_slice(&[shade, shade, shade, 255]));
            }
        }
    };
    bar(64, 50, 360, 22, 40);
    bar(64, 90, 300, 16, 120);
    bar(64, 130, 872, 3, 20);
    for paragraph in 0..9 {
        let top = 180 + paragraph * 130;
        bar(64, top, 190, 16, 40);
        for line in 0..3 {
            bar(64, top + 28 + line * 28, if line == 2 { 520 } else { 872 }, 12, 130);
        }
    }
    Picture { width, height, pixels: Arc::new(pixels) }
}

fn text(kind: BlockKind, text: &str) -> Part {
    Part::Text(Block { kind, text: text.into() })
}

fn biology() -> Vec<Part> {
    let finding = |analysis: &str, value: &str, unit: &str, reference: &str, mark| {
        let mut finding = Finding::default();
        (finding.analysis, finding.value, finding.unit) = (analysis.into(), value.into(), unit.into());
        (finding.reference, finding.mark) = (reference.into(), mark);
        finding
    };
    vec![
        text(BlockKind::Paragraph, "Prélèvement à 7\u{202F}h\u{202F}40, à jeun"),
        Part::Results(vec![
            finding("Hémoglobine", "11,2", "g/dL", "13,0 – 17,0", Mark::Low),
            finding("Leucocytes", "7,4", "G/L", "4,0 – 10,0", Mark::Normal),
            finding("Créatinine", "86", "µmol/L", "64 – 104", Mark::Normal),
            finding("Potassium", "5,6", "mmol/L", "3,5 – 5,1", Mark::VeryHigh),
            finding("CRP", "4", "mg/L", "< 5", Mark::Normal),
            finding("Débit de filtration glomérulaire estimé (CKD-EPI)", "> 90", "mL/min/1,73 m²", "> 90", Mark::None),
            finding("Hémoculture aérobie", "Staphylococcus epidermidis", "", "", Mark::Abnormal),
        ]),
    ]
}

fn letter() -> Vec<Part> {
    let line = |cells: [&str; 4]| Line { cells: cells.map(String::from).to_vec() };
    let reason = "Dysphonie évoluant depuis quatre mois, sans dysphagie ni altération de l’état général. Nasofibroscopie\u{202F}: formation polypoïde pédiculée du tiers moyen de la corde vocale droite, mobilité conservée.";
    let mut parts = vec![
        Part::Facts(vec![
            ("Auteur".into(), "Dr Hippolyte CALYS, oto-rhino-laryngologiste, Clinique de Syldavie".into()),
            ("Séjour".into(), "du 18 au 22 novembre 2026".into()),
        ]),
        text(BlockKind::Heading, "Motif d’hospitalisation"),
        text(BlockKind::Paragraph, reason),
        text(BlockKind::Heading, "Traitement de sortie"),
        Part::Table {
            head: ["Médicament", "Dose", "Moment", "Durée"].map(String::from).to_vec(),
            rows: vec![
                line(["Paracétamol 1 g, comprimé", "1", "matin, midi et soir, en cas de douleur", "5 jours"]),
                line(["Amoxicilline 500 mg, gélule", "2", "matin et soir", "7 jours"]),
            ],
        },
        text(BlockKind::Heading, "Suites"),
        text(BlockKind::Item, "Repos vocal de dix jours."),
        text(BlockKind::Item, "Consultation de contrôle le 10 décembre, avec l’examen anatomopathologique."),
        text(BlockKind::Rule, ""),
    ];
    parts.extend([reason; 6].map(|reason| text(BlockKind::Paragraph, reason)));
    parts.push(text(BlockKind::Signature, "Dr Hippolyte CALYS\nClinique de Syldavie, Klow"));
    parts
}
