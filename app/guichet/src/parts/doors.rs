//! The doors beside the card, from the configuration to what each part wants.

use super::{address, problem, provider};
use crate::config::{Config, Contract, Problem};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Puts what the telephone's door wants into the settings of its provider.
pub(super) fn phone(config: &Config, settings: &mut login::Settings) -> Result<(), Problem> {
    let Some(phone) = &config.phone else { return Ok(()) };
    settings.ciba_params = phone.params.clone().into_iter().collect();
    settings.ciba_endpoint = match &phone.endpoint {
        Some(text) => Some(address("phone.endpoint", text)?),
        None => None,
    };
    if let Some(configured) = &phone.proxy {
        let mut proxy = login::Proxy::new(address("phone.proxy.base", &configured.base)?);
        proxy.contract = match configured.contract {
            Contract::Json => login::Contract::Json,
            Contract::Query => login::Contract::Query,
        };
        proxy.patience = Duration::from_secs(configured.patience);
        proxy.refresh.clone_from(&configured.refresh);
        settings.proxy = Some(proxy);
    }
    Ok(())
}

/// The door of the organisational mailbox, if the site has one.
///
/// # Errors
/// The first thing that is wrong.
pub fn service(config: &Config) -> Result<Option<engine::Service>, Problem> {
    let Some(service) = &config.service else { return Ok(None) };
    Ok(Some(engine::Service {
        login: Arc::new(provider(config, "service.provider", &service.provider)?),
        hints: Arc::new(match &service.hints {
            Some(path) => hints(&config.path(path))?,
            None => forms::Hints::default(),
        }),
        mail: match &service.mail {
            Some(mail) => Some(Arc::new(super::operator(config, "service.mail", mail)?)),
            None => None,
        },
    }))
}

fn hints(path: &Path) -> Result<forms::Hints, Problem> {
    let place = "service.hints";
    let text = std::fs::read_to_string(path)
        .map_err(|error| problem(place, format!("{} : illisible ({error})", path.display())))?;
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        problem(place, format!("{}, ligne {line} : {}", path.display(), error.message()))
    })
}
