//! Writing and sending.

use super::{bar, session_bar, view};
use flow::{
    Compose, Correspondent, DocumentKind, DocumentLine, Failure, Field, Kept, Kind, MailboxKind, Parting, Purpose,
    Question, RecipientLine, Recipients, Refused, Replies, Screen, Sending, Sheet, Source, Text, Typing, View,
};

/// Every state of these pages, by name.
pub(super) fn all() -> Vec<(&'static str, View)> {
    let mut views = replying();
    views.extend(composing());
    views.extend(choosing());
    views.extend(leaving());
    revised(views)
}

/// A page of an open session.
pub(super) fn page(screen: Screen) -> View {
    view(screen, session_bar("", Some(MailboxKind::Personal), true))
}

const SUBJECT: &str = "Compte rendu d’hospitalisation, chirurgie ORL";
const ANSWER: &str = "Bien reçu, merci. Je revois M. LAMPION jeudi pour la tension. Pouvez-vous m’adresser l’examen anatomopathologique dès qu’il sera prêt\u{202F}?";

fn replying() -> Vec<(&'static str, View)> {
    let replies = |replies: &[(&str, &str)]| {
        page(Screen::Replies(Replies {
            to: "Dr Bianca CASTAFIORE".into(),
            subject: SUBJECT.into(),
            patient: "LAMPION Séraphin".into(),
            replies: replies.iter().map(|(title, text)| ((*title).to_owned(), (*text).to_owned())).collect(),
        }))
    };
    vec![
        (
            "replies",
            replies(&[
                ("Bien reçu", "Bien reçu, merci. Je revois le patient."),
                ("Rappelez-moi", "Pouvez-vous me rappeler au secrétariat\u{202F}?"),
                ("Document attendu", "Il me manque le document. Merci de le renvoyer."),
                ("Pas mon patient", "Ce patient ne relève pas de mon suivi."),
            ]),
        ),
        (
            "replies-few",
            replies(&[
                ("Bien reçu", "Bien reçu, merci."),
                (
                    "Réunion de concertation",
                    "Je présenterai ce dossier à la prochaine réunion de concertation pluridisciplinaire et je vous en adresserai le compte rendu par cette messagerie dès que possible.",
                ),
            ]),
        ),
    ]
}

fn compose(change: impl FnOnce(&mut Compose)) -> View {
    let phrases =
        ["Bien reçu, merci.", "Je revois le patient.", "Pouvez-vous me rappeler\u{202F}?", "Bien confraternellement,"];
    let mut screen = Compose {
        kind: Kind::Reply,
        to: vec![castafiore()],
        copies: 0,
        subject: Text(format!("Re\u{202F}: {SUBJECT}")),
        text: ANSWER.into(),
        field: Field::Text,
        revision: 1,
        patient: "LAMPION Séraphin".into(),
        documents: Vec::new(),
        receipt: false,
        phrases: phrases.map(String::from).to_vec(),
        can_send: true,
        kept: Kept::Yes,
        refused: None,
        failed: None,
    };
    change(&mut screen);
    page(Screen::Compose(Box::new(screen)))
}

