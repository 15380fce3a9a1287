//! What HTML says, one rule a test, and what is made of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use secrecy::ExposeSecret;
use url::Url;

use crate::styles::{meanings, read, read_at, sent, shown, wants};
use crate::{Channel, Error, Hints, Meaning, Page, Purpose, Want};

#[test]
fn a_page_drawn_by_script_is_unreadable_unless_it_has_a_form() {
    let drawn = r#"<html><body><noscript>We need JavaScript</noscript><div id="root"></div><script>$Config={"urlPost":"/x"};</script>
        <a href="https://a.test/privacy">Privacy</a></body></html>"#;
    assert_eq!(read(drawn).purpose, Purpose::Unreadable);
    let loose = "<input type=email placeholder='E-mail'><input type=password><button onclick=go()>Suivant</button>";
    assert_eq!(read(loose).purpose, Purpose::Unreadable);
    assert_eq!(read("").purpose, Purpose::Unreadable);
}

#[test]
fn a_page_that_posts_itself_is_not_shown() {
    let page = read(
        r#"<html><head><title>Working...</title></head><body><form method="POST" name="hiddenform" action="https://b.test/cb"><input type="hidden" name="code" value="c1">
        <noscript><p>Script is disabled. Click Submit to continue.</p><input type="submit" value="Submit"/></noscript></form>
        <script>window.setTimeout('document.forms[0].submit()', 0);</script></body></html>"#,
    );
    assert_eq!(shown(&page.by_itself().unwrap()), "Post https://b.test/cb code=c1");
    let bare = read(
        "<body onload='document.forms[0].submit()'><form method=post action=/n><input type=hidden name=a value=b></form>",
    );
    assert_eq!(shown(&bare.by_itself().unwrap()), "Post https://a.test/n a=b");
    let refresh = read("<meta http-equiv=refresh content='0; url=/suite'>");
    assert_eq!(shown(&refresh.by_itself().unwrap()), "Get https://a.test/suite ");
    assert!(read("<noscript><meta http-equiv=refresh content='0; url=/sans-script'></noscript>").by_itself().is_none());
    // A person decides.
    let asked = read("<form method=post action=/n><input type=hidden name=a value=b><button>Continuer</button></form>");
    assert!(asked.by_itself().is_none());
    assert_eq!(asked.purpose, Purpose::Message);
}

#[test]
fn a_forgotten_password_is_followed_to_the_new_one() {
    let asked = read_at(
        "https://a.test/reset",
        "<h2>Mot de passe oublié</h2><form method=post><label>Identifiant<input name=login required></label><button>Envoyer</button></form>",
    );
    assert_eq!(asked.purpose, Purpose::ForgottenLogin);
    let code = read_at(
        "https://a.test/reset-code/marie",
        "<form method=post><label>Code<input name=code></label><button>Valider</button></form>",
    );
    assert_eq!(code.purpose, Purpose::ResetCode);
    let new = read(
        "<form method=post><label>Mot de passe<input type=password name=password></label><label>Confirmation du mot de passe<input type=password name=confirmation></label><button>Modifier</button></form>",
    );
    assert_eq!(new.purpose, Purpose::NewPassword);
    assert_eq!(wants(&new), [Want::NewPassword, Want::Again]);
    let three = read(
        "<form method=post><input type=password name=old placeholder='Ancien mot de passe'><input type=password name=n1><input type=password name=n2><button>OK</button></form>",
    );
    assert_eq!(wants(&three), [Want::Password, Want::NewPassword, Want::Again]);
}

