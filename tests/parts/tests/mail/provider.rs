//! Tokens of the real provider, checked by Dovecot in both ways an operator may choose.

use mail::{Error, Tls};
use secrecy::{ExposeSecret, SecretString};
use site::mail::{FOREIGN, Options, PERSONAL, SHARED, Tokens};
use site::provider;

use super::desk::{Desk, SoftCard};
use super::{Site, open};

#[tokio::test]
async fn the_token_of_a_card_opens_two_mailboxes_until_it_is_revoked() {
    let desk = Desk::open();
    let session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let tokens = Tokens::Introspection { url: desk.provider.introspection_url(), ca: desk.pki.provider_ca() };
    let site = Site::with(Options { tokens, ..Options::default() });
    let settings = site.settings(Tls::StartTls);
    let token = SecretString::from(session.access_token().expose_secret());
    assert_eq!(open(&settings, PERSONAL, &token).await.unwrap().page.total, 200);
    assert_eq!(open(&settings, SHARED, &token).await.unwrap().page.total, 50);
    let refused = open(&settings, FOREIGN, &token).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
    assert!(session.close().await.is_clean());
    let refused = open(&settings, PERSONAL, &token).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused:?}");
}

#[tokio::test]
async fn a_signed_token_needs_no_provider() {
    let desk = Desk::with(provider::Options::default().jwt());
    let session = desk.log_in(SoftCard::cps3("doctor")).await.unwrap();
    let tokens = Tokens::Jwt {
        issuer: desk.provider.url().to_owned(),
        key: desk.provider.public_key().unwrap(),
        clients: vec![provider::CLIENT.into()],
    };
    let token = SecretString::from(session.access_token().expose_secret());
    drop(desk);
    let site = Site::with(Options { tokens, ..Options::default() });
    let settings = site.settings(Tls::Implicit);
    assert_eq!(open(&settings, PERSONAL, &token).await.unwrap().page.total, 200);
    assert!(matches!(open(&settings, FOREIGN, &token).await.unwrap_err(), Error::Refused(_)));
    // One letter of the signature.
    let mut forged = token.expose_secret().to_owned();
    let last = if forged.pop() == Some('A') { 'Q' } else { 'A' };
    forged.insert(forged.len() - 3, last);
    assert!(matches!(open(&settings, PERSONAL, &SecretString::from(forged)).await.unwrap_err(), Error::Refused(_)));
}
