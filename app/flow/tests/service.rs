//! An organisational mailbox: the pages of its provider, told event by event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod people;

use flow::*;
use people::*;
use secrecy::ExposeSecret;

fn answer(desk: &Desk) -> Option<(usize, Vec<String>)> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::AnswerService(_, answer) => {
            Some((answer.way, answer.values.iter().map(|value| value.expose_secret().to_owned()).collect()))
        }
        _ => None,
    })
}

fn field(kind: FieldKind) -> ServiceField {
    ServiceField { kind, ..ServiceField::default() }
}

fn way(kind: WayKind) -> ServiceWay {
    ServiceWay { kind, ..ServiceWay::default() }
}

fn shows(desk: &mut Desk, purpose: ServicePurpose, fields: &[FieldKind], ways: &[WayKind], error: &str) {
    let page = ServicePage {
        purpose,
        fields: fields.iter().copied().map(field).collect(),
        ways: ways.iter().copied().map(way).collect(),
        error: error.into(),
        notice: Text::default(),
    };
    desk.event(Event::ServicePage(desk.ticket(), Box::new(page)));
}

fn types(desk: &mut Desk, text: &str) {
    for letter in text.chars() {
        desk.touch(Touch::Key(Key(letter)));
    }
}

fn form(desk: &Desk) -> ServiceForm {
    match desk.screen() {
        Screen::ServiceForm(form) => form,
        other => panic!("a form, not {other:?}"),
    }
}

fn code(desk: &Desk) -> ServiceCode {
    match desk.screen() {
        Screen::ServiceCode(code) => code,
        other => panic!("the boxes of a code, not {other:?}"),
    }
}

fn at_the_login() -> Desk {
    let mut desk = Desk::at_the_doors();
    desk.touch(Touch::ServiceDoor);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::EnterService(_))));
    assert!(matches!(desk.screen(), Screen::Connecting(Connecting { step: Step::Service, slow: false })));
    let fields = [FieldKind::Login, FieldKind::Password];
    shows(&mut desk, ServicePurpose::Login, &fields, &[WayKind::Forgotten, WayKind::Continue], "");
    desk
}

#[test]
fn a_department_s_mailbox_opens_with_login_password_and_a_code() {
    let mut desk = at_the_login();
    types(&mut desk, "accueil.cardio");
    assert!(!form(&desk).complete);
    desk.touch(Touch::FocusField(1));
    types(&mut desk, "Ch4teau!");
    let page = form(&desk);
    assert_eq!(
        (page.fields[0].text.0.as_str(), page.fields[1].text.0.as_str(), page.fields[1].count),
        ("accueil.cardio", "", 8)
    );
    assert!(page.complete && page.forgotten && !page.other_account);
    desk.touch(Touch::Submit);
    assert_eq!(answer(&desk).unwrap(), (1, vec!["accueil.cardio".into(), "Ch4teau!".into()]));
    assert!(form(&desk).busy && form(&desk).fields[1].count == 0, "the password does not outlive its step");
    shows(
        &mut desk,
        ServicePurpose::ChooseFactor,
        &[],
        &[WayKind::Factor(Factor::Mail), WayKind::Factor(Factor::Sms)],
        "",
    );
    let Screen::ServiceChoice(choice) = desk.screen() else { panic!("the choice of factors") };
    assert_eq!((choice.login.0.as_str(), choice.factors.len()), ("accueil.cardio", 2));
    desk.touch(Touch::Factor(1));
    assert_eq!(answer(&desk).unwrap().0, 1);
    shows(&mut desk, ServicePurpose::Code(Factor::Sms), &[FieldKind::Code], &[WayKind::Resend, WayKind::Continue], "");
    assert_eq!((code(&desk).length, code(&desk).resend), (6, Some(30)));
    for digit in [4, 0, 7, 1, 1] {
        desk.touch(Touch::Digit(digit));
    }
    desk.touch(Touch::Submit);
    assert!(answer(&desk).is_none(), "a digit is missing");
    desk.touch(Touch::Digit(8));
    desk.touch(Touch::Digit(9));
    assert_eq!(code(&desk).digits.0, [4, 0, 7, 1, 1, 8], "a seventh has no box");
    desk.touch(Touch::Submit);
    assert_eq!(answer(&desk).unwrap(), (1, vec!["407118".into()]));
    shows(&mut desk, ServicePurpose::Consent, &[], &[WayKind::Deny, WayKind::Accept], "");
    desk.touch(Touch::Confirm);
    assert_eq!(answer(&desk).unwrap().0, 1);
    desk.event(Event::Met(
        desk.ticket(),
        Holder { name: "Accueil cardiologie".into(), initials: "AC".into(), expired: None },
    ));
    desk.event(Event::LoggedIn(desk.ticket(), vec![service_box()]));
    desk.event(Event::Opened(desk.ticket(), opened(12)));
    assert_eq!(desk.inbox().total, 12);
}

