//! The doors beside the card: e-CPS and the organisational mailbox, and a session that no card opened.

use super::{bar, page, session_bar, view};
use flow::{
    CardLine, ChooseCard, ChoosePlace, Connecting, Digits, Doors, EnterNumber, Factor, FieldKind, Idle, MailboxKind,
    Notice, NumberTrouble, Phone, PhoneHelp, Screen, Sending, ServiceChoice, ServiceCode, ServiceForm, ServiceLine,
    ServiceMessage, ServiceTitle, Step, StillThere, Text, Trouble, View,
};

/// Every state, by name.
pub(super) fn all() -> Vec<(&'static str, View)> {
    let mut views = waiting();
    views.extend(number());
    views.extend(phone());
    views.extend(form());
    views.extend(choice());
    views.extend(code());
    views.extend(message());
    views.extend(without_card());
    views.extend(several());
    views
}

/// Several cards, several places of work.
fn several() -> Vec<(&'static str, View)> {
    let card = |holder: &str, number: &str| CardLine {
        holder: holder.into(),
        number: number.into(),
        usable: !holder.is_empty(),
    };
    let cards = vec![
        card("Dr Tryphon TOURNESOL", "CPS3v3-2600971845"),
        card("Bianca CASTAFIORE", "CPS4v1-3100422868"),
        card("", ""),
    ];
    let choice = |lines| {
        let mut view = view(Screen::ChooseCard(ChooseCard { lines }), bar(true));
        view.bar.card = true;
        view
    };
    let places = |lines: &[&str], total| {
        let lines = lines.iter().map(|line| Text::from(*line)).collect();
        page(Screen::ChoosePlace(ChoosePlace { lines, first: 0, total }))
    };
    vec![
        ("choose-card", choice(Some(cards))),
        ("choose-card-reading", choice(None)),
        ("choose-place", places(&["Cabinet médical du docteur Tournesol", "Centre hospitalier de Moulinsart"], 2)),
        (
            "choose-place-many",
            places(
                &[
                    "Cabinet médical du docteur Tournesol",
                    "Centre hospitalier de Moulinsart",
                    "Maison de santé pluriprofessionnelle du Val de Moulinsart et des communes voisines",
                    "Clinique de Sbrodj",
                ],
                6,
            ),
        ),
    ]
}

const BOTH: Doors = Doors { phone: true, service: true };

/// The pages that wait for a card, with the doors beside it.
fn waiting() -> Vec<(&'static str, View)> {
    let idle = |doors, notice, closed| view(Screen::Idle(Idle { notice, closed, doors }), bar(false));
    let mut down = idle(BOTH, Some(Notice::NetworkDown), false);
    down.bar.network = false;
    let mut unplugged = view(Screen::NoReader(BOTH), bar(false));
    unplugged.bar.reader = false;
    vec![
        ("idle-doors", idle(BOTH, None, false)),
        ("idle-doors-phone", idle(Doors { phone: true, service: false }, None, false)),
        ("idle-doors-service", idle(Doors { phone: false, service: true }, None, false)),
        ("idle-doors-closed", idle(BOTH, None, true)),
        ("idle-doors-network-down", down),
        ("no-reader-doors", unplugged),
    ]
}

/// 13.
fn number() -> Vec<(&'static str, View)> {
    let page = |typed: &str, left, trouble: Option<NumberTrouble>| {
        let complete = left == 0 && trouble.is_none();
        view(Screen::EnterNumber(EnterNumber { typed: typed.into(), left, complete, trouble }), bar(false))
    };
    vec![
        ("enter-number", page("1010 0422 8", 2, None)),
        ("enter-number-empty", page("", 11, None)),
        ("enter-number-complete", page("8 1010 0422 845", 0, None)),
        ("enter-number-check-digit", page("1010 0422 854", 0, Some(NumberTrouble::CheckDigit))),
        ("enter-number-unknown", page("1010 0422 845", 0, Some(NumberTrouble::Unknown))),
    ]
}

/// 13b, and its help.
fn phone() -> Vec<(&'static str, View)> {
    let page = |digits, seconds, lost, approved| {
        view(Screen::Phone(Phone { digits, seconds, of: 120, lost, approved }), bar(false))
    };
    let help = |clock, typed, card| {
        let digits = Some([4, 7]);
        view(Screen::PhoneHelp(PhoneHelp { clock, digits, typed }), bar(card))
    };
    vec![
        ("phone", page(Some([4, 7]), 92, false, false)),
        ("phone-asking", page(None, 0, false, false)),
        ("phone-last", page(Some([0, 1]), 9, false, false)),
        ("phone-lost", page(Some([4, 7]), 60, true, false)),
        ("phone-approved", page(Some([4, 7]), 60, false, true)),
        ("phone-help", help(false, true, false)),
        ("phone-help-clock", help(true, true, false)),
        ("phone-help-card", help(false, false, true)),
    ]
}

