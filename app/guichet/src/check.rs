//! `guichet check`: everything that is wrong with a configuration, in plain words, without touching any network.

use crate::config::{Client, Config, Problem};
use crate::parts;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Prints what is wrong, or that nothing is.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub fn command(path: &Path) -> anyhow::Result<ExitCode> {
    let config = match Config::load(path) {
        Ok(config) => config,
        Err(problem) => {
            println!("{} est refusé :\n  - {problem}", path.display());
            return Ok(ExitCode::FAILURE);
        }
    };
    let problems = problems(&config);
    if problems.is_empty() {
        println!(
            "{} est bon : {} boîte(s), fournisseur {}.",
            path.display(),
            config.mailboxes.len(),
            config.provider.issuer
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} est refusé, {} point(s) :", path.display(), problems.len());
    for problem in problems {
        println!("  - {problem}");
    }
    Ok(ExitCode::FAILURE)
}

/// All that is wrong, in the order of the file.
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |place: &str, what: String| problems.push(Problem { place: place.into(), what });
    for (place, text) in
        [("site.name", &config.site.name), ("site.machine", &config.site.machine), ("site.phone", &config.site.phone)]
    {
        if text.trim().is_empty() {
            say(place, "à remplir : la personne à l'accueil en a besoin".into());
        }
    }
    let [width, height] = config.screen.size;
    if !matches!((width, height), (1024, 600) | (1280, 800)) {
        say("screen.size", format!("{width} × {height} : les écrans sont dessinés pour 1024 × 600 et 1280 × 800"));
    }
    if config.visit.idle_countdown < 20 {
        say("visit.idle_countdown", "moins de 20 s ne laisse pas le temps de répondre (WCAG 2.2.1)".into());
    }
    if config.visit.idle_warning == 0 || config.visit.pin_idle == 0 || config.visit.forgotten_every == 0 {
        say("visit", "une durée nulle fermerait la séance aussitôt".into());
    }
    if config.provider.accepted_acr.is_empty() {
        say("provider.accepted_acr", "vide : n'importe quel niveau d'authentification serait accepté".into());
    }
    if config.provider.card_hosts.is_empty() {
        say("provider.card_hosts", "vide : aucun hôte ne verrait la carte, personne ne pourrait entrer".into());
    }
    if config.mail.mechanisms.is_empty() {
        say("mail.mechanisms", "vide : aucune façon de présenter le jeton".into());
    }
    if config.visit.without_card.idle_countdown < 20 {
        say(
            "visit.without_card.idle_countdown",
            "moins de 20 s ne laisse pas le temps de répondre (WCAG 2.2.1)".into(),
        );
    }
    if config.visit.without_card.idle_warning == 0 || config.visit.without_card.longest == 0 {
        say("visit.without_card", "une durée nulle fermerait la séance aussitôt".into());
    }
    if let Some(phone) = &config.phone
        && phone.proxy.is_none()
        && config.provider.issuer.contains("esante.gouv.fr")
    {
        say("phone.proxy", "Pro Santé Connect veut un serveur intermédiaire entre la borne et lui pour l'e-CPS".into());
    }
    secret(config, &mut say);
    mailboxes(config, &mut say);
    problems.extend(parts::zone(config).err());
    problems.extend(parts::login(config).err());
    problems.extend(parts::service(config).err());
    problems.extend(parts::revocation(config).err());
    problems.extend(parts::mail(config).err());
    problems.extend(parts::reader(config).err());
    problems.extend(parts::writing(config).err());
    problems.extend(parts::printer(config).err());
    problems
}

/// A secret that every user of the machine can read is none.
fn secret(config: &Config, say: &mut impl FnMut(&str, String)) {
    let card = secret_of("provider", &config.provider.client);
    let service = config.service.as_ref().map(|service| &service.provider.client);
    let service = service.and_then(|client| secret_of("service.provider", client));
    let directory = config.directory.as_ref().map(|directory| ("directory.key_file".to_owned(), &directory.key_file));
    for (place, path) in card.into_iter().chain(service).chain(directory) {
        let path = config.path(path);
        if let Ok(metadata) = std::fs::metadata(&path)
            && metadata.permissions().mode() & 0o007 != 0
        {
            say(&place, format!("{} : lisible par tous, faire « chmod o= » dessus", path.display()));
        }
    }
}

