//! A password and each second factor, as far as a session with a name, and back.

use forms::{Channel, Meaning, Purpose, Want};
use secrecy::ExposeSecret;
use site::canaille::{MARIE, Options, PASSWORD, PAUL, totp};

use crate::office::Office;

#[tokio::test]
async fn a_password_and_a_code_by_e_mail_open() {
    let office = Office::open();
    let mut person = office.enter().await;
    assert_eq!((person.page.purpose, person.page.language.as_deref()), (Purpose::Login, Some("fr")));
    assert_eq!(person.page.fields[0].label, "Identifiant");

    let page = person.says(Meaning::Continue, &[(Want::Login, MARIE)]).await;
    assert_eq!(page.purpose, Purpose::Password);
    assert_eq!(page.fields.len(), 1, "the login for password managers is not shown");
    assert!(page.way(Meaning::Forgotten).is_some() && page.way(Meaning::OtherAccount).is_some());

    let page = person.says(Meaning::Continue, &[(Want::Password, PASSWORD)]).await;
    assert_eq!(page.purpose, Purpose::ChooseFactor);
    let factors: Vec<_> = page.ways.iter().filter_map(|way| way.meaning.factor()).collect();
    assert_eq!(factors, [Channel::Email, Channel::Sms], "Marie has no application");

    let page = person.says(Meaning::FactorEmail, &[]).await;
    assert!(matches!(page.purpose, Purpose::Code { by: Channel::Email, .. }), "{:?}", page.purpose);
    assert!(page.way(Meaning::Resend).is_some());

    let code = office.provider.emails().code(1).unwrap();
    let mut session = person.agrees(&code).await;
    assert_eq!(session.identity().subject, MARIE);
    assert_eq!(session.identity().given_name.as_deref(), Some("Marie"));
    let first = session.access_token().expose_secret().to_owned();
    session.refresh().await.unwrap();
    assert_ne!(session.access_token().expose_secret(), first);
    let closed = session.close().await;
    assert!(closed.is_clean(), "{closed:?}");
}

#[tokio::test]
async fn a_password_and_a_code_by_sms_open() {
    let office = Office::open();
    let mut person = office.past_password(PAUL).await;
    let page = person.says(Meaning::FactorSms, &[]).await;
    assert!(matches!(page.purpose, Purpose::Code { by: Channel::Sms, .. }), "{:?}", page.purpose);
    let code = office.provider.texts().code(1).unwrap();
    assert_eq!(office.provider.texts().all()[0].to, "+33698765432");
    assert_eq!(person.agrees(&code).await.identity().subject, PAUL);
}

#[tokio::test]
async fn a_password_and_a_code_of_an_application_open() {
    let office = Office::open();
    let mut person = office.past_password(PAUL).await;
    let page = person.says(Meaning::FactorApp, &[]).await;
    assert!(matches!(page.purpose, Purpose::Code { by: Channel::App, .. }), "{:?}", page.purpose);
    assert!(page.way(Meaning::Resend).is_none(), "nothing was sent");
    assert_eq!(person.agrees(&totp()).await.identity().subject, PAUL);
}

#[tokio::test]
async fn pages_with_their_scripts_are_read_the_same() {
    let office = Office::with(&Options { javascript: true, factors: vec!["password", "otp"], ..Options::default() });
    let mut person = office.past_password(PAUL).await;
    assert!(matches!(person.page.purpose, Purpose::Code { by: Channel::App, .. }), "{:?}", person.page);
    assert_eq!(person.agrees(&totp()).await.identity().subject, PAUL);
}

#[tokio::test]
async fn another_person_may_take_over_in_the_middle() {
    let office = Office::open();
    let mut person = office.past_password(MARIE).await;
    assert_eq!(person.says(Meaning::OtherAccount, &[]).await.purpose, Purpose::Login);
    person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await;
    person.says(Meaning::Continue, &[(Want::Password, PASSWORD)]).await;
    person.says(Meaning::FactorApp, &[]).await;
    assert_eq!(person.agrees(&totp()).await.identity().subject, PAUL);
}
