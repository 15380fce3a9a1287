//! From the configuration to what each part wants.

mod doors;
mod revocation;
mod services;

pub use doors::service;
pub use revocation::revocation;
pub use services::{CONFINED, printer, reader, writing};

use crate::config::{self, Client, Config, Problem};
use engine::{Desk, SiteMailbox};
use flow::{Display, Doors, Language, MailboxKind};
use jiff::tz::TimeZone;
use login::{ClientAuth, Url};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{SecretBox, SecretString};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn problem(place: &str, what: impl Into<String>) -> Problem {
    Problem { place: place.into(), what: what.into() }
}

/// The rules of a visit.
pub fn settings(config: &Config) -> flow::Settings {
    let (rows, rows_large) = rows(config.screen.size);
    flow::Settings {
        display: Display {
            dark: config.screen.dark,
            large: config.screen.large,
            language: match config.site.language {
                config::Language::French => Language::French,
                config::Language::English => Language::English,
            },
        },
        shuffled_keypad: config.screen.shuffled_keypad,
        rows,
        rows_large,
        doors: Doors { phone: config.phone.is_some(), service: config.service.is_some() },
        check_digit: config.phone.as_ref().is_none_or(|phone| phone.check_digit),
        idle_warning_without_card: Duration::from_secs(config.visit.without_card.idle_warning),
        idle_countdown_without_card: Duration::from_secs(config.visit.without_card.idle_countdown),
        longest_without_card: Duration::from_secs(config.visit.without_card.longest),
        idle_warning: Duration::from_secs(config.visit.idle_warning),
        idle_countdown: Duration::from_secs(config.visit.idle_countdown),
        pin_idle: Duration::from_secs(config.visit.pin_idle),
        forgotten_every: Duration::from_secs(config.visit.forgotten_every),
        writing: config.sending.as_ref().map(|sending| flow::Writing {
            replies: sending.replies.iter().map(|reply| (reply.title.clone(), reply.text.clone())).collect(),
            phrases: sending.phrases.clone(),
            directory: config.directory.is_some(),
        }),
        printer: config.printer.is_some(),
        ..flow::Settings::default()
    }
}

/// Rows of a page in normal and in large text: what the drawing of each panel size holds.
fn rows(size: [u32; 2]) -> (u32, u32) {
    if size[0] >= 1280 { (8, 6) } else { (6, 5) }
}

/// What the screen says of the site.
pub fn site(config: &Config) -> ui::Site {
    ui::Site {
        name: config.site.name.clone(),
        phone: config.site.phone.clone(),
        mail: config.site.mail.clone(),
        hours: config.site.hours.clone(),
        machine: config.site.machine.clone(),
        chip: match config.screen.chip {
            config::Chip::Down => ui::Chip::Down,
            config::Chip::Up => ui::Chip::Up,
        },
        help: Some(config.site.help_url.clone()).filter(|url| !url.is_empty()),
    }
}

/// What the engine knows of the site.
///
/// # Errors
/// The first thing that is wrong; [`crate::check`] lists them all.
pub fn desk(config: &Config) -> Result<Desk, Problem> {
    let revocation = revocation(config)?;
    let (mut login, mut mail) = (login(config)?, mail(config)?);
    login.revocation.clone_from(&revocation);
    mail.revocation.clone_from(&revocation);
    let mut service = service(config)?;
    if let Some(service) = &mut service {
        if let Some(login) = Arc::get_mut(&mut service.login) {
            login.revocation.clone_from(&revocation);
        }
        if let Some(mail) = service.mail.as_mut().and_then(Arc::get_mut) {
            mail.revocation.clone_from(&revocation);
        }
    }
    let mut writing = writing(config)?;
    if let Some(writing) = &mut writing {
        writing.outbox.revocation.clone_from(&revocation);
    }
    Ok(Desk {
        login: Arc::new(login),
        service: service.map(Arc::new),
        mail: Arc::new(mail),
        revocation,
        mailboxes: config.mailboxes.iter().map(mailbox).collect(),
        directory: services::mailboxes(config)?.map(Arc::new),
        reader: reader(config)?,
        writing: writing.map(Arc::new),
        printer: printer(config)?.map(Arc::new),
        choose_place: config.visit.choose_place,
        zone: zone(config)?,
    })
}

/// The kiosk's time zone.
///
/// # Errors
/// A name the system does not know.
pub fn zone(config: &Config) -> Result<TimeZone, Problem> {
    TimeZone::get(&config.site.time_zone)
        .map_err(|_| problem("site.time_zone", format!("fuseau horaire inconnu « {} »", config.site.time_zone)))
}

fn mailbox(mailbox: &config::Mailbox) -> SiteMailbox {
    SiteMailbox {
        mailbox: flow::Mailbox {
            address: mailbox.address.clone(),
            label: mailbox.label.clone(),
            kind: match mailbox.kind {
                config::MailboxKind::Personal => MailboxKind::Personal,
                config::MailboxKind::Organisational => MailboxKind::Organisational,
                config::MailboxKind::Applicative => MailboxKind::Applicative,
            },
        },
        holders: mailbox.holders.clone(),
    }
}

/// An https address.
///
/// # Errors
/// Not an address, or not https.
pub fn address(place: &str, text: &str) -> Result<Url, Problem> {
    let url = any_address(place, text)?;
    if url.scheme() != "https" {
        return Err(problem(place, format!("« {text} » doit commencer par https://")));
    }
    Ok(url)
}

fn any_address(place: &str, text: &str) -> Result<Url, Problem> {
    Url::parse(text).map_err(|error| problem(place, format!("adresse illisible « {text} » ({error})")))
}

