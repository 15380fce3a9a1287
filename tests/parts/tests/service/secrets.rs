//! Nothing a person types, and no name, can be printed.

use forms::{Meaning, Want};
use secrecy::ExposeSecret;
use site::canaille::{CLIENT_SECRET, MARIE, PASSWORD};

use crate::office::Office;

#[tokio::test]
async fn printing_every_step_shows_no_secret_and_no_name() {
    let office = Office::open();
    let mut person = office.enter().await;
    let mut shown = format!("{:?}{:?}", person.conversation, person.page);
    shown += &format!("{:?}", person.tries(Meaning::Continue, &[(Want::Login, MARIE)]).await);
    shown += &format!("{:?}", person.tries(Meaning::Continue, &[(Want::Password, PASSWORD)]).await);
    shown += &format!("{:?}", person.tries(Meaning::FactorEmail, &[]).await);
    let code = office.provider.emails().code(1).unwrap();
    shown += &format!("{:?}", person.tries(Meaning::Continue, &[(Want::Code, &code)]).await);
    let session = person.opens(Meaning::Accept, &[]).await;
    shown += &format!("{session:?}{:?}", person.conversation);
    let token = session.access_token().expose_secret().to_owned();
    for secret in [PASSWORD, CLIENT_SECRET, MARIE, "Marie", "Durand", &code, &token, "csrf"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("ChooseFactor"), "{shown}");
}
