//! One message in all its states, and what is asked on the way.

use super::mailbox::folders;
use super::{NOW, bar, page, view};
use flow::{
    Block, BlockKind, By, Correspondent, Day, DocumentKind, DocumentLine, Failure, Folder, FolderRole, Jump, Letter,
    Message, More, MoveTo, Origin, Patient, Print, PrinterWaits, Question, Receipt, Report, Screen, Seal, Sex, Sort,
    SortChoice, Stamp, Text, View,
};

/// Every state of these pages, by name.
pub(super) fn all() -> Vec<(&'static str, View)> {
    let mut views = messages();
    views.extend(known());
    views.extend(asked());
    views.extend(printed());
    views.extend(worded());
    views
}

fn message(change: &dyn Fn(&mut Message)) -> View {
    let mut message = Message {
        letter: Box::new(letter()),
        loading: false,
        failed: None,
        shown: 60,
        newer: false,
        older: true,
        can_reply: true,
        can_print: true,
        draft: false,
    };
    change(&mut message);
    page(Screen::Message(Box::new(message)))
}

/// M1 to M4, by what is read.
fn messages() -> Vec<(&'static str, View)> {
    vec![
        ("message", message(&|_| {})),
        ("message-long", message(&|screen| screen.letter.blocks.extend(rest()))),
        (
            "message-quote",
            message(&|screen| {
                screen.letter.patient = None;
                screen.letter.blocks = vec![block(BlockKind::Paragraph, "Oui, sans changer la dose.")];
                screen.letter.blocks.extend(rest().into_iter().skip(2));
            }),
        ),
        (
            "message-rest",
            message(&|screen| {
                screen.letter.blocks.truncate(2);
                screen.letter.documents.clear();
                screen.shown = 1;
            }),
        ),
        ("message-rich", message(&|screen| rich(&mut screen.letter))),
        (
            "message-plain",
            message(&|screen| {
                screen.letter.patient = None;
                screen.letter.documents.clear();
                screen.letter.subject.clear();
                (screen.newer, screen.older) = (true, false);
                (screen.can_reply, screen.can_print) = (false, false);
            }),
        ),
        (
            "message-documents",
            message(&|screen| {
                screen.letter.subject = "Dossier complet avant la réunion de concertation pluridisciplinaire".into();
                screen.letter.documents = documents();
            }),
        ),
        ("message-endless", message(&|screen| endless(&mut screen.letter))),
        ("message-loading", message(&|screen| coming(screen, None))),
        ("message-failed", message(&|screen| coming(screen, Some(Failure::MailSlow)))),
        ("message-gone", message(&|screen| coming(screen, Some(Failure::MessageGone)))),
    ]
}

/// By what has to be known before it is read.
fn known() -> Vec<(&'static str, View)> {
    vec![
        (
            "message-receipt",
            message(&|screen| {
                screen.letter.receipt = Receipt::Asked;
                screen.letter.seal = Seal::Valid("Dr Bianca CASTAFIORE".into());
            }),
        ),
        ("message-receipt-sent", message(&|screen| screen.letter.receipt = Receipt::Sent)),
        (
            "message-changed",
            message(&|screen| {
                screen.letter.seal = Seal::Invalid;
                unqualified(&mut screen.letter);
            }),
        ),
        (
            "message-encrypted",
            message(&|screen| {
                screen.letter.seal = Seal::Encrypted;
                (screen.can_reply, screen.can_print) = (false, false);
                screen.letter.subject = "Avis".into();
                screen.letter.patient = None;
                screen.letter.blocks.clear();
                screen.letter.documents.clear();
            }),
        ),
        (
            "message-report",
            message(&|screen| {
                report(&mut screen.letter, Report::NotDelivered);
            }),
        ),
        (
            "message-from-patient",
            message(&|screen| {
                screen.letter.origin = Origin::Patient;
                screen.letter.from.name = "Séraphin LAMPION".into();
                screen.letter.from.address = "156069999904217@patient.mssante.example".into();
                screen.letter.subject = "Re\u{202f}: votre rendez-vous".into();
                screen.letter.blocks = vec![block(
                    BlockKind::Paragraph,
                    "Bonjour docteur, je viendrai bien le 4\u{a0}décembre. Faut-il être à jeun\u{202f}?",
                )];
                screen.letter.closed = true;
                screen.letter.documents.clear();
            }),
        ),
        (
            "message-draft",
            message(&|screen| {
                screen.draft = true;
                screen.letter.patient = None;
                screen.letter.documents = documents().into_iter().take(1).collect();
            }),
        ),
    ]
}

