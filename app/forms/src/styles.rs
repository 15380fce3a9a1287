//! Pages written in the style of different makers, and what is understood of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use secrecy::ExposeSecret;
use url::Url;

use crate::{Channel, Error, Hints, Keyboard, Meaning, Page, Purpose, Request, Want};

pub(crate) fn read_at(address: &str, html: &str) -> Page {
    let hints = Hints::default();
    Page::read(html.as_bytes(), Some("text/html; charset=utf-8"), 200, &Url::parse(address).unwrap(), &hints)
}

pub(crate) fn read(html: &str) -> Page {
    read_at("https://a.test/in?x=1", html)
}

pub(crate) fn shown(request: &Request) -> String {
    let fields = request.fields().map(|(name, value)| format!("{name}={}", value.expose_secret()));
    format!("{:?} {} {}", request.method, request.url, fields.collect::<Vec<_>>().join("&"))
}

pub(crate) fn sent(page: &Page, meaning: Meaning, answers: &[(Want, &str)]) -> String {
    let way = page.way(meaning).unwrap_or_else(|| panic!("no {meaning:?} in {:?}", page.ways));
    let answers: Vec<_> = answers.iter().map(|(want, text)| (page.field(*want).unwrap(), (*text).into())).collect();
    shown(&page.fill(way, &answers).unwrap())
}

pub(crate) fn meanings(page: &Page) -> Vec<Meaning> {
    page.ways.iter().map(|way| way.meaning).collect()
}

pub(crate) fn wants(page: &Page) -> Vec<Want> {
    page.fields.iter().map(|field| field.want).collect()
}

const KEYCLOAK: &str = r#"<!DOCTYPE html><html class="login-pf" lang="fr"><head><title>Se connecter à esante</title>
 <script src="/js/menu.js"></script></head><body><div id="kc-header">ESANTE</div>
 <div id="kc-locale"><ul><li><a href="/auth?kc_locale=en">English</a></li></ul></div>
 <h1 id="kc-page-title">Connectez-vous à votre compte</h1>
 <form id="kc-form-login" onsubmit="login.disabled = true; return true;" action="https://a.test/auth?session_code=s&amp;tab_id=t" method="post">
  <label for="username">Nom d'utilisateur ou courriel</label>
  <input tabindex="2" id="username" name="username" value="" type="text" autofocus autocomplete="username" aria-invalid="true">
  <label for="password">Mot de passe</label>
  <div class="pf-group"><input id="password" name="password" type="password" autocomplete="current-password" aria-invalid="true">
   <button type="button" aria-label="Afficher le mot de passe" data-password-toggle><i class="fa-eye"></i></button></div>
  <span id="input-error" class="pf-v5-c-helper-text__item-text pf-m-error kc-feedback-text" aria-live="polite">Nom d'utilisateur ou mot de passe invalide.</span>
  <input id="rememberMe" name="rememberMe" type="checkbox" checked><label for="rememberMe">Se souvenir de moi</label>
  <a href="/login-actions/reset-credentials?tab_id=t">Mot de passe oublié&nbsp;?</a>
  <input type="hidden" id="id-hidden-input" name="credentialId"/>
  <input class="pf-c-button" name="login" id="kc-login" type="submit" value="Se connecter"/>
 </form></body></html>"#;

#[test]
fn a_keycloak_login_is_read_with_its_error_and_never_remembers() {
    let page = read(KEYCLOAK);
    assert_eq!(page.purpose, Purpose::LoginAndPassword);
    assert_eq!(wants(&page), [Want::Login, Want::Password]);
    assert_eq!(page.fields[0].label, "Nom d'utilisateur ou courriel");
    assert!(page.fields.iter().all(|field| field.invalid));
    assert_eq!(page.errors, ["Nom d'utilisateur ou mot de passe invalide."]);
    assert_eq!(page.language.as_deref(), Some("fr"));
    assert_eq!(page.heading.as_deref(), Some("Connectez-vous à votre compte"));
    assert!(page.way(Meaning::Forgotten).is_some());
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Login, "tryphon"), (Want::Password, "né en & = 1")]),
        "Post https://a.test/auth?session_code=s&tab_id=t username=tryphon&password=né en & = 1&credentialId=&login=Se connecter"
    );
    assert!(page.by_itself().is_none());
}

