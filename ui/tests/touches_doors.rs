//! The doors beside the card, and a session that no card opened: what a finger sends, and what is never kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use common::finger::middle;
use common::{Desk, Element, Look, SIZES, sample};
use flow::{
    Factor, FieldKind, Key, Screen, ServiceChoice, ServiceForm, ServiceLine, ServiceTitle, Text, Touch, Trouble, View,
};
use std::time::Duration;

fn desk(name: &str) -> Desk {
    let desk = Desk::new(SIZES[0]);
    desk.show_as(&sample(name), Look::Light);
    desk
}

fn form(change: impl FnOnce(&mut ServiceForm)) -> View {
    let mut view = sample("service-form-empty");
    let Screen::ServiceForm(screen) = &mut view.screen else { panic!("not the form") };
    change(screen);
    view
}

fn secret(count: usize) -> ServiceLine {
    ServiceLine { kind: FieldKind::Password, label: Text::default(), text: Text::default(), count, focused: true }
}

fn keys(desk: &Desk) -> Vec<Element> {
    desk.targets().into_iter().filter(|target| target.is("KeyCap")).collect()
}

/// Whatever the screen tells of itself.
fn told(desk: &Desk) -> Vec<String> {
    let mut said = Vec::new();
    for element in desk.elements() {
        let handle = &element.handle.0;
        said.push(element.label.clone());
        let more = [handle.accessible_value(), handle.accessible_description(), handle.accessible_placeholder_text()];
        said.extend(more.into_iter().flatten().map(String::from));
    }
    said.sort();
    said
}

#[test]
fn the_pages_that_wait_for_a_card_offer_the_doors_the_site_has() {
    for name in ["idle-doors", "no-reader-doors"] {
        let desk = desk(name);
        desk.click("Je n’ai pas ma carte");
        desk.click("Boîte de service");
        assert_eq!(desk.sent(), [Touch::WithoutCard, Touch::ServiceDoor], "{name}");
    }
    for (name, label) in [("idle-doors-phone", "Boîte de service"), ("idle-doors-service", "Je n’ai pas ma carte")] {
        assert!(desk(name).targets().iter().all(|target| target.label != label), "{name}");
    }
    let none = ["Boîte de service", "Je n’ai pas ma carte"];
    assert!(desk("idle").targets().iter().all(|target| !none.contains(&target.label.as_str())));
}

#[test]
fn who_does_not_know_the_code_is_led_to_the_telephone_where_the_site_has_that_door() {
    let desk = desk("enter-pin-phone");
    desk.click("Code inconnu\u{202f}? Utiliser e-CPS");
    desk.click("Clavier mélangé");
    assert_eq!(desk.sent(), [Touch::UnknownCode, Touch::Shuffle]);
    desk.show(&sample("enter-pin"));
    assert!(desk.targets().iter().all(|target| !target.label.contains("e-CPS")));
}

#[test]
fn a_number_is_typed_erased_and_handed_over() {
    let desk = desk("enter-number");
    desk.click("7");
    desk.click("Valider");
    desk.click("Effacer");
    desk.hold(&desk.target("Effacer"), Duration::from_millis(1500));
    assert_eq!(desk.sent(), [Touch::Digit(7), Touch::Erase, Touch::EraseAll], "two digits are missing");
    desk.show(&sample("enter-number-complete"));
    desk.click("Valider");
    desk.click("Annuler");
    assert_eq!(desk.sent(), [Touch::Submit, Touch::Cancel]);
    for name in ["enter-number-check-digit", "enter-number-unknown"] {
        desk.show(&sample(name));
        assert!(!desk.target("Valider").enabled, "{name}");
    }
}

#[test]
fn the_request_is_sent_again_helped_or_left() {
    let desk = desk("phone");
    desk.click("Renvoyer la demande");
    desk.click("Pas de notification\u{202f}?");
    desk.click("Annuler");
    assert_eq!(desk.sent(), [Touch::AskAgain, Touch::NoNotification, Touch::Cancel]);
    for name in ["phone-asking", "phone-approved"] {
        desk.show(&sample(name));
        let labels: Vec<_> = desk.targets().into_iter().map(|target| target.label).collect();
        assert!(!labels.iter().any(|label| label == "Renvoyer la demande"), "{name}: {labels:?}");
    }
    desk.show(&sample("phone-help"));
    desk.click("Retour");
    desk.click("Renvoyer la demande");
    desk.click("Corriger le numéro");
    assert_eq!(desk.sent(), [Touch::Back, Touch::AskAgain, Touch::CorrectNumber]);
    desk.show(&sample("phone-help-card"));
    assert!(desk.targets().iter().all(|target| target.label != "Corriger le numéro"), "it stands on the card");
}