#[test]
fn radio_buttons_and_lists_of_factors_are_ways() {
    let page = read(
        "<form method=post><fieldset><legend>Recevoir le code</legend><input type=radio name=f value=1 checked id=r1><label for=r1>par e-mail à m***@b.fr</label>
         <label><input type=radio name=f value=2> par SMS</label></fieldset><button name=go value=1>Continuer</button></form>",
    );
    assert_eq!(page.purpose, Purpose::ChooseFactor);
    assert_eq!(sent(&page, Meaning::FactorSms, &[]), "Post https://a.test/in?x=1 f=2&go=1");
    assert_eq!(sent(&page, Meaning::FactorEmail, &[]), "Post https://a.test/in?x=1 f=1&go=1");
    let list = read(
        "<form method=post><label>Méthode<select name=m required><option value=''>Choisir<option value=s>SMS<option value=t>Authenticator</select></label><input type=submit value=OK></form>",
    );
    assert_eq!(list.purpose, Purpose::ChooseFactor);
    assert_eq!(sent(&list, Meaning::FactorApp, &[]), "Post https://a.test/in?x=1 m=t");
}

#[test]
fn a_password_that_is_called_a_code_is_one_beside_a_login() {
    let page = read(
        "<form method=post><label>Matricule<input name=m></label><label>Code d’accès<input type=password name=c></label><button>Entrer</button></form>",
    );
    assert_eq!((page.purpose, wants(&page)), (Purpose::LoginAndPassword, vec![Want::Login, Want::Password]));
    assert!(page.fields[1].masked && !page.fields[0].masked);
    let secret = read(
        "<form method=post><label>Code confidentiel<input type=password name=c></label><button>OK</button></form>",
    );
    assert_eq!(secret.purpose, Purpose::Password);
    let sms = read(
        "<form method=post><label>Code reçu par SMS<input type=password name=c></label><button>OK</button></form>",
    );
    assert_eq!(sms.purpose, Purpose::Code { by: Channel::Sms, digits: None });
}

#[test]
fn six_boxes_of_one_digit_are_one_code() {
    let boxes: String =
        (1..=6).map(|n| format!("<input name=d{n} maxlength=1 inputmode=numeric aria-label='chiffre {n}'>")).collect();
    let page = read(&format!("<p>Code reçu par texto</p><form method=post>{boxes}<button>Vérifier</button></form>"));
    assert_eq!(page.purpose, Purpose::Code { by: Channel::Sms, digits: Some(6) });
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Code, "987654")]),
        "Post https://a.test/in?x=1 d1=9&d2=8&d3=7&d4=6&d5=5&d6=4"
    );
}

#[test]
fn staying_signed_in_is_declined() {
    let page = read(
        "<h1>Rester connecté ?</h1><form method=post><button name=k value=1>Oui</button><button name=k value=0>Non</button></form>",
    );
    assert_eq!(page.purpose, Purpose::Message);
    assert_eq!(sent(&page, Meaning::Continue, &[]), "Post https://a.test/in?x=1 k=0");
    assert!(page.way(Meaning::Accept).is_none());
}

#[test]
fn a_secret_never_goes_into_an_address() {
    let page = read("<form><input name=u><input type=password name=p><button>OK</button></form>");
    let answers = [(0, "a".into()), (1, "b".into())];
    assert_eq!(page.fill(page.onward().unwrap(), &answers).unwrap_err(), Error::SecretInAddress);
    let login = read("<form action=/x?old=1><label>Identifiant<input name=u></label><button>OK</button></form>");
    assert_eq!(sent(&login, Meaning::Continue, &[(Want::Login, "é")]), "Get https://a.test/x?u=%C3%A9 ");
}

#[test]
fn a_picture_to_read_and_a_field_without_a_word_are_not_for_us() {
    let captcha = "<form method=post><label>Identifiant<input name=u></label><input type=password name=p><img src=c.png><input name=captcha placeholder='Caractères'><button>OK</button></form>";
    assert_eq!(read(captcha).purpose, Purpose::Unreadable);
    assert_eq!(
        read("<form method=post><input name=zz required><button>OK</button></form>").purpose,
        Purpose::Unreadable
    );
}