#[test]
fn a_refused_password_is_said_in_the_provider_s_words_or_in_ours() {
    let mut desk = at_the_login();
    types(&mut desk, "accueil.cardio");
    desk.touch(Touch::FocusField(1));
    types(&mut desk, "faux");
    desk.touch(Touch::Submit);
    let (fields, ways) = ([FieldKind::Login, FieldKind::Password], [WayKind::Continue]);
    shows(&mut desk, ServicePurpose::Login, &fields, &ways, "La connexion a échoué.");
    let page = form(&desk);
    assert_eq!(page.trouble, Trouble::Refused("La connexion a échoué.".into()));
    assert_eq!(
        (page.fields[0].text.0.as_str(), page.fields[1].focused),
        ("accueil.cardio", true),
        "only the password is typed again"
    );
    types(&mut desk, "f");
    assert_eq!(form(&desk).trouble, Trouble::Nothing);
    desk.touch(Touch::Submit);
    shows(&mut desk, ServicePurpose::Login, &fields, &ways, "");
    assert_eq!(
        form(&desk).trouble,
        Trouble::Refused(Text::default()),
        "the same page again, without a word, is a refusal"
    );
}

#[test]
fn a_code_is_sent_again_after_half_a_minute_and_a_wrong_one_does_not_start_it_anew() {
    let mut desk = at_the_login();
    let ways = [WayKind::Continue, WayKind::Resend, WayKind::OtherFactor];
    shows(&mut desk, ServicePurpose::Code(Factor::Mail), &[FieldKind::Code], &ways, "");
    desk.touch(Touch::Resend);
    assert!(answer(&desk).is_none(), "most codes arrive within half a minute");
    desk.wait(20);
    for _ in 0..6 {
        desk.touch(Touch::Digit(1));
    }
    desk.touch(Touch::Submit);
    shows(&mut desk, ServicePurpose::Code(Factor::Mail), &[FieldKind::Code], &ways, "Code invalide.");
    assert_eq!((code(&desk).resend, code(&desk).digits.0.len()), (Some(10), 0));
    desk.wait(10);
    desk.touch(Touch::Resend);
    assert_eq!(answer(&desk).unwrap().0, 1);
    shows(&mut desk, ServicePurpose::Code(Factor::Mail), &[FieldKind::Code], &ways, "");
    assert_eq!((code(&desk).resend, code(&desk).trouble.clone()), (Some(30), Trouble::Nothing));
    assert!(code(&desk).other_factor);
    desk.touch(Touch::OtherFactor);
    assert_eq!(answer(&desk).unwrap().0, 2);
}

#[test]
fn two_new_passwords_that_differ_stay_here() {
    let mut desk = at_the_login();
    shows(
        &mut desk,
        ServicePurpose::NewPassword,
        &[FieldKind::NewPassword, FieldKind::NewPasswordAgain],
        &[WayKind::Continue],
        "",
    );
    types(&mut desk, "Nouveau1");
    desk.touch(Touch::FocusField(1));
    types(&mut desk, "Nouveau2");
    desk.touch(Touch::Submit);
    assert!(answer(&desk).is_none());
    assert_eq!(form(&desk).trouble, Trouble::NotTheSame);
    desk.touch(Touch::Erase);
    types(&mut desk, "1");
    desk.touch(Touch::Submit);
    assert_eq!(answer(&desk).unwrap().1, ["Nouveau1", "Nouveau1"]);
}

#[test]
fn a_page_of_three_fields_is_filled_in_two_steps() {
    let mut desk = at_the_login();
    shows(
        &mut desk,
        ServicePurpose::Login,
        &[FieldKind::Text, FieldKind::Login, FieldKind::Password],
        &[WayKind::Continue],
        "",
    );
    types(&mut desk, "a");
    desk.touch(Touch::FocusField(1));
    types(&mut desk, "b");
    desk.touch(Touch::Submit);
    assert!(answer(&desk).is_none());
    assert_eq!(form(&desk).fields.len(), 1);
    types(&mut desk, "c");
    desk.touch(Touch::Submit);
    assert_eq!(answer(&desk).unwrap().1, ["a", "b", "c"]);
}

#[test]
fn the_arrow_leaves_the_first_page_and_leads_back_to_it_from_the_others() {
    let mut desk = at_the_login();
    desk.touch(Touch::Forgotten);
    shows(&mut desk, ServicePurpose::Forgotten, &[FieldKind::Login], &[WayKind::Continue], "");
    desk.touch(Touch::Back);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::EnterService(_))));
    shows(&mut desk, ServicePurpose::Login, &[FieldKind::Login], &[WayKind::Continue], "");
    desk.touch(Touch::Back);
    assert!(forgotten(&desk) && matches!(desk.screen(), Screen::Idle(_)));
}

#[test]
fn a_page_nobody_fills_in_is_gone_after_a_minute() {
    let mut desk = at_the_login();
    types(&mut desk, "accueil");
    desk.wait(60);
    assert!(forgotten(&desk) && matches!(desk.screen(), Screen::Idle(_)));
}

#[test]
fn what_is_typed_for_a_provider_is_never_printed() {
    let mut desk = at_the_login();
    types(&mut desk, "accueil.cardio");
    desk.touch(Touch::FocusField(1));
    types(&mut desk, "Ch4teau!");
    let said = format!("{:?} {:?}", desk.screen(), desk.visit);
    assert!(!said.contains("Ch4teau") && !said.contains("accueil.cardio"));
    desk.touch(Touch::Submit);
    assert!(!format!("{:?}", desk.effects).contains("Ch4teau"));
}
