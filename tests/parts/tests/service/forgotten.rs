//! A forgotten password, through to the new one and in.

use forms::{Meaning, Purpose, Want};
use site::canaille::{PAUL, totp};

use crate::office::Office;

const NEW: &str = "Nouveau-secret-2027!";

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_the_new_one_opens() {
    let office = Office::open();
    let mut person = office.enter().await;
    person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await;
    let page = person.says(Meaning::Forgotten, &[]).await;
    assert_eq!(page.purpose, Purpose::ForgottenLogin);
    let page = person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await;
    assert_eq!(page.purpose, Purpose::ResetCode);
    let page = person.says(Meaning::Continue, &[(Want::Code, "000000")]).await;
    assert_eq!((page.purpose, page.errors.is_empty()), (Purpose::ResetCode, false));
    let code = office.provider.emails().code(1).unwrap();
    let page = person.says(Meaning::Continue, &[(Want::Code, &code)]).await;
    assert_eq!(page.purpose, Purpose::NewPassword);
    let page = person.says(Meaning::Continue, &[(Want::NewPassword, NEW), (Want::Again, "autre chose")]).await;
    assert_eq!((page.purpose, page.errors.is_empty()), (Purpose::NewPassword, false));
    let page = person.says(Meaning::Continue, &[(Want::NewPassword, NEW), (Want::Again, NEW)]).await;
    assert!(page.notices.iter().any(|notice| notice.contains("mis à jour")), "{:?}", page.notices);

    // The provider has forgotten who it was for: the login is asked again, where it is.
    while person.page.purpose != Purpose::Password {
        assert_eq!(person.page.purpose, Purpose::Login);
        person.says(Meaning::Continue, &[(Want::Login, PAUL)]).await;
    }
    let page = person.says(Meaning::Continue, &[(Want::Password, site::canaille::PASSWORD)]).await;
    assert_eq!((page.purpose, page.errors.len()), (Purpose::Password, 1), "the old one is no longer good");
    person.says(Meaning::Continue, &[(Want::Password, NEW)]).await;
    person.says(Meaning::FactorApp, &[]).await;
    assert_eq!(person.agrees(&totp()).await.identity().subject, PAUL);
}