/// What is asked on the way.
fn asked() -> Vec<(&'static str, View)> {
    let more = |in_bin: bool| More {
        subject: Text::from("Compte rendu d’hospitalisation, chirurgie ORL"),
        reply_all: !in_bin,
        can_write: !in_bin,
        in_bin,
        in_junk: false,
        archive: !in_bin,
        can_print: !in_bin,
    };
    let jump = |typed, complete| page(Screen::Jump(Jump { typed, of: 3_063, from: 1, complete }));
    let sort = |by, descending| page(Screen::SortChoice(SortChoice { sort: Sort { by, descending } }));
    let mut many = folders();
    many.extend((1..=12).map(|number| Folder {
        role: FolderRole::Own,
        name: format!("Congrès de cardiologie interventionnelle et astreintes {number}"),
        unread: 0,
        total: 5,
    }));
    let question = |question| page(Screen::Question(question));
    vec![
        ("more", page(Screen::More(more(false)))),
        (
            "more-bin",
            page(Screen::More(More {
                subject: Text::from(
                    "Protocole de dialyse, bilan avant transplantation et compte rendu de la réunion de concertation pluridisciplinaire",
                ),
                ..more(true)
            })),
        ),
        ("jump", jump(0, false)),
        ("jump-typed", jump(1_204, true)),
        ("sort-choice", sort(By::Date, true)),
        ("sort-choice-sender", sort(By::Sender, false)),
        ("move-to", page(Screen::MoveTo(MoveTo { folders: targets(folders(), 0), count: 3 }))),
        ("move-to-many", page(Screen::MoveTo(MoveTo { folders: targets(many, 3), count: 1 }))),
        ("question-empty", question(Question::EmptyBin(1_208))),
        ("question-erase", question(Question::Erase(1))),
        ("question-discard", question(Question::Discard)),
        ("masked", view(Screen::Masked(108), bar(true))),
        ("masked-last", view(Screen::Masked(48), bar(true))),
    ]
}

/// The folders messages of `from` may be moved into, each with its place among all.
fn targets(folders: Vec<Folder>, from: usize) -> Vec<(usize, Folder)> {
    let takes = |role| !matches!(role, FolderRole::Drafts | FolderRole::Sent);
    folders.into_iter().enumerate().filter(|(place, folder)| *place != from && takes(folder.role)).collect()
}

/// Printing.
fn printed() -> Vec<(&'static str, View)> {
    let print = |print| page(Screen::Print(print));
    let ask = |pages, current, copies, only_current| print(Print::Ask { pages, current, copies, only_current });
    vec![
        ("print", ask(None, None, 1, false)),
        ("print-pages", ask(Some(3), Some(2), 2, true)),
        ("print-sending", print(Print::Going { printed: 0, of: 0, waits: None })),
        ("print-going", print(Print::Going { printed: 2, of: 3, waits: None })),
        ("print-paper", print(Print::Going { printed: 1, of: 3, waits: Some(PrinterWaits::Paper) })),
        ("print-done", print(Print::Done)),
        ("print-failed", print(Print::Failed(Failure::PrinterUnreachable))),
    ]
}

