//! Pages no kiosk can use, and providers that misbehave: an end, soon, with its own name.

use std::sync::atomic::{AtomicU32, Ordering};

use forms::{Meaning, Purpose, Want};
use login::{Door, Error};

use crate::office::Person;
use crate::scene::{Scene, page, to};

const LOGIN: &str = "<h1>Connexion</h1><form method=post action=/in><input type=hidden name=csrf value=7>
    <label>Identifiant<input name=u required></label><label>Mot de passe<input type=password name=p required></label><button>Se connecter</button></form>";

#[tokio::test]
async fn a_page_drawn_by_script_ends_unreadable() {
    let scene =
        Scene::play(|_| page("<div id=root></div><script>draw()</script><noscript>JavaScript !</noscript>")).await;
    let person = Person::enter(scene.settings()).await.unwrap();
    assert_eq!((person.page.purpose, person.page.ways.len()), (Purpose::Unreadable, 0));
}

#[tokio::test]
async fn what_is_no_page_is_unreadable_too() {
    let scene = Scene::play(|_| (200, "Content-Type: application/pdf\r\n".into(), LOGIN.into())).await;
    assert_eq!(Person::enter(scene.settings()).await.unwrap().page.purpose, Purpose::Unreadable);
}

#[tokio::test]
async fn pages_that_go_on_by_themselves_are_not_shown() {
    let scene = Scene::play(|asked| match asked.path.as_str() {
        "/hop" => to("/login"),
        "/login" => page(LOGIN),
        _ => page("<body onload='document.forms[0].submit()'><form method=post action=/hop><input type=hidden name=a value=b></form>"),
    })
    .await;
    let person = Person::enter(scene.settings()).await.unwrap();
    assert_eq!(person.page.purpose, Purpose::LoginAndPassword);
    assert_eq!(scene.asked(|a| a.body.clone())[1], "a=b");
}

#[tokio::test]
async fn answers_go_into_the_body_as_a_browser_sends_them() {
    let scene = Scene::play(|asked| match asked.path.as_str() {
        "/in" => (401, String::new(), format!("<p role=alert>Identifiants refusés</p>{LOGIN}")),
        _ => (200, "Set-Cookie: s=1; Path=/; HttpOnly\r\n".into(), LOGIN.into()),
    })
    .await;
    let mut person = Person::enter(scene.settings()).await.unwrap();
    let shown = person.says(Meaning::Continue, &[(Want::Login, "a b"), (Want::Password, "é&=+")]).await;
    assert_eq!((shown.status, shown.errors.as_slice()), (401, &["Identifiants refusés".to_owned()][..]));
    let seen = scene.asked(|a| (a.path.clone(), a.head.to_ascii_lowercase(), a.body.clone()));
    let (path, head, body) = seen.last().unwrap();
    assert_eq!((path.as_str(), body.as_str()), ("/in", "csrf=7&u=a+b&p=%C3%A9%26%3D%2B"));
    assert!(head.contains("cookie: s=1") && head.contains("origin: https://localhost:"), "{head}");
    assert!(head.contains("referer: https://localhost:") && head.contains("/auth?"), "{head}");
    assert!(seen[0].0.contains("ui_locales=fr"), "{}", seen[0].0);
}

#[tokio::test]
async fn nothing_goes_to_a_host_that_is_not_listed() {
    let scene = Scene::play(|asked| match asked.path.as_str() {
        "/in" => (307, "Location: https://localhost:1/steal\r\n".into(), String::new()),
        _ => page(LOGIN),
    })
    .await;
    let mut person = Person::enter(scene.settings()).await.unwrap();
    let refused = person.tries(Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]).await.unwrap_err();
    assert!(matches!(&refused, Error::HostNotAllowed(host) if host == "localhost:1"), "{refused:?}");
    let plain = Scene::play(|_| page(&LOGIN.replace("/in", "http://localhost/in"))).await;
    let mut person = Person::enter(plain.settings()).await.unwrap();
    let refused = person.tries(Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]).await.unwrap_err();
    assert!(matches!(refused, Error::NotHttps), "{refused:?}");
}

#[tokio::test]
async fn a_provider_out_of_order_may_be_answered_again() {
    let count = AtomicU32::new(0);
    let scene = Scene::play(move |asked| match asked.path.as_str() {
        "/in" if count.fetch_add(1, Ordering::SeqCst) == 0 => (503, String::new(), "en panne".into()),
        "/in" => page(
            "<h1>Code par SMS</h1><form method=post><label>Code<input name=c></label><button>Valider</button></form>",
        ),
        _ => page(LOGIN),
    })
    .await;
    let mut person = Person::enter(scene.settings()).await.unwrap();
    let values = [(Want::Login, "a"), (Want::Password, "b")];
    let down = person.tries(Meaning::Continue, &values).await.unwrap_err();
    assert!(matches!(down, Error::ProviderDown(503)), "{down:?}");
    assert!(matches!(person.says(Meaning::Continue, &values).await.purpose, Purpose::Code { .. }));
}

#[tokio::test]
async fn circles_end() {
    let round = Scene::play(|_| page("<form method=post action=/again><input type=hidden name=a></form>")).await;
    assert!(matches!(Person::enter(round.settings()).await.map(|_| ()), Err(Error::TooManyRedirects)));
    let same = Scene::play(|_| page(LOGIN)).await;
    let mut person = Person::enter(same.settings()).await.unwrap();
    for _ in 0..200 {
        if let Err(error) = person.tries(Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]).await {
            assert!(matches!(error, Error::TooManyPages), "{error:?}");
            return;
        }
    }
    panic!("it went on for ever");
}

#[tokio::test]
async fn an_answer_to_another_request_is_refused() {
    let scene = Scene::play(|_| to("https://guichet.mss.test/retour?code=c&state=another")).await;
    let refused = Person::enter(scene.settings()).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, Error::StateMismatch), "{refused:?}");
}

#[tokio::test]
async fn an_error_in_json_is_told() {
    let scene =
        Scene::play(|_| (400, "Content-Type: application/json\r\n".into(), r#"{"error":"invalid_client"}"#.into()))
            .await;
    let door = Door::prepare(scene.settings()).await.unwrap();
    let refused = door.enter(forms::Hints::default()).await.map(|_| ()).unwrap_err();
    assert!(matches!(&refused, Error::ProviderError { error, .. } if error == "invalid_client"), "{refused:?}");
}