/// Each state with a revision of its own: what a page writes in is taken over when one follows another.
fn revised(mut views: Vec<(&'static str, View)>) -> Vec<(&'static str, View)> {
    for (number, (_, view)) in (1..).zip(&mut views) {
        match &mut view.screen {
            Screen::Compose(screen) => screen.revision = number,
            Screen::Typing(screen) => screen.revision = number,
            _ => {}
        }
    }
    views
}

fn composing() -> Vec<(&'static str, View)> {
    let new = |screen: &mut Compose| {
        (screen.kind, screen.field, screen.can_send, screen.kept) = (Kind::New, Field::Subject, false, Kept::Nothing);
        screen.to.clear();
        (screen.subject, screen.text, screen.patient) = (Text::default(), Text::default(), Text::default());
    };
    vec![
        ("compose", compose(|_| {})),
        ("compose-empty", compose(|screen| (screen.text, screen.kept) = (Text::default(), Kept::Nothing))),
        (
            "compose-preparing",
            compose(|screen| {
                (screen.can_send, screen.kept, screen.text) = (false, Kept::Nothing, Text::default());
                screen.to.clear();
            }),
        ),
        (
            "compose-long",
            compose(|screen| {
                screen.to = vec![castafiore(), tournesol(), irma()];
                screen.kind = Kind::ReplyAll;
                screen.text = Text(format!("{ANSWER}\n\n{ANSWER} {ANSWER}\nBien confraternellement,\n"));
                screen.kept = Kept::Failed;
            }),
        ),
        (
            "compose-refused",
            compose(|screen| {
                (screen.can_send, screen.kept, screen.refused) = (false, Kept::Not, Some(Refused::ThreadClosed));
            }),
        ),
        (
            "compose-no-white-list",
            compose(|screen| {
                screen.kind = Kind::Forward;
                (screen.can_send, screen.kept, screen.refused) = (false, Kept::Yes, Some(Refused::NoWhiteList));
            }),
        ),
        (
            "compose-failed",
            compose(|screen| {
                (screen.can_send, screen.kept, screen.failed) = (false, Kept::Not, Some(Failure::MessageTooLarge));
                screen.to.clear();
            }),
        ),
        ("compose-new", compose(new)),
        (
            "compose-new-text",
            compose(|screen| {
                new(screen);
                screen.to = vec![castafiore(), tournesol()];
                (screen.subject, screen.text) = ("Demande d’avis".into(), "Chère consœur, ".into());
                (screen.field, screen.can_send, screen.kept) = (Field::Text, true, Kept::Not);
            }),
        ),
        (
            "compose-forward",
            compose(|screen| {
                screen.kind = Kind::Forward;
                screen.subject = Text(format!("Tr\u{202F}: {SUBJECT}"));
                screen.text = "Pour information.".into();
                screen.documents = documents(3);
            }),
        ),
        (
            "compose-forward-many",
            compose(|screen| {
                screen.kind = Kind::Forward;
                screen.subject = Text(format!("Tr\u{202F}: {SUBJECT}"));
                screen.to = vec![nephrology(), castafiore(), irma()];
                screen.documents = documents(9);
                screen.receipt = true;
            }),
        ),
        (
            "compose-draft",
            compose(|screen| {
                screen.kind = Kind::Draft;
                screen.to = vec![nephrology(), castafiore(), irma()];
                screen.subject = "Demande d’avis".into();
            }),
        ),
    ]
}

fn choosing() -> Vec<(&'static str, View)> {
    let typing = |purpose, text: &str| {
        let complete = text.chars().count() >= 2;
        page(Screen::Typing(Typing { purpose, text: text.into(), revision: 1, complete }))
    };
    let recipients = |change: &dyn Fn(&mut Recipients)| {
        let mut screen = Recipients {
            chosen: vec![castafiore()],
            from: Source::Recent,
            query: Text::default(),
            lines: lines(),
            first: 1,
            total: 9,
            searching: false,
            failed: None,
            can_search: true,
            refused: None,
        };
        change(&mut screen);
        page(Screen::Recipients(screen))
    };
    let none = |screen: &mut Recipients| {
        screen.lines.clear();
        (screen.first, screen.total) = (0, 0);
    };
    let directory = |screen: &mut Recipients| (screen.from, screen.query) = (Source::Directory, "tournesol".into());
    vec![
        ("typing-search", typing(Purpose::Search, "")),
        ("typing-search-typed", typing(Purpose::Search, "anticoagulant")),
        ("typing-recipient", typing(Purpose::Recipient, "")),
        ("typing-recipient-address", typing(Purpose::Recipient, "bianca.castafiore@moulinsart.mssante.example")),
        ("recipients", recipients(&|_| {})),
        (
            "recipients-nobody",
            recipients(&|screen| {
                none(screen);
                screen.chosen.clear();
                screen.can_search = false;
            }),
        ),
        (
            "recipients-directory",
            recipients(&|screen| {
                directory(screen);
                screen.lines.truncate(3);
                screen.total = 3;
            }),
        ),
        (
            "recipients-many",
            recipients(&|screen| {
                screen.chosen = (0..7).flat_map(|_| [castafiore(), tournesol(), irma()]).collect();
                (screen.first, screen.total) = (5, 9);
            }),
        ),
        (
            "recipients-searching",
            recipients(&|screen| {
                none(screen);
                directory(screen);
                screen.searching = true;
            }),
        ),
        (
            "recipients-not-found",
            recipients(&|screen| {
                none(screen);
                directory(screen);
            }),
        ),
        (
            "recipients-failed",
            recipients(&|screen| {
                none(screen);
                directory(screen);
                screen.failed = Some(Failure::DirectoryUnreachable);
            }),
        ),
        (
            "recipients-recent-failed",
            recipients(&|screen| {
                none(screen);
                screen.chosen.clear();
                (screen.failed, screen.can_search) = (Some(Failure::MailUnreachable), false);
            }),
        ),
        ("recipients-refused", recipients(&|screen| screen.refused = Some(Refused::NotMssante))),
        ("recipients-thread-closed", recipients(&|screen| screen.refused = Some(Refused::ThreadClosed))),
        ("recipients-not-an-address", recipients(&|screen| screen.refused = Some(Refused::NotAnAddress))),
        ("recipients-no-white-list", recipients(&|screen| screen.refused = Some(Refused::NoWhiteList))),
        ("recipients-too-many", recipients(&|screen| screen.refused = Some(Refused::TooMany))),
    ]
}

fn leaving() -> Vec<(&'static str, View)> {
    let sheet = |change: &dyn Fn(&mut Sheet)| {
        let mut sheet = Sheet {
            to: vec![castafiore()],
            subject: Text(format!("Re\u{202F}: {SUBJECT}")),
            text: ANSWER.into(),
            documents: 0,
            blank: false,
        };
        change(&mut sheet);
        page(Screen::Question(Question::Send(sheet)))
    };
    let sending = |screen| page(Screen::Sending(screen));
    let not_sent = |failure: Failure, draft| sending(Sending::NotSent { failure, retry: failure.retry(), draft });
    let parting = |screen| view(Screen::Parting(screen), bar(false));
    vec![
        ("sheet", sheet(&|_| {})),
        (
            "sheet-long",
            sheet(&|sheet| {
                sheet.to = vec![castafiore(), tournesol(), nephrology(), irma(), castafiore(), tournesol()];
                sheet.text = Text([ANSWER; 12].join("\n"));
                sheet.documents = 2;
            }),
        ),
        ("sheet-blank", sheet(&|sheet| (sheet.text, sheet.blank, sheet.documents) = (Text::default(), true, 1))),
        (
            "sheet-blank-alone",
            sheet(&|sheet| (sheet.text, sheet.blank, sheet.subject) = (Text::default(), true, Text::default())),
        ),
        ("sending", sending(Sending::Going(false))),
        ("sending-slow", sending(Sending::Going(true))),
        ("sending-not-sent", not_sent(Failure::SubmissionUnreachable, true)),
        ("sending-refused", not_sent(Failure::SenderRefused, false)),
        ("sending-unknown", sending(Sending::Unknown { draft: true })),
        ("sending-unknown-no-draft", sending(Sending::Unknown { draft: false })),
        ("parting", parting(Parting::Going)),
        ("parting-sent", parting(Parting::Sent)),
        ("parting-not-sent", parting(Parting::NotSent { draft: true })),
        ("parting-not-kept", parting(Parting::NotSent { draft: false })),
        ("parting-unknown", parting(Parting::Unknown)),
    ]
}

fn person(name: &str, address: &str) -> Correspondent {
    Correspondent { name: name.into(), address: format!("{address}@moulinsart.mssante.example") }
}

fn castafiore() -> Correspondent {
    person("Dr Bianca CASTAFIORE", "bianca.castafiore")
}

fn tournesol() -> Correspondent {
    person("Laboratoire Tournesol & Fils", "resultats.labo")
}

fn nephrology() -> Correspondent {
    person("Service de néphrologie, dialyse et transplantation rénale", "nephrologie")
}

fn irma() -> Correspondent {
    person("Mme Irma MOULIN, IDE", "irma.moulin")
}

fn lines() -> Vec<RecipientLine> {
    let line = |who: Correspondent, detail: &str, chosen| RecipientLine { who, detail: detail.into(), chosen };
    vec![
        line(castafiore(), "Oto-rhino-laryngologiste · CH de Moulinsart", true),
        line(tournesol(), "Biologie médicale · Moulinsart", false),
        line(nephrology(), "Service hospitalier · Centre hospitalier régional universitaire de Klow", false),
        line(person("", "secretariat.cardio"), "", false),
    ]
}

fn documents(count: usize) -> Vec<(DocumentLine, bool)> {
    let line = |index: usize| {
        let mut line = DocumentLine::default();
        (line.title, line.kind) = match index % 4 {
            0 => ("Compte rendu d’hospitalisation".into(), DocumentKind::Pdf),
            1 => ("Biologie du 21 novembre 2026".into(), DocumentKind::Biology),
            2 => ("IRM cérébrale sans injection, coupe sagittale, séquence 3.jpeg".into(), DocumentKind::Image),
            _ => ("Ordonnance.odt".into(), DocumentKind::Other),
        };
        line.size = 212_000 * (1 + index as u64);
        line.ending = if index % 4 == 3 { "ODT".into() } else { String::new() };
        (line, index != 1)
    };
    (0..count).map(line).collect()
}
