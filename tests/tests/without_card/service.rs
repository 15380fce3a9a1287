//! An organisational mailbox: login, password and second factor, at a provider none of us wrote.

use e2e::{Kiosk, Place, Pocket, eventually};
use flow::{Factor, FieldKind, Inbox, Key, Screen, ServiceCode, ServiceForm, Touch, Trouble};
use site::canaille::{self, MARIE, PASSWORD, PAUL};
use site::whole::{self, Options};

fn place(provider: canaille::Options) -> Place {
    let kiosk = whole::Kiosk { one_mailbox: true, ..whole::Kiosk::default() };
    Place::with(Options { service: Some(provider), ..Options::default() }, &kiosk)
}

fn desk(place: &Place) -> Kiosk {
    Kiosk::open(&place.config(), &Pocket::default())
}

fn form(desk: &mut Kiosk, what: &str, is: impl Fn(&ServiceForm) -> bool) -> ServiceForm {
    match desk.sees(what, |screen| matches!(screen, Screen::ServiceForm(form) if !form.busy && is(form))) {
        Screen::ServiceForm(form) => form,
        other => panic!("{other:?}"),
    }
}

fn wants(form: &ServiceForm, kind: FieldKind) -> bool {
    form.fields.first().is_some_and(|line| line.kind == kind)
}

fn code(desk: &mut Kiosk, what: &str, is: impl Fn(&ServiceCode) -> bool) -> ServiceCode {
    match desk.sees(what, |screen| matches!(screen, Screen::ServiceCode(code) if !code.busy && is(code))) {
        Screen::ServiceCode(code) => code,
        other => panic!("{other:?}"),
    }
}

fn types(desk: &mut Kiosk, text: &str) {
    for letter in text.chars() {
        desk.touches(Touch::Key(Key(letter)));
    }
}

/// Login and password, each on its own page.
fn past_the_password(desk: &mut Kiosk, login: &str, password: &str) {
    desk.touches(Touch::ServiceDoor);
    form(desk, "the login", |form| wants(form, FieldKind::Login));
    types(desk, login);
    desk.touches(Touch::Submit);
    form(desk, "the password", |form| wants(form, FieldKind::Password));
    types(desk, password);
    desk.touches(Touch::Submit);
}

/// Connections to the service's mail server.
fn connected(place: &Place) -> usize {
    let said = place.office().mail.doveadm(&["who", "-1"], b"").unwrap();
    said.lines().filter(|line| line.contains("@mss.test")).count()
}

/// The second factor of this kind.
fn chooses(desk: &mut Kiosk, factor: Factor) {
    let screen =
        desk.sees("the choice of factors", |screen| matches!(screen, Screen::ServiceChoice(page) if !page.busy));
    let Screen::ServiceChoice(page) = screen else { unreachable!() };
    assert_eq!(page.login.0, if page.factors.len() == 3 { PAUL } else { MARIE });
    let at = page.factors.iter().position(|(one, _)| *one == factor).unwrap_or_else(|| panic!("no {factor:?}"));
    desk.touches(Touch::Factor(at));
    code(desk, "the boxes of the code", |_| true);
}

fn enters_code(desk: &mut Kiosk, digits: &str) {
    desk.types(digits);
    desk.touches(Touch::Submit);
}

/// Consent where it is asked for, then the mailbox.
fn consents(desk: &mut Kiosk) -> Inbox {
    let screen = desk.sees("consent or the inbox", |screen| {
        matches!(screen, Screen::ServiceMessage(page) if page.consent && !page.busy)
            || matches!(screen, Screen::Inbox(_))
    });
    if matches!(screen, Screen::ServiceMessage(_)) {
        desk.touches(Touch::Confirm);
    }
    desk.sees_the_inbox()
}

fn finishes(desk: &mut Kiosk, place: &Place) {
    desk.touches(Touch::Close);
    desk.sees("the idle page", |screen| matches!(screen, Screen::Idle(idle) if idle.closed));
    assert_eq!(e2e::shown_text(&desk.now()), "");
    eventually("the service's mailbox is closed", || connected(place) == 0);
}

#[test]
fn a_secretary_opens_the_service_s_mailbox_with_a_code_by_sms() {
    let place = place(canaille::Options::default());
    let mut desk = desk(&place);
    past_the_password(&mut desk, MARIE, PASSWORD);
    chooses(&mut desk, Factor::Sms);
    let sent = place.office().provider.texts().code(1).unwrap();
    enters_code(&mut desk, &sent);
    let inbox = consents(&mut desk);
    assert_eq!(inbox.total, 10);
    let bar = desk.now().bar.session.clone().unwrap();
    assert_eq!(
        (bar.name.as_str(), bar.mailbox.as_str(), bar.can_finish),
        ("Marie DURAND", "Secrétariat de cardiologie", true)
    );
    finishes(&mut desk, &place);
}