#[test]
fn a_keycloak_code_page_keeps_its_other_way() {
    let page = read(
        r##"<h1>Connectez-vous</h1><form id="kc-otp-login-form" action="/otp" method="post"><label for="otp">Code à usage unique</label>
        <input id="otp" name="otp" autocomplete="off" type="text" inputmode="numeric" dir="ltr"><input type="submit" name="login" value="Se connecter"></form>
        <form id="kc-select-try-another-way-form" action="/otp" method="post"><input type="hidden" name="tryAnotherWay" value="on">
        <a href="#" id="try-another-way" onclick="document.forms[1].submit()">Essayer une autre méthode</a></form>"##,
    );
    assert_eq!(page.purpose, Purpose::Code { by: Channel::Unknown, digits: None });
    assert_eq!(page.fields[0].keyboard, Keyboard::Digits);
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Code, "123456")]),
        "Post https://a.test/otp otp=123456&login=Se connecter"
    );
    assert_eq!(sent(&page, Meaning::OtherFactor, &[]), "Post https://a.test/otp tryAnotherWay=on");
}

#[test]
fn keycloak_s_factors_are_buttons_with_values() {
    let page = read(
        r#"<h1>Choisissez une méthode de connexion</h1><form action=/sel method=post>
        <button name="authenticationExecution" value="e1"><div>Application d'authentification</div><div>Saisissez un code</div></button>
        <button name="authenticationExecution" value="e2">Code par SMS</button></form>"#,
    );
    assert_eq!(page.purpose, Purpose::ChooseFactor);
    assert_eq!(sent(&page, Meaning::FactorApp, &[]), "Post https://a.test/sel authenticationExecution=e1");
    assert_eq!(sent(&page, Meaning::FactorSms, &[]), "Post https://a.test/sel authenticationExecution=e2");
}

const CANAILLE_PASSWORD: &str = r#"<html lang=fr><body><h2 class="ui center aligned header">Marie Durand · marie<div class="sub header">Entrez votre mot de passe.</div></h2>
 <div class="ui message error">La connexion a échoué. Veuillez vérifier vos informations.</div>
 <form method="post" id="PasswordForm" class="ui form" enctype="multipart/form-data"><input id="csrf_token" name="csrf_token" type="hidden" value="IjE">
 <input type="text" name="username" autocomplete="username" class="dummy-username" value="marie" tabindex="-1">
 <div class="field"><label for="password">Mot de passe</label><div class="ui input"><input id="password" name="password" required type="password" autocomplete="current-password"></div></div>
 <a type="button" class="ui button" href="/login">Changer de compte</a><a type="button" class="ui button" href="/reset">Mot de passe oublié</a>
 <button type="submit" class="ui primary button">Se connecter</button></form></body></html>"#;

#[test]
fn a_dummy_login_beside_a_password_is_sent_but_not_shown() {
    let page = read(CANAILLE_PASSWORD);
    assert_eq!(page.purpose, Purpose::Password);
    assert_eq!(wants(&page), [Want::Password]);
    assert_eq!(page.errors, ["La connexion a échoué. Veuillez vérifier vos informations."]);
    assert_eq!(meanings(&page), [Meaning::OtherAccount, Meaning::Forgotten, Meaning::Continue]);
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Password, "s3cret")]),
        "Post https://a.test/in?x=1 csrf_token=IjE&username=marie&password=s3cret"
    );
    assert_eq!(page.fill(2, &[]).unwrap_err(), Error::Missing(0));
    let printed = format!("{page:?} {:?}", page.fill(2, &[(0, "s3cret".into())]).unwrap());
    assert!(["marie", "Marie", "s3cret", "IjE"].iter().all(|word| !printed.contains(word)), "{printed}");
}

#[test]
fn a_code_page_with_two_buttons_tells_them_apart() {
    let page = read_at(
        "https://a.test/auth/email",
        r#"<h2>marie<div>Code de vérification par e-mail.</div></h2><form method=post><input type=hidden name=csrf_token value=c>
        <div class="ui icon message"><i class="envelope icon"></i>Un e-mail contenant un code a été envoyé.</div>
        <label for=otp>Code de connexion</label><input id=otp name=otp type=text autocomplete="one-time-code" placeholder="123456" maxlength=6 inputmode=numeric required>
        <a href="/login">Changer de compte</a><button name=action value=resend formnovalidate class=disabled>Envoyer un autre code</button>
        <button name=action value=confirm>Vérifier</button></form>"#,
    );
    assert_eq!(page.purpose, Purpose::Code { by: Channel::Email, digits: Some(6) });
    assert_eq!(page.notices, ["Un e-mail contenant un code a été envoyé."]);
    assert_eq!(sent(&page, Meaning::Resend, &[]), "Post https://a.test/auth/email csrf_token=c&otp=&action=resend");
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Code, "042042")]),
        "Post https://a.test/auth/email csrf_token=c&otp=042042&action=confirm"
    );
    let way = page.way(Meaning::Continue).unwrap();
    assert_eq!(page.fill(way, &[(0, "1234567".into())]).unwrap_err(), Error::TooLong(0));
}

