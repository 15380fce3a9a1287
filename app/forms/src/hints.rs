//! What a page of one provider does not say by itself, from configuration.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::page::{Channel, Meaning, Purpose, Want};
use crate::text::{folded, number};

/// The hints for one provider: rules, all those that fit a page being used, the first word winning.
///
/// ```toml
/// [[rule]]
/// page = "/adfs/"                              # a piece of host and path; without it, every page
/// purpose = "login-and-password"
/// fields = { UserName = "login", Kmsi = "ignore" }
/// buttons = { submitButton = "continue" }      # by name, name=value, identifier or words
/// links = { "/aide/mdp" = "forgotten" }        # by a piece of the address or words
/// words = { "Too many attempts" = "Trop d’essais. Réessayez dans {n} secondes." }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hints {
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// A piece of the page's host and path; empty for every page.
    pub page: String,
    /// What the page is for.
    pub purpose: Option<Aim>,
    /// By what its code comes.
    pub by: Option<Channel>,
    /// How many digits its code has.
    pub digits: Option<u8>,
    /// Names or identifiers of fields, and what they want.
    pub fields: BTreeMap<String, FieldHint>,
    /// Names, `name=value`, identifiers or words of buttons, and what they mean.
    pub buttons: BTreeMap<String, Meaning>,
    /// Pieces of addresses or words of links, and what they mean.
    pub links: BTreeMap<String, Meaning>,
    /// Words a text contains, and what to show instead of the whole of it; `{n}` is the first number in it.
    pub words: BTreeMap<String, String>,
}

/// What a field wants, or that it is sent as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", untagged)]
pub enum FieldHint {
    /// It wants this.
    Want(Want),
    /// It is never shown.
    Ignore(Ignore),
}

/// The word for a field that is never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ignore {
    /// Sent as it came.
    Ignore,
}

/// [`Purpose`] as configuration writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "as Purpose")]
pub enum Aim {
    Login,
    Password,
    LoginAndPassword,
    ChooseFactor,
    Code,
    ForgottenLogin,
    ResetCode,
    NewPassword,
    Consent,
    Message,
    Unreadable,
}

impl Aim {
    fn purpose(self) -> Purpose {
        match self {
            Aim::Login => Purpose::Login,
            Aim::Password => Purpose::Password,
            Aim::LoginAndPassword => Purpose::LoginAndPassword,
            Aim::ChooseFactor => Purpose::ChooseFactor,
            Aim::Code => Purpose::Code { by: Channel::Unknown, digits: None },
            Aim::ForgottenLogin => Purpose::ForgottenLogin,
            Aim::ResetCode => Purpose::ResetCode,
            Aim::NewPassword => Purpose::NewPassword,
            Aim::Consent => Purpose::Consent,
            Aim::Message => Purpose::Message,
            Aim::Unreadable => Purpose::Unreadable,
        }
    }
}

/// The rules that fit one page.
pub(crate) struct Apt<'a>(Vec<&'a Rule>);

impl Hints {
    pub(crate) fn apt(&self, address: &Url) -> Apt<'_> {
        let place = format!("{}{}", address.host_str().unwrap_or_default(), address.path());
        Apt(self.rules.iter().filter(|rule| place.contains(&rule.page)).collect())
    }
}