#[test]
fn a_code_by_e_mail_and_one_of_an_application_open_it_too() {
    let place = place(canaille::Options::default());
    let mut desk = desk(&place);
    past_the_password(&mut desk, MARIE, PASSWORD);
    chooses(&mut desk, Factor::Mail);
    let sent = place.office().provider.emails().code(1).unwrap();
    enters_code(&mut desk, &sent);
    consents(&mut desk);
    finishes(&mut desk, &place);
    past_the_password(&mut desk, PAUL, PASSWORD);
    chooses(&mut desk, Factor::App);
    enters_code(&mut desk, &canaille::totp());
    consents(&mut desk);
    finishes(&mut desk, &place);
}

#[test]
fn a_wrong_password_and_a_wrong_code_are_said_in_the_provider_s_words() {
    let place = place(canaille::Options::default());
    let mut desk = desk(&place);
    past_the_password(&mut desk, MARIE, "faux");
    let refused = form(&mut desk, "the password, refused", |form| matches!(form.trouble, Trouble::Refused(_)));
    assert!(matches!(&refused.trouble, Trouble::Refused(words) if words.0.contains("échoué")), "{refused:?}");
    types(&mut desk, PASSWORD);
    desk.touches(Touch::Submit);
    chooses(&mut desk, Factor::Sms);
    let sent = place.office().provider.texts().code(1).unwrap();
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    enters_code(&mut desk, wrong);
    let refused = code(&mut desk, "the code, refused", |code| matches!(code.trouble, Trouble::Refused(_)));
    assert!(matches!(&refused.trouble, Trouble::Refused(words) if words.0.contains("invalide")), "{refused:?}");
    assert!(refused.digits.0.is_empty() && refused.resend.is_some());
    enters_code(&mut desk, &sent);
    consents(&mut desk);
    finishes(&mut desk, &place);
}

#[test]
fn who_tries_too_often_waits_as_long_as_the_provider_says_in_french() {
    let place = place(canaille::Options { lockout: true, ..canaille::Options::default() });
    let mut desk = desk(&place);
    past_the_password(&mut desk, MARIE, "faux");
    form(&mut desk, "refused", |form| matches!(form.trouble, Trouble::Refused(_)));
    types(&mut desk, PASSWORD);
    desk.touches(Touch::Submit);
    let locked =
        |form: &ServiceForm| matches!(&form.trouble, Trouble::Refused(words) if words.0.contains("Trop d’essais"));
    form(&mut desk, "locked out, in French", locked);
}

#[test]
fn a_forgotten_password_is_made_anew() {
    let place = place(canaille::Options::default());
    let mut desk = desk(&place);
    desk.touches(Touch::ServiceDoor);
    form(&mut desk, "the login", |form| wants(form, FieldKind::Login));
    types(&mut desk, MARIE);
    desk.touches(Touch::Submit);
    let page = form(&mut desk, "the password", |form| wants(form, FieldKind::Password));
    assert!(page.forgotten);
    desk.touches(Touch::Forgotten);
    form(&mut desk, "who forgot it", |form| wants(form, FieldKind::Login));
    desk.touches(Touch::EraseAll);
    types(&mut desk, MARIE);
    desk.touches(Touch::Submit);
    let sent = place.office().provider.emails().code(1).unwrap();
    code(&mut desk, "the code of the e-mail", |_| true);
    enters_code(&mut desk, &sent);
    form(&mut desk, "the new password", |form| wants(form, FieldKind::NewPassword));
    types(&mut desk, "Nouveau-mot-2");
    desk.touches(Touch::FocusField(1));
    types(&mut desk, "Nouveau-mot-2");
    desk.touches(Touch::Submit);
    form(&mut desk, "the login again", |form| wants(form, FieldKind::Login));
}

#[test]
fn consent_refused_leads_home_and_nothing_is_open() {
    let place = place(canaille::Options { factors: vec!["password"], ..canaille::Options::default() });
    let mut desk = desk(&place);
    past_the_password(&mut desk, MARIE, PASSWORD);
    desk.sees("the consent", |screen| matches!(screen, Screen::ServiceMessage(page) if page.consent && !page.busy));
    desk.touches(Touch::Deny);
    let failed = desk.fails_with(flow::Failure::ProviderRefused);
    assert!(failed.home);
    desk.touches(Touch::Close);
    desk.sees_it_idle();
    assert_eq!(connected(&place), 0);
}
