//! What a page means.

use std::fmt;

use serde::Deserialize;

use crate::controls::Form;
use crate::way::How;

/// By what a code comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// An e-mail.
    Email,
    /// A text message.
    Sms,
    /// An authenticator application (RFC 6238).
    App,
    /// The page does not say.
    Unknown,
}

/// What a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Who it is.
    Login,
    /// The password, the login being known already.
    Password,
    /// Both at once.
    LoginAndPassword,
    /// By what the second factor comes.
    ChooseFactor,
    /// A code that was sent or calculated.
    Code {
        /// By what it comes.
        by: Channel,
        /// How many digits, where the page says so.
        digits: Option<u8>,
    },
    /// Who forgot their password.
    ForgottenLogin,
    /// The code that stands for a forgotten password.
    ResetCode,
    /// A new password.
    NewPassword,
    /// Whether the application may have what it asks for.
    Consent,
    /// Nothing to fill in: it only goes on.
    Message,
    /// Not to be turned into a form: drawn by script, a picture to read, too large, something else altogether.
    Unreadable,
}

/// What a field wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Want {
    /// Who it is: a name, an address, a number.
    Login,
    /// The password there is.
    Password,
    /// A new password.
    NewPassword,
    /// The new password again.
    Again,
    /// A code.
    Code,
    /// One of [`Field::options`]; the answer is its number, from 0.
    Choose,
    /// A box to tick; any answer but an empty one ticks it.
    Tick,
    /// Something else; its label says what.
    Other,
}

/// The keyboard that fits a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyboard {
    /// Letters.
    Text,
    /// Letters, `@` near.
    Email,
    /// A telephone's.
    Telephone,
    /// Digits.
    Digits,
}

/// Something to fill in.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// What it wants.
    pub want: Want,
    /// The keyboard that fits.
    pub keyboard: Keyboard,
    /// Its label, if the page gives one.
    pub label: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether the page says that what was sent is wrong.
    pub invalid: bool,
    /// Whether what is typed is not to be seen.
    pub masked: bool,
    /// Most characters it takes.
    pub longest: Option<usize>,
    /// What the page has filled in or chosen already (a number, where there is a choice); sent when there is no other
    /// answer.
    pub prefilled: Option<String>,
    /// What there is to choose from.
    pub options: Vec<String>,
    pub(crate) form: usize,
    /// The controls it fills: several where each digit of a code has its own.
    pub(crate) targets: Vec<usize>,
    /// Per option: which control, and which value of it.
    pub(crate) picks: Vec<(usize, usize)>,
}

/// What a button or a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Goes on.
    Continue,
    /// Sends another code.
    Resend,
    /// The password is forgotten.
    Forgotten,
    /// Somebody else.
    OtherAccount,
    /// Another second factor.
    OtherFactor,
    /// Yes.
    Accept,
    /// No.
    Deny,
    /// Back, or away.
    Cancel,
    /// A code by e-mail.
    FactorEmail,
    /// A code by text message.
    FactorSms,
    /// A code of an authenticator application.
    FactorApp,
    /// Not known; its label says what.
    Unknown,
}

impl Meaning {
    /// The second factor it chooses.
    #[must_use]
    pub fn factor(self) -> Option<Channel> {
        match self {
            Meaning::FactorEmail => Some(Channel::Email),
            Meaning::FactorSms => Some(Channel::Sms),
            Meaning::FactorApp => Some(Channel::App),
            _ => None,
        }
    }
}

/// A way on from a page: a button with its form, or a link.
#[derive(Clone, PartialEq, Eq)]
pub struct Way {
    /// What it does.
    pub meaning: Meaning,
    /// Its words.
    pub label: String,
    pub(crate) how: How,
}

/// A page, understood as far as it goes.
#[derive(Clone)]
pub struct Page {
    /// What it is for.
    pub purpose: Purpose,
    /// What there is to fill in, in the order of the page.
    pub fields: Vec<Field>,
    /// The ways on.
    pub ways: Vec<Way>,
    /// What the page says went wrong.
    pub errors: Vec<String>,
    /// What the page says happened.
    pub notices: Vec<String>,
    /// Its title.
    pub heading: Option<String>,
    /// Its other sentences, such as what an application asks for.
    pub texts: Vec<String>,
    /// Its language (BCP 47), where it says so.
    pub language: Option<String>,
    /// The HTTP status it came with.
    pub status: u16,
    pub(crate) forms: Vec<Form>,
    pub(crate) by_itself: Option<How>,
}

impl Page {
    /// The first field that wants this.
    #[must_use]
    pub fn field(&self, want: Want) -> Option<usize> {
        self.fields.iter().position(|field| field.want == want)
    }

    /// The first way that means this.
    #[must_use]
    pub fn way(&self, meaning: Meaning) -> Option<usize> {
        self.ways.iter().position(|way| way.meaning == meaning)
    }

    /// The way that sends what was filled in, or goes on.
    #[must_use]
    pub fn onward(&self) -> Option<usize> {
        self.way(Meaning::Continue).or_else(|| self.way(Meaning::Accept))
    }

    /// A page nothing is known of.
    pub(crate) fn unreadable(status: u16) -> Self {
        Page {
            purpose: Purpose::Unreadable,
            fields: Vec::new(),
            ways: Vec::new(),
            errors: Vec::new(),
            notices: Vec::new(),
            heading: None,
            texts: Vec::new(),
            language: None,
            status,
            forms: Vec::new(),
            by_itself: None,
        }
    }
}

// Pages greet people by name and show where codes were sent.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("purpose", &self.purpose)
            .field("status", &self.status)
            .field("fields", &self.fields)
            .field("ways", &self.ways)
            .field("errors", &self.errors.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.want)
    }
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.meaning)
    }
}