#[test]
fn the_number_is_read_in_one_and_a_second_repaints_nothing_of_it() {
    let desk = desk("phone");
    assert!(told(&desk).contains(&"Nombre à retrouver\u{202f}: 47".into()));
    let mut view = sample("phone");
    let Screen::Phone(phone) = &mut view.screen else { panic!("not the telephone") };
    phone.seconds = 91;
    let before = desk.picture();
    desk.show(&view);
    let after = desk.picture();
    let stage = |picture: &common::Picture| {
        let right = picture.width() - 464;
        image::imageops::crop_imm(picture, right, 0, 464, picture.height()).to_image()
    };
    assert!(before != after && stage(&before) == stage(&after));
}

#[test]
fn letters_of_a_login_leave_one_by_one() {
    let desk = Desk::new(SIZES[0]);
    desk.show(&form(|_| {}));
    for label in ["a", "7", "Majuscule", "Z", "@", "-", "_", ".", "Espace", "Espace", "Effacer"] {
        desk.click(label);
    }
    let letters = ['a', '7', 'Z', '@', '-', '_', '.', ' ', ' '].map(|letter| Touch::Key(Key(letter)));
    assert_eq!(desk.sent(), [&letters[..], &[Touch::Erase]].concat());
}

#[test]
fn every_sign_of_a_password_can_be_typed() {
    let desk = Desk::new(SIZES[0]);
    desk.show(&form(|screen| screen.fields = vec![secret(0)]));
    let mut found: Vec<String> = keys(&desk).into_iter().map(|key| key.label).collect();
    desk.click("Majuscule");
    found.extend(keys(&desk).into_iter().map(|key| key.label));
    desk.click("Signes");
    found.extend(keys(&desk).into_iter().map(|key| key.label));
    desk.click("Autres signes");
    found.extend(keys(&desk).into_iter().map(|key| key.label));
    // The space says its name.
    let printable = '!'..='~';
    let missing: Vec<char> = printable.filter(|letter| !found.contains(&letter.to_string())).collect();
    assert_eq!(missing, Vec::<char>::new());
    for letter in "²°µ§£€¨".chars() {
        assert!(found.contains(&letter.to_string()), "{letter}");
    }
}

#[test]
fn a_rarer_letter_takes_the_place_of_the_one_that_was_written() {
    let desk = Desk::new(SIZES[0]);
    desk.show(&form(|_| {}));
    let e = desk.target("e");
    desk.press(middle(&e));
    desk.wait(Duration::from_millis(450));
    let (x, y) = middle(&e);
    let next = (x + 98.0, y - 74.0);
    desk.slide(next);
    desk.lift(next);
    assert_eq!(desk.sent(), [Touch::Key(Key('e')), Touch::Erase, Touch::Key(Key('é'))]);
}

#[test]
fn a_held_erase_repeats_and_ends_with_the_field_empty() {
    let desk = Desk::new(SIZES[0]);
    desk.show(&form(|screen| screen.fields = vec![secret(40)]));
    desk.hold(&desk.target("Effacer"), Duration::from_millis(2500));
    let sent = desk.sent();
    assert!(sent.iter().filter(|touch| **touch == Touch::Erase).count() > 10, "{sent:?}");
    assert_eq!(sent.last(), Some(&Touch::EraseAll));
}

#[test]
fn of_a_password_the_screen_tells_how_long_it_is_and_nothing_else() {
    let desk = Desk::new(SIZES[0]);
    let empty = form(|screen| screen.fields = vec![secret(0)]);
    let typed = |letters: &str| {
        desk.show(&empty);
        for letter in letters.chars() {
            desk.click(&letter.to_string());
        }
        let keys: Vec<_> = letters.chars().map(|letter| Touch::Key(Key(letter))).collect();
        assert_eq!(desk.sent(), keys);
        desk.show(&form(|screen| screen.fields = vec![secret(letters.len())]));
        (told(&desk), desk.picture())
    };
    let (one, one_picture) = typed("azerty7");
    let (other, other_picture) = typed("mlk0gf9");
    assert_eq!(one, other);
    assert!(one_picture == other_picture, "the picture tells the password");
    assert!(one.contains(&"Mot de passe, 7 caractères saisis".into()), "{one:?}");
}