impl Apt<'_> {
    pub(crate) fn purpose(&self) -> Option<Purpose> {
        self.0.iter().find_map(|rule| rule.purpose).map(Aim::purpose)
    }

    pub(crate) fn by(&self) -> Option<Channel> {
        self.0.iter().find_map(|rule| rule.by)
    }

    pub(crate) fn digits(&self) -> Option<u8> {
        self.0.iter().find_map(|rule| rule.digits)
    }

    pub(crate) fn field(&self, names: [Option<&str>; 2]) -> Option<FieldHint> {
        self.0.iter().find_map(|rule| names.into_iter().flatten().find_map(|name| rule.fields.get(name)).copied())
    }

    pub(crate) fn button(
        &self,
        name: Option<&str>,
        value: Option<&str>,
        id: Option<&str>,
        label: &str,
    ) -> Option<Meaning> {
        let both = name.zip(value).map(|(name, value)| format!("{name}={value}"));
        let exact = [both.as_deref(), id, name];
        self.0.iter().find_map(|rule| {
            let by_name = exact.into_iter().flatten().find_map(|word| rule.buttons.get(word));
            by_name.or_else(|| by_words(&rule.buttons, label)).copied()
        })
    }

    pub(crate) fn link(&self, target: &Url, label: &str) -> Option<Meaning> {
        self.0.iter().find_map(|rule| {
            let by_place = rule.links.iter().find(|(piece, _)| target.as_str().contains(piece.as_str()));
            by_place.map(|(_, meaning)| meaning).or_else(|| by_words(&rule.links, label)).copied()
        })
    }

    /// The words to show for a text.
    pub(crate) fn worded(&self, text: String) -> String {
        let said = folded(&text);
        let found = self.0.iter().flat_map(|rule| &rule.words).find(|(words, _)| said.contains(&folded(words)));
        found.map_or(text.clone(), |(_, instead)| instead.replace("{n}", number(&text).unwrap_or("quelques")))
    }
}

fn by_words<'a>(meanings: &'a BTreeMap<String, Meaning>, label: &str) -> Option<&'a Meaning> {
    let said = folded(label);
    meanings.iter().find(|(words, _)| !words.contains('=') && folded(words) == said).map(|(_, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const FILE: &str = r#"
        [[rule]]
        page = "/adfs/"
        purpose = "login-and-password"
        fields = { UserName = "login", Kmsi = "ignore" }
        buttons = { "action=again" = "resend", "Poursuite" = "continue" }
        links = { "/aide/mdp" = "forgotten" }
        [[rule]]
        words = { "Too many attempts" = "Trop d’essais. Réessayez dans {n} secondes." }
    "#;

    #[test]
    fn rules_are_read_from_a_file_and_kept_to_their_pages() {
        let hints: Hints = toml::from_str(FILE).unwrap();
        let there: Url = "https://sts.example/adfs/ls/?x".parse().unwrap();
        let apt = hints.apt(&there);
        assert_eq!(apt.purpose(), Some(Purpose::LoginAndPassword));
        assert_eq!(apt.field([None, Some("UserName")]), Some(FieldHint::Want(Want::Login)));
        assert_eq!(apt.field([Some("Kmsi"), None]), Some(FieldHint::Ignore(Ignore::Ignore)));
        assert_eq!(apt.button(Some("action"), Some("again"), None, "x"), Some(Meaning::Resend));
        assert_eq!(apt.button(None, None, None, "poursuite !"), Some(Meaning::Continue));
        assert_eq!(apt.link(&"https://a.example/aide/mdp?1".parse().unwrap(), ""), Some(Meaning::Forgotten));
        assert_eq!(hints.apt(&"https://sts.example/else".parse().unwrap()).purpose(), None);
    }

    #[test]
    fn foreign_words_are_told_in_french_with_their_number() {
        let hints: Hints = toml::from_str(FILE).unwrap();
        let apt = hints.apt(&"https://x.example/".parse::<Url>().unwrap());
        let told = |text: &str| apt.worded(text.to_owned());
        assert_eq!(
            told("Too many attempts. Please try again in 10 seconds."),
            "Trop d’essais. Réessayez dans 10 secondes."
        );
        assert_eq!(told("Mot de passe faux"), "Mot de passe faux");
    }

    #[test]
    fn a_word_that_is_none_of_ours_is_refused() {
        assert!(toml::from_str::<Hints>("[[rule]]\npurpose = \"whatever\"").is_err());
        assert!(toml::from_str::<Hints>("[[rule]]\npaeg = \"/\"").is_err());
        assert!(toml::from_str::<Hints>("[[rule]]\nfields = { u = \"nonsense\" }").is_err());
    }
}