#[test]
fn consent_is_told_from_a_message() {
    let page = read(
        r#"<h2>Autorisation</h2><p>L'application Kiosk demande un accès à :</p><ul><li>votre adresse e-mail</li></ul><form method=post>
        <input type=hidden name=csrf_token value=c><button name=answer value=logout>Changer d'utilisateur</button>
        <button name=answer value=deny>Refuser</button><button name=answer value=accept>Accepter</button></form>"#,
    );
    assert_eq!(page.purpose, Purpose::Consent);
    assert_eq!(page.texts, ["L'application Kiosk demande un accès à :", "votre adresse e-mail"]);
    assert_eq!(sent(&page, Meaning::Deny, &[]), "Post https://a.test/in?x=1 csrf_token=c&answer=deny");
    assert_eq!(sent(&page, Meaning::Accept, &[]), "Post https://a.test/in?x=1 csrf_token=c&answer=accept");
    let done = read("<h1>Fait</h1><p>Votre mot de passe est changé.</p><a href=/suite>Continuer</a>");
    assert_eq!((done.purpose, meanings(&done)), (Purpose::Message, vec![Meaning::Continue]));
    let bare = read(
        "<h1>Authorize</h1><ul><li>scopes:</li></ul><form method=post><input type=hidden name=prompt value=consent><button type=submit>Continue</button></form><a href=/abort>[ Cancel ]</a>",
    );
    assert_eq!(bare.purpose, Purpose::Consent);
    assert_eq!(meanings(&bare), [Meaning::Accept, Meaning::Cancel]);
}

#[test]
fn an_adfs_page_whose_button_is_script_is_sent_all_the_same() {
    let page = read_at(
        "https://sts.test/adfs/ls/",
        r#"<html lang="fr-FR"><head><script>var Login={};</script></head><body><noscript><div id="noScript">JavaScript obligatoire</div></noscript>
        <form method="post" id="loginForm" autocomplete="off" novalidate onKeyPress="Login.submitLoginRequest()" action="/adfs/ls/?client-request-id=1">
        <label id="userNameInputLabel" for="userNameInput" class="hidden">Compte d'utilisateur</label><input id="userNameInput" name="UserName" type="email" value="" placeholder="personne@exemple.fr">
        <input id="passwordInput" name="Password" type="password" placeholder="Mot de passe"><div id="errorText" class="fieldMargin error smallText"><span></span></div>
        <input type="checkbox" name="Kmsi" id="kmsiInput" value="true"/><label for="kmsiInput">Maintenir la connexion</label>
        <span id="submitButton" class="submit" role="button" onclick="return Login.submitLoginRequest();">Connexion</span>
        <input id="optionForms" type="hidden" name="AuthMethod" value="FormsAuthentication"/></form></body></html>"#,
    );
    assert_eq!(page.purpose, Purpose::LoginAndPassword);
    assert_eq!(page.fields[0].keyboard, Keyboard::Email);
    assert!(page.errors.is_empty() && page.notices.is_empty(), "{:?}", page.notices);
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Login, "a@b.fr"), (Want::Password, "x")]),
        "Post https://sts.test/adfs/ls/?client-request-id=1 UserName=a@b.fr&Password=x&AuthMethod=FormsAuthentication"
    );
}

#[test]
fn a_table_without_labels_is_read_by_what_stands_before() {
    let page = read(
        "<table><form action=login.asp method=POST><tr><td>Utilisateur :</td><td><input name=f1></td></tr>
         <tr><td>Mot de passe :</td><td><input name=f2 type=password></td></tr><tr><td><input type=submit name=go value=Valider></td></tr></form></table>",
    );
    assert_eq!(page.purpose, Purpose::LoginAndPassword);
    assert_eq!(page.fields[0].label, "Utilisateur :");
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]),
        "Post https://a.test/login.asp f1=a&f2=b&go=Valider"
    );
    let bare = read(
        "<form method=post><input name=q1> <input name=q2 type=password> <input type=image src=ok.png alt=OK name=b></form>",
    );
    assert_eq!(bare.purpose, Purpose::LoginAndPassword);
    assert_eq!(
        sent(&bare, Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]),
        "Post https://a.test/in?x=1 q1=a&q2=b&b.x=0&b.y=0"
    );
}

#[test]
fn a_cas_page_is_read_beside_its_search_box() {
    let page = read(
        r#"<form role=search action=/find><input name=q placeholder="Identifiant"><button>OK</button></form>
        <form id="fm1" method="post" action="login"><section class="cas-field"><label for="username"><span class="accesskey">I</span>dentifiant&nbsp;:</label>
        <input class="required" id="username" size="25" tabindex="1" type="text" accesskey="i" autocomplete="off" name="username"/></section>
        <label for="password"><b>M</b>ot de passe :</label><input type="password" id="password" name="password" value="" autocomplete="off"/>
        <input type="checkbox" name="warn" id="warn" value="true" checked/><label for=warn>Prévenez-moi avant d'accéder à d'autres services.</label>
        <input type="checkbox" name="rememberMe" value="true" checked/><input type="hidden" name="execution" value="e1s1"/><input type="hidden" name="_eventId" value="submit"/>
        <input class="btn" name="submit" accesskey="l" value="SE CONNECTER" type="submit"/></form>"#,
    );
    assert_eq!(page.purpose, Purpose::LoginAndPassword);
    assert_eq!(page.fields[0].label, "I dentifiant :".replace("I d", "Id"));
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]),
        "Post https://a.test/login username=a&password=b&warn=true&execution=e1s1&_eventId=submit&submit=SE CONNECTER"
    );
    assert_eq!(page.ways.len(), 1);
}