#[test]
fn a_key_of_a_password_does_not_light_up_and_one_of_a_login_does() {
    let desk = Desk::new(SIZES[0]);
    desk.show(&form(|screen| screen.fields = vec![secret(0)]));
    let before = desk.picture();
    let key = desk.target("g");
    desk.press(middle(&key));
    assert_eq!(desk.sent(), [Touch::Key(Key('g'))], "it is heard when the finger comes down");
    assert!(desk.picture() == before, "the pressed key can be told from the others");
    desk.lift(middle(&key));

    desk.show(&form(|_| {}));
    let before = desk.picture();
    desk.press(middle(&desk.target("g")));
    assert!(desk.picture() != before);
}

#[test]
fn the_form_is_left_by_its_buttons() {
    let desk = desk("service-form");
    desk.click("Identifiant, accueil.cardio");
    desk.click("Mot de passe, 7 caractères saisis");
    desk.click("Mot de passe oublié\u{202f}?");
    desk.click("Continuer");
    desk.click("Retour");
    assert_eq!(desk.sent(), [Touch::FocusField(0), Touch::FocusField(1), Touch::Forgotten, Touch::Submit, Touch::Back]);
    desk.show(&sample("service-form-password"));
    desk.click("Changer de compte");
    assert_eq!(desk.sent(), [Touch::OtherAccount]);
    for name in ["service-form-empty", "service-form-busy"] {
        desk.show(&sample(name));
        desk.click("Continuer");
        assert_eq!(desk.sent(), [], "{name}");
    }
}

#[test]
fn a_refusal_is_said_in_the_providers_words_or_in_ours() {
    let desk = desk("service-form-refused");
    assert!(told(&desk).contains(&"Identifiant ou mot de passe refusé. Vérifiez-les.".into()));
    desk.show(&sample("service-form-words"));
    assert!(told(&desk).iter().any(|text| text.starts_with("Identifiant ou mot de passe incorrect.")));
    desk.show(&sample("service-form-not-the-same"));
    assert!(told(&desk).contains(&"Les deux mots de passe sont différents.".into()));
}

