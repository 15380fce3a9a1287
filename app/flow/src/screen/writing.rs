//! The pages of writing and sending.

use crate::failure::Failure;
use crate::letter::{Correspondent, DocumentLine};
use crate::text::Text;

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// «Nouveau message».
    #[default]
    New,
    /// «Réponse à …».
    Reply,
    /// «Réponse à tous».
    ReplyAll,
    /// «Transfert».
    Forward,
    /// A draft taken up again.
    Draft,
}

/// Which field has the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field {
    /// The text.
    #[default]
    Text,
    /// «Objet».
    Subject,
}

/// R1, first page: whole sentences to answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replies {
    /// To whom.
    pub to: Text,
    /// Subject of the message answered.
    pub subject: Text,
    /// Patient, short, empty when none.
    pub patient: Text,
    /// The sentences, four at most: heading and text.
    pub replies: Vec<(String, String)>,
}

/// R1: the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compose {
    /// What is being written.
    pub kind: Kind,
    /// To whom, copies after the others.
    pub to: Vec<Correspondent>,
    /// How many of `to` are copies.
    pub copies: usize,
    /// «Objet».
    pub subject: Text,
    /// The text.
    pub text: Text,
    /// Which of them has the caret.
    pub field: Field,
    /// Grows when the page has to take subject and text over: it is shown for the first time, or a phrase was added.
    pub revision: u64,
    /// Patient, short, empty when none.
    pub patient: Text,
    /// Documents that go with it, with their choice.
    pub documents: Vec<(DocumentLine, bool)>,
    /// A receipt is asked for.
    pub receipt: bool,
    /// Phrases to add by one touch, where there is room.
    pub phrases: Vec<String>,
    /// «Envoyer» may be pressed.
    pub can_send: bool,
    /// Why it may not, whoever it is for.
    pub refused: Option<Refused>,
    /// It could not be prepared: it can be neither kept nor sent.
    pub failed: Option<Failure>,
    /// What the server has of it.
    pub kept: Kept,
}

/// What the server has of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kept {
    /// Nothing worth keeping was written yet.
    #[default]
    Nothing,
    /// What was written last is not there yet.
    Not,
    /// «Brouillon enregistré».
    Yes,
    /// «Brouillon non enregistré».
    Failed,
}

/// Whom to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipients {
    /// Chosen so far.
    pub chosen: Vec<Correspondent>,
    /// Where the lines come from.
    pub from: Source,
    /// What was searched, empty for recent ones.
    pub query: Text,
    /// The lines of this page.
    pub lines: Vec<RecipientLine>,
    /// Position of the first line, counted from 1; 0 when there is none.
    pub first: usize,
    /// Lines of all pages.
    pub total: usize,
    /// The directory has not answered yet.
    pub searching: bool,
    /// It answered with an error, or cannot be asked.
    pub failed: Option<Failure>,
    /// The directory is configured: «Chercher» is offered.
    pub can_search: bool,
    /// The address just touched cannot be written to, and why.
    pub refused: Option<Refused>,
}

/// Where recipients come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// «Correspondants récents».
    Recent,
    /// «Annuaire Santé».
    Directory,
}

/// One person or service to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientLine {
    /// Name and address.
    pub who: Correspondent,
    /// «Oto-rhino-laryngologiste · CH de Moulinsart».
    pub detail: Text,
    /// Already chosen.
    pub chosen: bool,
}

/// Why an address cannot be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// «Cette adresse n'est pas une adresse MSSanté.»
    NotMssante,
    /// «Ce patient ne peut plus répondre à ce fil.»
    ThreadClosed,
    /// «Trop de destinataires.»
    TooMany,
    /// «Ce n'est pas une adresse.»
    NotAnAddress,
    /// The list of MSSanté domains is not known: nothing can be sent.
    NoWhiteList,
}

/// R2: what is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// To whom.
    pub to: Vec<Correspondent>,
    /// «Objet».
    pub subject: Text,
    /// The text.
    pub text: Text,
    /// Documents that go with it.
    pub documents: u32,
    /// There is no text: «Envoyer sans texte ?».
    pub blank: bool,
}

/// R3: on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// «Envoi…»; `true` once it takes longer than usual.
    Going(bool),
    /// «Message non envoyé»: definitely not; the text is kept.
    NotSent {
        /// Why.
        failure: Failure,
        /// «Réessayer» makes sense.
        retry: bool,
        /// The server has the draft.
        draft: bool,
    },
    /// The line broke between the last byte and the answer: «Vérifiez vos messages envoyés».
    Unknown {
        /// The server has the draft.
        draft: bool,
    },
}

/// S4: the card was pulled while a message was on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// It is not known yet.
    Going,
    /// «Le message a été envoyé.»
    Sent,
    /// «Le message n'a pas été envoyé.», and whether it is among the drafts.
    NotSent {
        /// The server has the draft.
        draft: bool,
    },
    /// «Vérifiez vos messages envoyés.»
    Unknown,
}