#[test]
fn a_lemonldap_login_and_its_choice_of_factor_are_read() {
    let page = read(
        r##"<html lang="fr"><div class="message message-warning alert"><span trmsg="9">Authentification requise</span></div><form id="lform" action="#" method="post" class="login">
        <input type="hidden" name="url" value=""/><input type="hidden" id="token" name="token" value="t1"/>
        <div class="input-group"><label for="userfield" class="sr-only">Compte</label><input id="userfield" name="user" type="text" value="" autocomplete="username" required aria-required="true"/></div>
        <div class="input-group"><label for="passwordfield" class="sr-only">Mot de passe</label><input id="passwordfield" name="password" type="password" required aria-required="true"/></div>
        <input type="checkbox" id="stayconnected" name="stayconnected" value="1" checked/><label for="stayconnected">Se souvenir</label>
        <button type="submit" class="btn btn-success"><span class="fa fa-sign-in"></span><span trspan="connect">Connect</span></button>
        <a class="btn btn-secondary" href="/resetpwd?skin=bootstrap"><span trspan="resetPwd">Réinitialiser mon mot de passe</span></a></form>"##,
    );
    assert_eq!(page.purpose, Purpose::LoginAndPassword);
    assert_eq!(page.notices, ["Authentification requise"]);
    assert!(page.way(Meaning::Forgotten).is_some());
    assert_eq!(
        sent(&page, Meaning::Continue, &[(Want::Login, "a"), (Want::Password, "b")]),
        "Post https://a.test/in?x=1 url=&token=t1&user=a&password=b"
    );
    let choice = read(
        "<h3>Choisissez votre second facteur</h3><form action=/2fchoice method=post><input type=hidden name=token value=t>
         <button name=sf value=totp><img src=totp.png alt=TOTP title=TOTP></button><button name=sf value=mail><img src=mail.png alt=mail2F></button></form>",
    );
    assert_eq!(choice.purpose, Purpose::ChooseFactor);
    assert_eq!(sent(&choice, Meaning::FactorEmail, &[]), "Post https://a.test/2fchoice token=t&sf=mail");
}

#[test]
fn a_shibboleth_way_through_is_gone_and_its_consent_is_asked() {
    let through = read(
        r#"<body onload="doSave()"><form name="form1" action="/idp/e1s1" method="POST"><input type="hidden" name="csrf_token" value="c"><input type="hidden" name="shib_idp_ls_exception" id="e" value="">
        <noscript><input type="submit" name="_eventId_proceed" value="Continue"></noscript></form><script>function doSave(){document.form1.submit();}</script></body>"#,
    );
    assert_eq!(
        shown(&through.by_itself().unwrap()),
        "Post https://a.test/idp/e1s1 csrf_token=c&shib_idp_ls_exception=&_eventId_proceed=Continue"
    );
    let consent = read(
        r#"<h1>Information to be provided</h1><form method=post action=/c><input id=r1 type=radio name=_shib_idp_consentOptions value=once><label for=r1>Ask me again at next login</label>
        <input id=r2 type=radio name=_shib_idp_consentOptions value=remember checked><label for=r2>Ask me again if it changes</label>
        <input type=submit name=_eventId_AttributeReleaseRejected value=Reject><input type=submit name=_eventId_proceed value=Accept></form>"#,
    );
    assert_eq!(consent.purpose, Purpose::Consent);
    assert_eq!(
        sent(&consent, Meaning::Accept, &[]),
        "Post https://a.test/c _shib_idp_consentOptions=remember&_eventId_proceed=Accept"
    );
}

#[test]
fn a_key_that_only_a_script_can_ask_for_leaves_the_other_way() {
    let page = read(
        r##"<h1>Clé de sécurité</h1><form id="webauth" action="/k" method="post"><input type="hidden" name="clientDataJSON"/></form>
        <div><input id="authenticateWebAuthnButton" type="button" value="Se connecter avec la clé"/></div><script>function done(){document.getElementById('webauth').submit();}</script>
        <a href="/other" id="try-another-way">Essayer autrement</a>"##,
    );
    assert!(page.by_itself().is_none());
    assert_eq!((page.purpose, meanings(&page)), (Purpose::Unreadable, vec![Meaning::OtherFactor]));
}
