//! What people get wrong, and what the provider refuses: said, and no dead end.

use std::time::Duration;

use forms::{Error as Unfit, Meaning, Purpose, Want};
use login::Error;
use site::canaille::{MARIE, Options, PASSWORD, PAUL, totp};
use tokio::time::sleep;

use crate::office::Office;

#[tokio::test]
async fn a_wrong_password_is_said_and_may_be_typed_again() {
    let office = Office::open();
    let mut person = office.enter().await;
    person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await;
    let page = person.says(Meaning::Continue, &[(Want::Password, "faux")]).await;
    assert_eq!(page.purpose, Purpose::Password);
    assert_eq!(page.errors, ["La connexion a échoué. Veuillez vérifier vos informations."]);
    let page = person.says(Meaning::Continue, &[(Want::Password, PASSWORD)]).await;
    assert_eq!((page.purpose, page.errors.len()), (Purpose::ChooseFactor, 0));
}

#[tokio::test]
async fn nothing_is_sent_while_something_is_missing() {
    let office = Office::open();
    let mut person = office.enter().await;
    let refused = person.tries(Meaning::Continue, &[]).await.unwrap_err();
    assert!(matches!(refused, Error::Answers(Unfit::Missing(0))), "{refused:?}");
    assert_eq!(person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await.purpose, Purpose::Password);
}

#[tokio::test]
async fn a_wrong_code_is_said_and_may_be_typed_again() {
    let office = Office::open();
    let mut person = office.past_password(PAUL).await;
    person.says(Meaning::FactorApp, &[]).await;
    let page = person.says(Meaning::Continue, &[(Want::Code, "000000")]).await;
    assert!(matches!(page.purpose, Purpose::Code { .. }));
    assert_eq!(page.errors, ["Le code de connexion que vous avez entré est invalide. Veuillez ré-essayer."]);
    assert_eq!(person.agrees(&totp()).await.identity().subject, PAUL);
}

#[tokio::test]
async fn a_code_that_has_expired_is_refused() {
    let office = Office::with(&Options { code_lifetime: Duration::from_secs(1), ..Options::default() });
    let mut person = office.past_password(MARIE).await;
    person.says(Meaning::FactorEmail, &[]).await;
    let code = office.provider.emails().code(1).unwrap();
    sleep(Duration::from_millis(1500)).await;
    let page = person.says(Meaning::Continue, &[(Want::Code, &code)]).await;
    assert!(matches!(page.purpose, Purpose::Code { .. }));
    assert_eq!(page.errors.len(), 1, "{:?}", page.errors);
}

#[tokio::test]
async fn another_code_comes_when_asked_for_but_not_at_once() {
    let office = Office::open();
    let mut person = office.past_password(MARIE).await;
    person.says(Meaning::FactorSms, &[]).await;
    let first = office.provider.texts().code(1).unwrap();
    let page = person.says(Meaning::Resend, &[]).await;
    assert_eq!(page.errors, ["Patientez 10 secondes."], "told in French by the hints");
    sleep(Duration::from_millis(10_500)).await;
    let page = person.says(Meaning::Resend, &[]).await;
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert!(page.notices.iter().any(|notice| notice.contains("nouveau code")), "{:?}", page.notices);
    let second = office.provider.texts().code(2).unwrap();
    if second != first {
        let page = person.says(Meaning::Continue, &[(Want::Code, &first)]).await;
        assert_eq!(page.errors.len(), 1);
    }
    assert_eq!(person.agrees(&second).await.identity().subject, MARIE);
}

#[tokio::test]
async fn who_fails_too_often_waits_and_is_told_how_long() {
    let office = Office::with(&Options { lockout: true, ..Options::default() });
    let mut person = office.enter().await;
    person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await;
    for _ in 0..2 {
        person.says(Meaning::Continue, &[(Want::Password, "faux")]).await;
    }
    let page = person.says(Meaning::Continue, &[(Want::Password, PASSWORD)]).await;
    assert_eq!(page.purpose, Purpose::Password, "the right one is refused too");
    let told = page.errors.iter().find(|error| error.starts_with("Trop d’essais")).expect("not said");
    let seconds: u64 = told.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
    assert!((1..60).contains(&seconds), "{told}");
    sleep(Duration::from_secs(seconds + 1)).await;
    assert_eq!(person.says(Meaning::Continue, &[(Want::Password, PASSWORD)]).await.purpose, Purpose::ChooseFactor);
}

#[tokio::test]
async fn consent_refused_ends_it() {
    let office = Office::open();
    let mut person = office.past_password(PAUL).await;
    person.says(Meaning::FactorApp, &[]).await;
    person.says(Meaning::Continue, &[(Want::Code, &totp())]).await;
    assert!(
        person.page.texts.iter().chain(&person.page.heading).any(|text| text.contains("Borne")),
        "{:?}",
        person.page.texts
    );
    let refused = person.tries(Meaning::Deny, &[]).await.unwrap_err();
    assert!(matches!(&refused, Error::ProviderError { error, .. } if error == "access_denied"), "{refused:?}");
    assert!(matches!(person.tries(Meaning::Accept, &[]).await, Err(Error::Stopped)), "it is over");
}
