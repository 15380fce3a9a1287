//! The code by e-mail, all the way: through Debian's Postfix into Dovecot, and read there.

use std::time::Duration;

use forms::{Meaning, Want};
use pki::Pki;
use site::canaille::{MARIE, Options};
use site::mail::{Mail, SHARED};
use site::sink::Message;
use site::submission::{self, Plan};

use crate::office::Office;

#[tokio::test]
async fn a_code_is_delivered_into_the_service_s_own_mailbox_and_opens() {
    let (pki, dir) = (Pki::shared().unwrap(), tempfile::tempdir().unwrap());
    let plan = Plan::new(submission::Options::default()).unwrap();
    let options = site::mail::Options { messages: 1, more: plan.dovecot(), ..Default::default() };
    let mail = Mail::start(dir.path(), &pki, options).unwrap();
    let submission = plan.start(dir.path(), &pki, &mail).unwrap();
    let office = Office::with(&Options { smtp: Some(submission.own()), email: SHARED, ..Options::default() });

    let mut person = office.past_password(MARIE).await;
    person.says(Meaning::FactorEmail, &[]).await;
    let letter = ["fetch", "-u", SHARED, "text", "mailbox", "INBOX", "from", "ne-pas-repondre@mss.test"];
    let mut code = None;
    for _ in 0..500 {
        let text = mail.doveadm(&letter, b"").unwrap();
        // The first line names what was fetched.
        let message = text.split_once('\n').map(|(_, message)| Message::read(SHARED, message.as_bytes()));
        code = message.and_then(|message| message.code());
        if code.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let code = code.unwrap_or_else(|| panic!("nothing came: {}", submission.log()));
    assert!(office.provider.emails().all().is_empty(), "nothing went past Postfix");
    let page = person.says(Meaning::Continue, &[(Want::Code, "000000")]).await;
    assert_eq!(page.errors.len(), 1);
    assert_eq!(person.agrees(&code).await.identity().subject, MARIE);
}