#[test]
fn forms_are_sent_in_the_encoding_of_their_page() {
    let html = b"<meta charset=iso-8859-1><form method=post><label>Mot de passe oubli\xe9 ? Identifiant<input name=u></label><button>OK</button></form>";
    let page = Page::read(html, Some("text/html"), 200, &Url::parse("https://a.test/").unwrap(), &Hints::default());
    assert_eq!(page.fields[0].label, "Mot de passe oublié ? Identifiant");
    let request = page.fill(page.onward().unwrap(), &[(0, "é".into())]).unwrap();
    assert_eq!(request.body().expose_secret(), "u=%E9");
}

#[test]
fn hints_say_what_a_page_does_not() {
    let hints: Hints = toml::from_str(
        "[[rule]]\npage = 'a.test/x'\npurpose = 'code'\nby = 'sms'\ndigits = 5\nfields = { zz = 'code', y = 'ignore' }\nbuttons = { b2 = 'resend' }\nwords = { 'Wrong' = 'Code faux.' }",
    )
    .unwrap();
    let html = b"<p class=error>Wrong thing</p><form method=post><input name=y placeholder=why><input name=zz required><button id=b2>Again!</button><button>Go!</button></form>";
    let page = Page::read(html, None, 400, &Url::parse("https://a.test/x/1").unwrap(), &hints);
    assert_eq!(page.purpose, Purpose::Code { by: Channel::Sms, digits: Some(5) });
    assert_eq!((wants(&page), meanings(&page)), (vec![Want::Code], vec![Meaning::Resend, Meaning::Continue]));
    assert_eq!((page.errors[0].as_str(), page.status), ("Code faux.", 400));
}

#[test]
fn what_is_hidden_or_closed_is_not_said() {
    let page = read(
        "<div class=error style='display: none'>Erreur</div><details><summary>Plus</summary><p>marie</p></details><template><p>x</p></template>
         <p>Bonjour\u{202e}</p><form method=post><label>Identifiant<input name=u></label><button>OK</button></form>",
    );
    assert!(page.errors.is_empty());
    assert_eq!(page.texts, ["Bonjour"]);
}

#[test]
fn links_that_only_say_here_are_known_by_their_names() {
    let page = read(
        r#"<h1>Page expirée</h1><p>Pour recommencer <a id="loginRestartLink" href="/r">cliquez ici</a>. Pour continuer <a id="loginContinueLink" href="/c">cliquez ici</a>.</p>"#,
    );
    assert_eq!((page.purpose, meanings(&page)), (Purpose::Message, vec![Meaning::OtherAccount, Meaning::Continue]));
}

#[test]
fn a_base_is_for_links_and_actions_not_for_a_form_without() {
    let page = read(
        "<base href=https://b.test/x/><a href=oubli>Mot de passe oublié</a><form method=post><label>Identifiant<input name=u></label><button>OK</button></form>",
    );
    assert_eq!(sent(&page, Meaning::Forgotten, &[]), "Get https://b.test/x/oubli ");
    assert_eq!(sent(&page, Meaning::Continue, &[(Want::Login, "x")]), "Post https://a.test/in?x=1 u=x");
}

#[test]
fn a_form_a_control_names_is_its_form() {
    let page = read(
        "<form id=f method=post action=/f></form><label for=p>Mot de passe</label><input id=p name=p type=password form=f><button form=f formaction=/g name=b value=1>Se connecter</button>",
    );
    assert_eq!(sent(&page, Meaning::Continue, &[(Want::Password, "x")]), "Post https://a.test/g p=x&b=1");
    let disabled = read(
        "<form method=post><fieldset disabled><input name=a value=1></fieldset><input name=c type=checkbox checked><label>Identifiant<input name=u></label><select name=s><option>un<option selected>deux</select><button>OK</button></form>",
    );
    assert_eq!(sent(&disabled, Meaning::Continue, &[(Want::Login, "x")]), "Post https://a.test/in?x=1 c=on&u=x&s=deux");
}