#[test]
fn a_second_factor_is_chosen_by_its_place() {
    let desk = desk("service-choice-four");
    let tiles: Vec<_> = desk.targets().into_iter().filter(|target| target.is("FactorTile")).collect();
    assert_eq!(tiles.len(), 4);
    assert!(tiles.iter().all(|tile| (tile.width, tile.height) == (tiles[0].width, tiles[0].height)), "all alike");
    tiles[2].click();
    desk.click("Annuler");
    assert_eq!(desk.sent(), [Touch::Factor(2), Touch::Cancel]);
    desk.show(&sample("service-choice-busy"));
    desk.targets().into_iter().filter(|target| target.is("FactorTile")).for_each(|tile| tile.click());
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_code_is_typed_sent_again_once_it_may_be_and_left_for_another_way() {
    let desk = desk("service-code");
    desk.click("3");
    desk.click("Effacer");
    desk.click("Renvoyer (28\u{202f}s)");
    desk.click("Valider");
    desk.click("Choisir un autre moyen");
    desk.click("Annuler");
    assert_eq!(desk.sent(), [Touch::Digit(3), Touch::Erase, Touch::OtherFactor, Touch::Cancel]);
    desk.show(&sample("service-code-complete"));
    desk.click("Renvoyer le code");
    desk.click("Valider");
    assert_eq!(desk.sent(), [Touch::Resend, Touch::Submit]);
    desk.show(&sample("service-code-busy"));
    desk.click("3");
    desk.click("Choisir un autre moyen");
    assert_eq!(desk.sent(), []);
}

#[test]
fn a_consent_is_given_or_refused_and_a_message_goes_on_or_is_left() {
    let desk = desk("service-message-consent");
    desk.click("Accepter");
    desk.click("Refuser");
    assert_eq!(desk.sent(), [Touch::Confirm, Touch::Deny]);
    desk.show(&sample("service-message"));
    desk.click("Continuer");
    desk.click("Annuler");
    assert_eq!(desk.sent(), [Touch::Confirm, Touch::Cancel]);
    desk.show(&sample("service-message-stuck"));
    assert!(desk.targets().iter().all(|target| target.label != "Continuer"));
}

#[test]
fn a_long_message_of_the_provider_goes_by_whole_screens() {
    let desk = desk("service-message-long");
    let before = desk.picture();
    desk.click("Suite du texte");
    assert_eq!(desk.touches.borrow_mut().pop(), Some(Touch::Anywhere), "somebody is there");
    assert!(desk.picture() != before);
}

#[test]
fn a_session_without_a_card_is_finished_by_a_touch_from_every_page() {
    let desk = desk("inbox-without-card");
    desk.click("Terminer");
    assert_eq!(desk.sent(), [Touch::Close]);
    assert!(told(&desk).iter().all(|text| !text.contains("carte")), "there is no card to speak of");
    desk.show(&sample("masked-without-card"));
    desk.click("Terminer");
    assert_eq!(desk.sent(), [Touch::Close]);
    assert!(told(&desk).iter().all(|text| !text.contains("carte")));
    for name in ["inbox", "masked"] {
        desk.show(&sample(name));
        assert!(desk.targets().iter().all(|target| target.label != "Terminer"), "{name}: taking the card does it");
    }
    desk.show(&sample("sending-without-card-not-sent"));
    assert!(told(&desk).iter().all(|text| !text.contains("carte")));
}

#[test]
fn the_end_of_a_session_is_announced_beside_the_way_to_close_it() {
    let desk = desk("inbox-ends");
    let texts = told(&desk);
    assert!(texts.contains(&"Fin de session".into()) && texts.contains(&"dans 2\u{202f}min".into()));
    assert!(texts.contains(&"Retirez votre carte".into()));
    desk.show(&sample("inbox"));
    assert!(!told(&desk).contains(&"Fin de session".into()));
}

#[test]
fn without_a_card_a_failure_leads_home() {
    let desk = desk("ECPS-02");
    desk.click("Retour à l’accueil");
    desk.click("Renvoyer");
    assert_eq!(desk.sent(), [Touch::Close, Touch::Retry]);
    desk.show(&sample("AUTH-12"));
    desk.click("Retour à l’accueil");
    assert_eq!(desk.sent(), [Touch::Close]);
    desk.show(&sample("CARD-03"));
    assert!(desk.targets().iter().all(|target| target.label != "Retour à l’accueil"));
}

#[test]
fn a_site_without_a_help_page_has_a_code_to_keep_on_its_failures_and_none_on_help() {
    let desk = Desk::of(ui::Site { help: None, ..ui::samples::site() }, SIZES[0]);
    desk.show(&sample("ECPS-02"));
    let texts = told(&desk);
    assert!(
        texts.contains(&"Scannez pour garder le code et l’heure.".into()) && texts.contains(&"Code à scanner".into())
    );
    assert!(texts.contains(&"assistance@moulinsart.example".into()));
    let first = desk.picture();
    let mut later = sample("ECPS-02");
    let Screen::Failed(failed) = &mut later.screen else { panic!("not a failure") };
    failed.at.as_mut().unwrap().minute += 1;
    desk.show(&later);
    assert!(desk.picture() != first, "the time is in the code");
    desk.show(&sample("help"));
    assert!(!told(&desk).contains(&"Code à scanner".into()));
}

/// Words that stand nowhere else.
const CANARY: &str = "Zwieback";

#[test]
fn nothing_of_a_login_is_left_on_any_page_once_it_is_over() {
    let words = || Text::from(CANARY);
    let line = ServiceLine { kind: FieldKind::Login, label: words(), text: words(), count: 8, focused: true };
    let mut number = sample("enter-number");
    let Screen::EnterNumber(screen) = &mut number.screen else { panic!() };
    screen.typed = words();
    let mut code = sample("service-code");
    let Screen::ServiceCode(screen) = &mut code.screen else { panic!() };
    (screen.notice, screen.trouble) = (words(), Trouble::Refused(words()));
    let mut message = sample("service-message");
    let Screen::ServiceMessage(screen) = &mut message.screen else { panic!() };
    (screen.text, screen.trouble) = (words(), Trouble::Refused(words()));
    let choice =
        ServiceChoice { login: words(), factors: vec![(Factor::Sms, words())], trouble: Trouble::Nothing, busy: false };
    let views = [
        number,
        sample("phone"),
        sample("phone-help"),
        form(|screen| (screen.fields, screen.notice, screen.title) = (vec![line], words(), ServiceTitle::Other)),
        View { screen: Screen::ServiceChoice(choice), ..sample("service-choice") },
        code,
        message,
    ];
    let desk = Desk::new(SIZES[0]);
    desk.show(&sample("idle-doors"));
    let before = desk.picture();
    for view in views {
        desk.show(&view);
        assert!(!ui::remembers_nothing(&desk.window), "{}: the test sees what it looks for", view.screen.name());
        ui::show(&desk.window, &sample("idle-doors"));
        assert!(ui::remembers_nothing(&desk.window), "{}", view.screen.name());
        assert!(told(&desk).iter().all(|text| !text.contains(CANARY)), "{}", view.screen.name());
        desk.pass(Duration::from_millis(400));
        let reader = |picture: &common::Picture| image::imageops::crop_imm(picture, 0, 0, 560, 600).to_image();
        assert!(reader(&desk.picture()) == reader(&before), "{}", view.screen.name());
    }
}