/// Where the secret of a provider's client lies.
fn secret_of<'a>(place: &str, client: &'a Client) -> Option<(String, &'a PathBuf)> {
    match client {
        Client::ClientSecretBasic { secret_file } => Some((format!("{place}.client.secret_file"), secret_file)),
        Client::TlsClientAuth { key, .. } => Some((format!("{place}.client.key"), key)),
        Client::None => None,
    }
}

fn mailboxes(config: &Config, say: &mut impl FnMut(&str, String)) {
    let mut seen = BTreeSet::new();
    for (index, mailbox) in config.mailboxes.iter().enumerate() {
        let place = format!("mailboxes[{}]", index + 1);
        let whole = mailbox.address.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.contains('@')
                && !mailbox.address.contains(char::is_whitespace)
        });
        if !whole {
            say(&place, format!("« {} » n'est pas une adresse", mailbox.address));
        }
        if !seen.insert(mailbox.address.to_lowercase()) {
            say(&place, format!("« {} » est déjà plus haut", mailbox.address));
        }
        if mailbox.holders.is_empty() {
            say(&place, format!("« {} » n'est proposée à personne", mailbox.address));
        }
        for holder in &mailbox.holders {
            if holder.len() == 11 && holder.bytes().all(|digit| digit.is_ascii_digit()) {
                say(&place, format!("« {holder} » est un RPPS : l'identifiant national est 8{holder}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// A complete configuration in a folder of its own, changed by `change`.
    fn checked(change: impl FnOnce(String) -> String) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("pki")).unwrap();
        let root = include_str!("../examples/test-root.pem");
        std::fs::write(folder.path().join("pki/provider-ca.pem"), root).unwrap();
        std::fs::write(folder.path().join("pki/mail-ca.pem"), root).unwrap();
        let secret = folder.path().join("borne.secret");
        std::fs::write(&secret, "secret\n").unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o640)).unwrap();
        let path = folder.path().join("site.toml");
        std::fs::write(&path, change(include_str!("../examples/test-site.toml").into())).unwrap();
        let config = Config::load(&path).unwrap();
        problems(&config).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_complete_configuration_has_no_problem() {
        assert_eq!(checked(|text| text), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_told_with_its_place() {
        for (from, to, told) in [
            ("[1280, 800]", "[800, 480]", "screen.size : 800 × 480"),
            ("[\"eidas1\", \"eidas2\"]", "[]", "provider.accepted_acr : vide"),
            ("pki/mail-ca.pem", "pki/absent.pem", "mail.roots : "),
            ("borne.secret", "absent.secret", "provider.client.secret_file : "),
            ("discovery = \"https", "discovery = \"http", "provider.discovery : "),
            ("\"899700012345\"", "\"99700012345\"", "l'identifiant national est 899700012345"),
            ("tryphon.tournesol@mss.test", "tryphon.tournesol", "n'est pas une adresse"),
            ("secretariat.cardiologie@mss.test", "tryphon.tournesol@mss.test", "est déjà plus haut"),
            ("hours = ", "time_zone = \"Europe/Syldavie\"\nhours = ", "fuseau horaire inconnu"),
        ] {
            let problems = checked(|text| text.replace(from, to));
            assert!(problems.iter().any(|problem| problem.contains(told)), "{told}: {problems:?}");
        }
    }

    #[test]
    fn a_secret_that_all_can_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("borne.secret");
        std::fs::write(&secret, "secret").unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
        let path = folder.path().join("site.toml");
        std::fs::write(&path, include_str!("../examples/test-site.toml")).unwrap();
        let problems = problems(&Config::load(&path).unwrap());
        assert!(problems.iter().any(|problem| problem.what.contains("lisible par tous")));
    }
}