fn line(kind: FieldKind, text: &str, count: usize, focused: bool) -> ServiceLine {
    ServiceLine { kind, label: Text::default(), text: text.into(), count, focused }
}

fn named(label: &str, text: &str, focused: bool) -> ServiceLine {
    ServiceLine { label: label.into(), ..line(FieldKind::Text, text, text.chars().count(), focused) }
}

/// 14.
fn form() -> Vec<(&'static str, View)> {
    let page = |fields: Vec<ServiceLine>, change: &dyn Fn(&mut ServiceForm)| {
        let mut screen = ServiceForm {
            title: ServiceTitle::Login,
            fields,
            trouble: Trouble::Nothing,
            notice: Text::default(),
            forgotten: true,
            other_account: false,
            complete: true,
            busy: false,
        };
        change(&mut screen);
        view(Screen::ServiceForm(screen), bar(false))
    };
    let login = |count, password: usize| {
        let text = if count == 0 { "" } else { "accueil.cardio" };
        vec![line(FieldKind::Login, text, count, password == 0), line(FieldKind::Password, "", password, password > 0)]
    };
    let refused = "Identifiant ou mot de passe incorrect. Il vous reste deux essais avant que ce compte soit bloqué pour quinze minutes.";
    let again = vec![line(FieldKind::NewPassword, "", 12, false), line(FieldKind::NewPasswordAgain, "", 11, true)];
    let long = "secretariat.medical.pneumologie.et.oncologie.thoracique@moulinsart.mssante.fr";
    vec![
        ("service-form", page(login(14, 7), &|_| {})),
        ("service-form-empty", page(login(0, 0), &|screen| screen.complete = false)),
        ("service-form-refused", page(login(14, 0), &|screen| screen.trouble = Trouble::Refused(Text::default()))),
        ("service-form-words", page(login(14, 0), &|screen| screen.trouble = Trouble::Refused(refused.into()))),
        ("service-form-busy", page(login(14, 0), &|screen| (screen.busy, screen.complete) = (true, false))),
        (
            "service-form-long",
            page(vec![line(FieldKind::Login, long, 78, true), line(FieldKind::Password, "", 64, false)], &|_| {}),
        ),
        (
            "service-form-password",
            page(vec![line(FieldKind::Password, "", 9, true)], &|screen| {
                screen.notice = "Vous vous connectez en tant que accueil.cardio.".into();
                screen.other_account = true;
            }),
        ),
        (
            "service-form-forgotten",
            page(vec![line(FieldKind::Login, "", 0, true)], &|screen| {
                screen.title = ServiceTitle::Forgotten;
                screen.notice = "Un code de réinitialisation vous sera envoyé.".into();
                (screen.forgotten, screen.complete) = (false, false);
            }),
        ),
        (
            "service-form-not-the-same",
            page(again, &|screen| {
                screen.title = ServiceTitle::NewPassword;
                screen.trouble = Trouble::NotTheSame;
                screen.forgotten = false;
            }),
        ),
        (
            "service-form-code",
            page(vec![line(FieldKind::Code, "K7-QX", 5, true)], &|screen| {
                screen.title = ServiceTitle::Code;
                screen.forgotten = false;
            }),
        ),
        (
            "service-form-other",
            page(vec![named("Votre service", "Cardiologie", false), named("Poste ou fonction", "", true)], &|screen| {
                screen.title = ServiceTitle::Other;
                screen.forgotten = false;
                screen.complete = false;
            }),
        ),
    ]
}

/// 14b.
fn choice() -> Vec<(&'static str, View)> {
    let ways = [
        (Factor::Sms, "Au 06 •• •• •• 18"),
        (Factor::Mail, "À a•••••@moulinsart.fr"),
        (Factor::App, "Code à usage unique, sans réseau"),
        (Factor::Unknown, "Appel téléphonique au standard de l’établissement"),
    ];
    let page = |count: usize, trouble, busy| {
        let factors = ways.into_iter().take(count).map(|(factor, words)| (factor, words.into())).collect();
        view(
            Screen::ServiceChoice(ServiceChoice { login: "accueil.cardio".into(), factors, trouble, busy }),
            bar(false),
        )
    };
    vec![
        ("service-choice", page(3, Trouble::Nothing, false)),
        ("service-choice-one", page(1, Trouble::Nothing, false)),
        ("service-choice-four", page(4, Trouble::Nothing, false)),
        ("service-choice-refused", page(2, Trouble::Refused("L’envoi a échoué.".into()), false)),
        ("service-choice-busy", page(3, Trouble::Nothing, true)),
    ]
}