/// The identity provider.
///
/// # Errors
/// The first thing that is wrong.
pub fn login(config: &Config) -> Result<login::Settings, Problem> {
    let mut settings = provider(config, "provider", &config.provider)?;
    doors::phone(config, &mut settings)?;
    settings.check().map_err(|error| problem("provider", error.to_string()))?;
    Ok(settings)
}

/// An identity provider, described at this place of the file.
fn provider(config: &Config, place: &str, provider: &config::Provider) -> Result<login::Settings, Problem> {
    let at = |key: &str| format!("{place}.{key}");
    let mut settings = login::Settings::new(
        address(&at("discovery"), &provider.discovery)?,
        &provider.issuer,
        &provider.client_id,
        // Recognised, never fetched: it may be a loopback address (RFC 8252 section 7.3).
        any_address(&at("redirect_uri"), &provider.redirect_uri)?,
    );
    settings.client_auth = client(config, &at("client"), &provider.client)?;
    settings.post_logout_redirect_uri = match &provider.post_logout_redirect_uri {
        Some(text) => Some(any_address(&at("post_logout_redirect_uri"), text)?),
        None => None,
    };
    settings.scopes.clone_from(&provider.scopes);
    settings.acr_values.clone_from(&provider.acr_values);
    settings.accepted_acr.clone_from(&provider.accepted_acr);
    settings.authorize_params = provider.authorize_params.clone().into_iter().collect();
    settings.headers = vec![("Accept-Language".into(), "fr".into())];
    settings.allowed_hosts.clone_from(&provider.allowed_hosts);
    settings.card_hosts.clone_from(&provider.card_hosts);
    settings.roots = roots(config, &at("roots"), &provider.roots)?;
    settings.clock_tolerance = Duration::from_secs(provider.clock_tolerance);
    settings.timeouts.step = Duration::from_secs(provider.patience);
    settings.dns_server = config.network.dns;
    settings.hosts = config.network.hosts.clone();
    settings.mailbox_claim.clone_from(&provider.mailbox_claim);
    settings.check().map_err(|error| problem(place, error.to_string()))?;
    Ok(settings)
}

fn client(config: &Config, place: &str, client: &Client) -> Result<ClientAuth, Problem> {
    Ok(match client {
        Client::None => ClientAuth::None,
        Client::ClientSecretBasic { secret_file } => {
            ClientAuth::Basic(secret(&format!("{place}.secret_file"), &config.path(secret_file))?)
        }
        Client::TlsClientAuth { certificate, key } => {
            let path = config.path(key);
            let key = PrivateKeyDer::from_pem_file(&path).map_err(|error| {
                problem(&format!("{place}.key"), format!("{} : pas de clé PEM ({error})", path.display()))
            })?;
            ClientAuth::TlsCertificate {
                chain: certificates(&format!("{place}.certificate"), &config.path(certificate))?,
                key: SecretBox::new(Box::new(key.secret_der().to_vec())),
            }
        }
    })
}

/// A secret that stands alone in a file.
fn secret(place: &str, path: &Path) -> Result<SecretString, Problem> {
    let secret = std::fs::read_to_string(path)
        .map_err(|error| problem(place, format!("{} : illisible ({error})", path.display())))?;
    if secret.trim().is_empty() {
        return Err(problem(place, format!("{} : vide", path.display())));
    }
    Ok(SecretString::from(secret.trim()))
}

fn roots(config: &Config, place: &str, paths: &[std::path::PathBuf]) -> Result<Vec<Vec<u8>>, Problem> {
    if paths.is_empty() {
        return Err(problem(place, "aucune autorité de certification : rien ne serait cru"));
    }
    let mut all = Vec::new();
    for path in paths {
        all.extend(certificates(place, &config.path(path))?);
    }
    Ok(all)
}

/// The certificates of a PEM file, DER.
///
/// # Errors
/// Unreadable, or without a certificate.
pub fn certificates(place: &str, path: &Path) -> Result<Vec<Vec<u8>>, Problem> {
    let read = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| problem(place, format!("{} : {error}", path.display())))?;
    if read.is_empty() {
        return Err(problem(place, format!("{} : aucun certificat PEM", path.display())));
    }
    Ok(read.into_iter().map(|certificate| certificate.to_vec()).collect())
}

/// The mail operator.
///
/// # Errors
/// The first thing that is wrong.
pub fn mail(config: &Config) -> Result<mail::Settings, Problem> {
    operator(config, "mail", &config.mail)
}

/// A mail operator, described at this place of the file.
fn operator(config: &Config, place: &str, mail: &config::Mail) -> Result<mail::Settings, Problem> {
    let source = source(mail.server.as_ref(), &mail.srv_domains);
    let mut settings = mail::Settings::new(source, roots(config, &format!("{place}.roots"), &mail.roots)?);
    settings.dns = config.network.dns;
    settings.pipelining = mail.pipelining;
    settings.mechanisms = mechanisms(&mail.mechanisms);
    Ok(settings)
}

/// Where a mail server is found.
fn source(server: Option<&config::Server>, domains: &[String]) -> mail::ServerSource {
    match server {
        Some(server) => mail::ServerSource::Fixed(mail::Server {
            host: server.host.clone(),
            port: server.port,
            tls: match server.tls {
                config::Tls::StartTls => mail::Tls::StartTls,
                config::Tls::Implicit => mail::Tls::Implicit,
            },
        }),
        None => mail::ServerSource::Srv { allowed: domains.to_vec() },
    }
}

fn mechanisms(mechanisms: &[config::Mechanism]) -> Vec<mail::Mechanism> {
    let known = |mechanism: &config::Mechanism| match mechanism {
        config::Mechanism::XOAuth2 => mail::Mechanism::XOAuth2,
        config::Mechanism::OAuthBearer => mail::Mechanism::OAuthBearer,
    };
    mechanisms.iter().map(known).collect()
}