/// What differs from another state by its words alone.
fn worded() -> Vec<(&'static str, View)> {
    let going = |waits| page(Screen::Print(Print::Going { printed: 1, of: 3, waits: Some(waits) }));
    let reported = |what| message(&|screen| report(&mut screen.letter, what));
    vec![
        ("message-unverified", message(&|screen| screen.letter.seal = Seal::Unverified)),
        ("message-receipt-sending", message(&|screen| screen.letter.receipt = Receipt::Sending)),
        ("message-report-delayed", reported(Report::Delayed)),
        ("message-report-delivered", reported(Report::Delivered)),
        ("message-report-read", reported(Report::Read)),
        ("message-report-not-integrated", reported(Report::NotIntegrated)),
        (
            "more-junk",
            page(Screen::More(More {
                subject: Text::from(""),
                reply_all: false,
                can_write: true,
                in_bin: false,
                in_junk: true,
                archive: true,
                can_print: false,
            })),
        ),
        ("jump-too-far", page(Screen::Jump(Jump { typed: 9_999, of: 3_063, from: 3_063, complete: false }))),
        ("question-erase-many", page(Screen::Question(Question::Erase(1_208)))),
        ("print-jam", going(PrinterWaits::Jam)),
        ("print-cover", going(PrinterWaits::Cover)),
        ("print-toner", going(PrinterWaits::Toner)),
        ("print-queue", going(PrinterWaits::Queue)),
        ("print-attention", going(PrinterWaits::Attention)),
    ]
}

/// About another message, written by a server.
fn report(letter: &mut Letter, what: Report) {
    letter.report = Some(what);
    letter.origin = Origin::Service;
    letter.from = correspondent("Messagerie de Moulinsart", "postmaster");
    letter.subject = "Compte rendu d’hospitalisation".into();
    letter.patient = None;
    letter.documents.clear();
    letter.blocks = vec![block(
        BlockKind::Paragraph,
        "Destinataire\u{202f}: hippolyte.calys@moulinsart.mssante.example. Le serveur a répondu\u{202f}: 550 5.1.1, adresse inconnue.",
    )];
}

/// What strangers write: a subject, names and a list of people that never end.
fn endless(letter: &mut Letter) {
    letter.subject = "Protocole de dialyse, bilan avant transplantation et compte rendu de la réunion de concertation pluridisciplinaire du service de néphrologie".into();
    letter.from = correspondent(
        "Service de néphrologie, dialyse et transplantation rénale de l’hôpital de Klow",
        "secretariat.nephrologie.dialyse.transplantation",
    );
    letter.origin = Origin::Service;
    letter.to = (1..=50)
        .map(|place| correspondent(&format!("Pr Anne-Charlotte DE LA ROCHEFOUCAULD {place}"), &format!("a{place}")))
        .collect();
    (letter.copies, letter.more) = (20, 9_950);
    unqualified(letter);
    letter.seal = Seal::Valid("Service de néphrologie, dialyse et transplantation rénale de l’hôpital de Klow".into());
    letter.blocks = vec![block(BlockKind::Paragraph, "Vous trouverez le protocole ci-joint.")];
    letter.documents = vec![line(
        "Protocole de dialyse, bilan avant transplantation et compte rendu de la réunion",
        DocumentKind::Pdf,
        Some(120),
        None,
        "PDF",
    )];
}

/// Of a message that has not come, its row is known.
fn coming(screen: &mut Message, failed: Option<Failure>) {
    screen.letter.blocks.clear();
    screen.letter.documents.clear();
    screen.letter.to.clear();
    screen.letter.from.address.clear();
    screen.letter.patient = None;
    (screen.can_reply, screen.can_print) = (false, false);
    (screen.loading, screen.failed) = (failed.is_none(), failed);
}

fn block(kind: BlockKind, text: &str) -> Block {
    Block { kind, text: text.into() }
}

fn correspondent(name: &str, address: &str) -> Correspondent {
    Correspondent { name: name.into(), address: format!("{address}@moulinsart.mssante.example") }
}

fn line(title: &str, kind: DocumentKind, pages: Option<u32>, results: Option<u32>, ending: &str) -> DocumentLine {
    let mut line = DocumentLine::default();
    line.title = title.into();
    (line.kind, line.pages, line.results) = (kind, pages, results);
    line.size = 184_320;
    line.ending = ending.into();
    line
}