/// 14c.
fn code() -> Vec<(&'static str, View)> {
    let page = |typed: &[u8], change: &dyn Fn(&mut ServiceCode)| {
        let mut screen = ServiceCode {
            factor: Factor::Sms,
            notice: "SMS envoyé au 06 •• •• •• 18".into(),
            digits: Digits(typed.to_vec()),
            length: 6,
            complete: false,
            resend: Some(28),
            other_factor: true,
            trouble: Trouble::Nothing,
            busy: false,
        };
        change(&mut screen);
        view(Screen::ServiceCode(screen), bar(false))
    };
    vec![
        ("service-code", page(&[4, 0, 7], &|_| {})),
        (
            "service-code-complete",
            page(&[4, 0, 7, 1, 9, 2], &|screen| (screen.complete, screen.resend) = (true, Some(0))),
        ),
        ("service-code-four", page(&[4], &|screen| (screen.length, screen.resend) = (4, None))),
        ("service-code-eight", page(&[1, 2, 3, 4, 5], &|screen| (screen.length, screen.other_factor) = (8, false))),
        (
            "service-code-app",
            page(&[], &|screen| {
                (screen.factor, screen.notice, screen.resend) = (Factor::App, Text::default(), None);
            }),
        ),
        (
            "service-code-mail",
            page(&[], &|screen| {
                screen.factor = Factor::Mail;
                screen.notice =
                    "Un courriel vient d’être envoyé à a•••••@moulinsart.fr. Pensez à regarder dans les indésirables."
                        .into();
            }),
        ),
        (
            "service-code-refused",
            page(&[], &|screen| (screen.trouble, screen.resend) = (Trouble::Refused(Text::default()), Some(0))),
        ),
        (
            "service-code-words",
            page(&[], &|screen| {
                screen.trouble = Trouble::Refused(
                    "Ce code a expiré. Demandez-en un autre, puis saisissez-le dans les cinq minutes qui suivent sa réception.".into(),
                );
            }),
        ),
        ("service-code-busy", page(&[4, 0, 7, 1, 9, 2], &|screen| screen.busy = true)),
    ]
}

/// 14d.
fn message() -> Vec<(&'static str, View)> {
    let page = |consent, text: &str, trouble, busy| {
        let screen = ServiceMessage { consent, text: text.into(), trouble, can_continue: true, busy };
        view(Screen::ServiceMessage(screen), bar(false))
    };
    let long = "Les conditions d’utilisation de la messagerie ont changé.\n".to_string()
        + &"La boîte du service est réservée à la prise en charge des patients ; chaque ouverture est inscrite dans un journal. ".repeat(8);
    let consent = "Guichet souhaite :\n– lire votre adresse et votre nom,\n– ouvrir la boîte du service.";
    let mut stuck =
        page(false, "Votre compte est désactivé. Adressez-vous à votre administrateur.", Trouble::Nothing, false);
    if let Screen::ServiceMessage(screen) = &mut stuck.screen {
        screen.can_continue = false;
    }
    vec![
        ("service-message", page(false, "Votre mot de passe expire dans cinq jours.", Trouble::Nothing, false)),
        ("service-message-long", page(false, &long, Trouble::Nothing, false)),
        ("service-message-stuck", stuck),
        ("service-message-consent", page(true, consent, Trouble::Nothing, false)),
        ("service-message-wordless", page(true, "", Trouble::Nothing, false)),
        (
            "service-message-refused",
            page(true, consent, Trouble::Refused("La session du service a expiré.".into()), false),
        ),
        ("service-message-busy", page(true, consent, Trouble::Nothing, true)),
    ]
}

/// A session that no card opened, and one that ends soon.
fn without_card() -> Vec<(&'static str, View)> {
    let connecting = |step| view(Screen::Connecting(Connecting { step, slow: false }), bar(false));
    let inbox = |ends_in, card: bool| {
        let inbox = super::mailbox::all().into_iter().find(|(name, _)| *name == "inbox");
        let mut view = inbox.map_or_else(|| page(Screen::Masked(0)), |(_, view)| view);
        if let Some(session) = &mut view.bar.session {
            (session.can_finish, session.ends_in) = (!card, ends_in);
        }
        view.bar.card = card;
        view
    };
    let sending = |state| {
        let mut bar = session_bar("", Some(MailboxKind::Organisational), false);
        bar.card = false;
        if let Some(session) = &mut bar.session {
            session.can_finish = true;
        }
        view(Screen::Sending(state), bar)
    };
    let lost = Sending::NotSent { failure: flow::Failure::MailSlow, retry: true, draft: false };
    vec![
        ("connecting-service", connecting(Step::Service)),
        ("connecting-without-card", connecting(Step::Mailbox)),
        ("inbox-without-card", inbox(None, false)),
        ("inbox-without-card-ends", inbox(Some(2), false)),
        ("inbox-ends", inbox(Some(2), true)),
        ("sending-without-card", sending(Sending::Going(true))),
        ("sending-without-card-not-sent", sending(lost)),
        ("masked-without-card", view(Screen::Masked(55), bar(false))),
        ("still-there-without-card", view(Screen::StillThere(StillThere { seconds: 14, of: 20 }), bar(false))),
    ]
}
