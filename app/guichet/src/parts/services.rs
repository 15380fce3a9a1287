//! From the configuration to what reading documents, sending, the directory and the printer want.

use super::{address, mechanisms, problem, roots, secret, source};
use crate::config::{Config, Problem, WhiteList};
use directory::{Directory, Domains};
use engine::{Printer, Reader, Writing};
use std::sync::Arc;
use std::time::Duration;

/// For the whole white list: several megabytes.
const LIST: Duration = Duration::from_secs(60);
/// The argument that makes the program its own confined reader.
pub const CONFINED: &str = "confined";

/// How messages and documents are read: by this very program, started once more and confined.
///
/// # Errors
/// An authority that is none.
pub fn reader(config: &Config) -> Result<Reader, Problem> {
    let path =
        std::env::current_exe().map_err(|error| problem("reading", format!("programme introuvable ({error})")))?;
    let mut limits = document::Limits::default();
    if !config.reading.authorities.is_empty() {
        limits.letter.authorities = roots(config, "reading.authorities", &config.reading.authorities)?;
    }
    let [width, _] = config.screen.size;
    let widths = [0, 1, 2, 3].map(|zoom| ui::sheet_width_at(width, false, zoom));
    Ok(Reader { program: document::Program { path, arguments: vec![CONFINED.into()] }, limits, widths })
}

/// How messages are sent, if they are.
///
/// # Errors
/// The first thing that is wrong.
pub fn writing(config: &Config) -> Result<Option<Writing>, Problem> {
    let Some(sending) = &config.sending else { return Ok(None) };
    let domains = sending.srv_domains.as_ref().unwrap_or(&config.mail.srv_domains);
    let (place, paths) = match &sending.roots {
        Some(paths) => ("sending.roots", paths),
        None => ("mail.roots", &config.mail.roots),
    };
    let mut outbox =
        mail::outbox::Settings::new(source(sending.server.as_ref(), domains), roots(config, place, paths)?);
    outbox.dns = config.network.dns;
    outbox.mechanisms = mechanisms(sending.mechanisms.as_ref().unwrap_or(&config.mail.mechanisms));
    outbox.limits.message = sending.most_megabytes.saturating_mul(1_000_000);
    if sending.nil.trim().is_empty() {
        return Err(problem("sending.nil", "à remplir : référence de convergence du produit (X-MSS-NIL)"));
    }
    if sending.replies.len() > 4 {
        return Err(problem("sending.replies", "quatre réponses types au plus tiennent sur l'écran"));
    }
    Ok(Some(Writing {
        outbox,
        nil: sending.nil.trim().to_owned(),
        domains: Arc::new(white_list(config, &sending.white_list)?),
        directory: directory(config)?.map(Arc::new),
        keep_sent: sending.keep_sent,
    }))
}

fn white_list(config: &Config, list: &WhiteList) -> Result<Domains, Problem> {
    let place = "sending.white_list";
    let told = |error: directory::Error| problem(place, error.to_string());
    match (&list.url, list.domains.as_slice()) {
        (Some(url), []) => {
            let network = network(config, "sending.white_list.roots", &list.roots)?;
            Domains::fetched(address("sending.white_list.url", url)?, LIST, &network).map_err(told)
        }
        (None, domains @ [_, ..]) => Domains::fixed(domains).map_err(told),
        (Some(_), _) => Err(problem(place, "url ou domains, pas les deux")),
        (None, []) => Err(problem(place, "url ou domains : sans liste blanche, rien ne peut être envoyé")),
    }
}

fn network(config: &Config, place: &str, paths: &[std::path::PathBuf]) -> Result<directory::Network, Problem> {
    let mut network = directory::Network::new(roots(config, place, paths)?);
    network.dns = config.network.dns;
    network.hosts = config.network.hosts.clone();
    Ok(network)
}

/// The directory, where it is to name people's BALs: a handle of its own, which no search of an address keeps waiting.
pub(super) fn mailboxes(config: &Config) -> Result<Option<Directory>, Problem> {
    if config.directory.as_ref().is_some_and(|directory| directory.mailboxes) { directory(config) } else { Ok(None) }
}

fn directory(config: &Config) -> Result<Option<Directory>, Problem> {
    let Some(asked) = &config.directory else { return Ok(None) };
    let network = network(config, "directory.roots", &asked.roots)?;
    let key = secret("directory.key_file", &config.path(&asked.key_file))?;
    let mut settings = directory::Settings::new(address("directory.base", &asked.base)?, key, network);
    settings.near.clone_from(&asked.near);
    Directory::new(settings).map(Some).map_err(|error| problem("directory", error.to_string()))
}

/// The printer, if there is one.
///
/// # Errors
/// The first thing that is wrong.
pub fn printer(config: &Config) -> Result<Option<Printer>, Problem> {
    let Some(asked) = &config.printer else { return Ok(None) };
    let url = printing::Url::parse(&asked.address)
        .map_err(|error| problem("printer.address", format!("adresse illisible « {} » ({error})", asked.address)))?;
    let mut settings = printing::Settings::new(url);
    if !asked.roots.is_empty() {
        settings.trust.roots = roots(config, "printer.roots", &asked.roots)?;
    }
    if let Some(fingerprint) = &asked.fingerprint {
        let digest = printing::Pin::digest(fingerprint)
            .ok_or_else(|| problem("printer.fingerprint", "64 chiffres hexadécimaux (SHA-256 de la clé publique)"))?;
        settings.trust.pins = vec![printing::Pin::PublicKey(digest)];
    }
    settings.dns_server = config.network.dns;
    settings.hosts = config.network.hosts.clone();
    settings.colour = if asked.colour { printing::Colour::WhenNeeded } else { printing::Colour::Never };
    let printer = printing::Printer::new(settings).map_err(|error| problem("printer", error.to_string()))?;
    let fonts = printing::Fonts::new(Arc::new(ui::fonts::REGULAR), Arc::new(ui::fonts::BOLD));
    Ok(Some(Printer { printer, fonts }))
}