fn letter() -> Letter {
    let paragraph = |text: &str| block(BlockKind::Paragraph, text);
    let mut letter = Letter::default();
    letter.from = correspondent("Dr Bianca CASTAFIORE", "bianca.castafiore");
    letter.to = vec![correspondent("Dr Tryphon TOURNESOL", "tryphon.tournesol")];
    letter.subject = "Compte rendu d’hospitalisation".into();
    letter.when = Stamp { day: NOW.day, hour: 10, minute: 31 };
    letter.patient = Some(Patient {
        family: "LAMPION".into(),
        given: "Séraphin".into(),
        born: Some(Day { year: 1956, month: 6, day: 4 }),
        age: Some(70),
        sex: Sex::Male,
        ins: "1\u{202f}56\u{202f}06\u{202f}99\u{202f}999\u{202f}042\u{202f}17".into(),
        qualified: true,
    });
    letter.blocks = vec![
        paragraph("Cher confrère,"),
        paragraph(
            "Votre patient a été hospitalisé du 18 au 22 novembre pour une dysphonie persistante. La laryngoscopie retrouve un polype de la corde vocale droite, retiré en totalité sous anesthésie générale.",
        ),
        paragraph(
            "Les suites sont simples. Repos vocal de dix jours, contrôle prévu le vendredi 4\u{a0}décembre à 9\u{202f}h\u{202f}30. L’examen anatomopathologique est en cours\u{202f}; je vous l’adresserai dès réception.",
        ),
    ];
    let mut biology = line("Biologie", DocumentKind::Biology, None, Some(6), "");
    biology.abnormal = 2;
    letter.documents = vec![line("Compte rendu", DocumentKind::Pdf, Some(3), None, "PDF"), biology];
    letter
}

fn rest() -> Vec<Block> {
    vec![
        block(
            BlockKind::Paragraph,
            "Merci de surveiller la tension artérielle\u{202f}: 158/94 à la sortie, sans signe fonctionnel. Le traitement antihypertenseur n’a pas été modifié.",
        ),
        block(BlockKind::Paragraph, "Bien confraternellement,"),
        block(BlockKind::Signature, "Dr Bianca CASTAFIORE\nService ORL, poste 42 17"),
        block(
            BlockKind::Quote,
            "Chère consœur, pourriez-vous voir Monsieur LAMPION, 70 ans, pour une dysphonie qui dure depuis deux mois\u{202f}?",
        ),
        block(BlockKind::Quote, "Avec mes remerciements,\nDr Tryphon TOURNESOL"),
    ]
}

/// Every kind of block.
fn rich(letter: &mut Letter) {
    letter.patient = None;
    letter.blocks = vec![
        block(BlockKind::Heading, "Traitement de sortie"),
        block(BlockKind::Row, "Médicament\tDose\tDurée"),
        block(BlockKind::Row, "Paracétamol\t1\u{202f}000 mg\t5 jours"),
        block(BlockKind::Row, "Amoxicilline\t500 mg\t7 jours"),
        block(BlockKind::Item, "Repos vocal de dix jours"),
        block(BlockKind::Item, "Contrôle le 4 décembre, à jeun si une nouvelle laryngoscopie est décidée ce jour-là"),
        block(BlockKind::Rule, ""),
        block(BlockKind::Preformatted, "Hémoglobine   11,2   g/dL\nLeucocytes     7,4   G/L"),
        block(BlockKind::Quote, "Merci pour votre avis."),
        block(BlockKind::Signature, "Secrétariat ORL"),
    ];
    letter.simplified = true;
}

fn unqualified(letter: &mut Letter) {
    if let Some(patient) = &mut letter.patient {
        patient.family = "SAINT-JEAN-DE-LA-CROIX".into();
        patient.given = "Marie-Antoinette".into();
        (patient.sex, patient.qualified) = (Sex::Female, false);
        (patient.born, patient.age) = (Some(Day { year: 2025, month: 9, day: 1 }), Some(1));
    }
}

/// More than the page holds, of every kind.
fn documents() -> Vec<DocumentLine> {
    vec![
        line("Compte rendu d’imagerie par résonance magnétique", DocumentKind::Pdf, Some(12), None, "PDF"),
        line("Photographie", DocumentKind::Image, None, None, "JPG"),
        line("Lettre de liaison", DocumentKind::Structured, None, None, ""),
        line("Devis", DocumentKind::Other, None, None, "DOCX"),
        line("Consignes", DocumentKind::Text, Some(1), None, "TXT"),
        line("Message d’origine", DocumentKind::Message, None, None, "EML"),
        line("Biologie", DocumentKind::Biology, None, Some(1), ""),
    ]
}
