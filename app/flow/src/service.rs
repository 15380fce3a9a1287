//! What the provider of an organisational mailbox asks for, page by page, as the kiosk's own pages show it.

use crate::text::Text;
use secrecy::{ExposeSecret, SecretString};

/// One page of the provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServicePage {
    /// What it is for.
    pub purpose: ServicePurpose,
    /// Fields to fill in, in the order of the page.
    pub fields: Vec<ServiceField>,
    /// Ways to leave it, in the order of the page.
    pub ways: Vec<ServiceWay>,
    /// The provider's own words about what went wrong, empty when nothing did.
    pub error: Text,
    /// The provider's own words to the person, empty when there are none.
    pub notice: Text,
}

/// What a page of the provider is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServicePurpose {
    /// Who it is, and the password perhaps.
    Login,
    /// The password alone.
    Password,
    /// How the second factor comes.
    ChooseFactor,
    /// The second factor itself, sent or made so.
    Code(Factor),
    /// Who has forgotten their password.
    Forgotten,
    /// The code that proves it is them.
    ResetCode,
    /// A new password.
    NewPassword,
    /// May the kiosk read the mailbox?
    Consent,
    /// Something to read, and to go on.
    #[default]
    Message,
}

/// The second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Factor {
    /// By e-mail.
    Mail,
    /// By SMS.
    Sms,
    /// By an authenticator application.
    App,
    /// The page does not say.
    #[default]
    Unknown,
}

/// A field of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceField {
    /// What is wanted.
    pub kind: FieldKind,
    /// The provider's own word for it, empty where it has none.
    pub label: Text,
    /// What stands in it already; never for a secret.
    pub value: Text,
    /// Digits of a code, when the page says so.
    pub digits: Option<u8>,
    /// It may stay empty.
    pub optional: bool,
}

/// What a field wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// The login.
    Login,
    /// The password.
    Password,
    /// A password to be made, once.
    NewPassword,
    /// The same again.
    NewPasswordAgain,
    /// A code of digits.
    Code,
    /// Anything else.
    #[default]
    Text,
}

impl FieldKind {
    /// It is never shown as it is typed.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword | Self::NewPasswordAgain)
    }
}

/// A way to leave a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceWay {
    /// What it does.
    pub kind: WayKind,
    /// The provider's own words for it.
    pub label: Text,
}

/// What a way does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WayKind {
    /// Sends what was filled in.
    #[default]
    Continue,
    /// «Renvoyer le code».
    Resend,
    /// «Mot de passe oublié ?»
    Forgotten,
    /// «Changer de compte».
    OtherAccount,
    /// «Choisir un autre moyen».
    OtherFactor,
    /// The code comes so.
    Factor(Factor),
    /// «Accepter».
    Accept,
    /// «Refuser».
    Deny,
    /// Anything else; never offered by a page of ours.
    Other,
}

/// What is sent to the provider: a way of the page that is open, and what was typed into each of its fields.
pub struct ServiceAnswer {
    /// Index of the way.
    pub way: usize,
    /// What was typed, one for each field.
    pub values: Vec<SecretString>,
}

/// It carries a password.
impl std::fmt::Debug for ServiceAnswer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "ServiceAnswer({}, {} fields)", self.way, self.values.len())
    }
}

/// Most characters of a field.
const MOST: usize = 128;

/// What is typed into a field. Each stroke makes a new buffer and wipes the one before; the last is wiped when dropped.
pub(crate) struct Typed {
    text: SecretString,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Typed(redacted)")
    }
}

impl Default for Typed {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Typed {
    fn from(text: &str) -> Self {
        Self { text: SecretString::from(text.to_owned()) }
    }
}

impl Typed {
    /// Adds a character, unless there are too many. The text before it is wiped.
    pub(crate) fn push(&mut self, letter: char) {
        if self.len() < MOST && !letter.is_control() {
            let mut text = String::with_capacity(self.text.expose_secret().len() + letter.len_utf8());
            text.push_str(self.text.expose_secret());
            text.push(letter);
            self.text = SecretString::from(text);
        }
    }

    pub(crate) fn erase(&mut self) {
        let mut text = self.text.expose_secret().to_owned();
        text.pop();
        self.text = SecretString::from(text);
    }

    pub(crate) fn clear(&mut self) {
        self.text = SecretString::from(String::new());
    }

    /// Characters typed.
    pub(crate) fn len(&self) -> usize {
        self.text.expose_secret().chars().count()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.expose_secret().trim().is_empty()
    }

    /// As it may be shown, where it is no secret.
    pub(crate) fn shown(&self) -> Text {
        Text::from(self.text.expose_secret())
    }

    /// The digits of a code that is being typed, for its boxes.
    pub(crate) fn digits(&self) -> Vec<u8> {
        self.text.expose_secret().bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        self.text.expose_secret() == other.text.expose_secret()
    }

    pub(crate) fn secret(&self) -> SecretString {
        self.text.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_cannot_be_printed() {
        let mut typed = Typed::default();
        for letter in "Ch4teau!".chars() {
            typed.push(letter);
        }
        assert_eq!(typed.secret().expose_secret(), "Ch4teau!");
        let answer = ServiceAnswer { way: 0, values: vec![typed.secret()] };
        assert!(!format!("{typed:?}{answer:?}").contains("Ch4"));
    }

    #[test]
    fn a_field_has_an_end_and_takes_no_control_characters() {
        let mut typed = Typed::default();
        for letter in std::iter::repeat_n('é', MOST + 5).chain(['\n']) {
            typed.push(letter);
        }
        assert_eq!(typed.len(), MOST);
        typed.erase();
        assert_eq!(typed.len(), MOST - 1);
        typed.clear();
        assert!(typed.is_blank());
    }
}
