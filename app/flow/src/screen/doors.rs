//! Pages of the doors beside the card: e-CPS and organisational mailbox.

use crate::number::NumberTrouble;
use crate::service::{Factor, FieldKind};
use crate::text::Text;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The doors a site has beside the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doors {
    /// «Je n’ai pas ma carte».
    pub phone: bool,
    /// «Boîte de service».
    pub service: bool,
}

/// 13 «Votre numéro RPPS».
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterNumber {
    /// What was typed, in groups.
    pub typed: Text,
    /// Digits still to type.
    pub left: u8,
    /// «Valider» may be pressed.
    pub complete: bool,
    /// Why it may not, though no digit is missing, or why it was refused.
    pub trouble: Option<NumberTrouble>,
}

/// 13b «Ouvrez e-CPS sur votre téléphone».
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// The two digits to find again on the telephone; `None` while the request is on its way.
    pub digits: Option<[u8; 2]>,
    /// Seconds left.
    pub seconds: u64,
    /// Seconds at the start, for the bar.
    pub of: u64,
    /// The line is down: the request stands, and is asked about again once it is back.
    pub lost: bool,
    /// The telephone has said yes; the session is being opened.
    pub approved: bool,
}

/// «Pas de notification ?»
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneHelp {
    /// It has failed before: the telephone's clock is worth a look.
    pub clock: bool,
    /// The two digits, which still count.
    pub digits: Option<[u8; 2]>,
    /// «Corriger le numéro» is offered: it was typed.
    pub typed: bool,
}

/// 14: fields and a keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceForm {
    /// What it is for.
    pub title: ServiceTitle,
    /// The fields, two at most.
    pub fields: Vec<ServiceLine>,
    /// What is wrong.
    pub trouble: Trouble,
    /// The provider's own words to the person.
    pub notice: Text,
    /// «Mot de passe oublié ?» is offered.
    pub forgotten: bool,
    /// «Changer de compte» is offered.
    pub other_account: bool,
    /// «Continuer» may be pressed.
    pub complete: bool,
    /// The provider is at work.
    pub busy: bool,
}

/// What a page with fields is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceTitle {
    /// «Boîte de service».
    Login,
    /// «Mot de passe oublié».
    Forgotten,
    /// «Code reçu», with letters in it.
    Code,
    /// «Nouveau mot de passe».
    NewPassword,
    /// None of these: the provider's words are all there is.
    Other,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLine {
    /// What it wants.
    pub kind: FieldKind,
    /// The provider's own word for it, where ours do not do.
    pub label: Text,
    /// What stands in it; empty for a secret.
    pub text: Text,
    /// How many characters stand in it.
    pub count: usize,
    /// The next key goes here.
    pub focused: bool,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Trouble {
    /// Nothing.
    #[default]
    Nothing,
    /// The provider asks the same again, with these words or none.
    Refused(Text),
    /// The two new passwords are not the same.
    NotTheSame,
}

/// 14b «Comment recevoir votre code ?»
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceChoice {
    /// Who it is, as it was typed.
    pub login: Text,
    /// The ways, each with the provider's own words, four at most.
    pub factors: Vec<(Factor, Text)>,
    /// What is wrong.
    pub trouble: Trouble,
    /// The provider is at work.
    pub busy: bool,
}

/// 14c «Saisissez le code reçu».
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCode {
    /// How it comes.
    pub factor: Factor,
    /// The provider's own words: where it was sent.
    pub notice: Text,
    /// What was typed.
    pub digits: Digits,
    /// Boxes.
    pub length: u8,
    /// «Valider» may be pressed.
    pub complete: bool,
    /// «Renvoyer»: seconds until it may be pressed, 0 when it may; `None` where the provider does not offer it.
    pub resend: Option<u64>,
    /// «Choisir un autre moyen» is offered.
    pub other_factor: bool,
    /// What is wrong.
    pub trouble: Trouble,
    /// The provider is at work.
    pub busy: bool,
}

/// The digits of a one-time code, shown because they are copied from elsewhere and of use once only. Wiped, never printed.
#[derive(Clone, PartialEq, Eq, Default, Zeroize, ZeroizeOnDrop)]
pub struct Digits(pub Vec<u8>);

impl fmt::Debug for Digits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digits({})", self.0.len())
    }
}

/// Words of the provider, and what to do about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceMessage {
    /// A consent is asked for: «Accepter» and «Refuser».
    pub consent: bool,
    /// The provider's own words.
    pub text: Text,
    /// There is something wrong in them.
    pub trouble: Trouble,
    /// «Continuer» or «Accepter» is offered.
    pub can_continue: bool,
    /// The provider is at work.
    pub busy: bool,
}
