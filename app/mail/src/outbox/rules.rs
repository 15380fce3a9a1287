//! What is checked before a message leaves. Reasons are values; the words are the screen's.
//!
//! A [`Refusal`] cannot be passed over. A [`Question`] can: the person answers it.

use std::collections::HashSet;
use std::fmt;

use super::address::{self, PATIENTS, check_ins, is_address, is_patient};
use super::outgoing::Outgoing;
use super::settings::Limits;

pub use super::address::WrongIns;

/// The domains one may write to: MSSanté's white list.
#[derive(Clone, Default)]
pub struct WhiteList {
    domains: HashSet<String>,
}

impl fmt::Debug for WhiteList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WhiteList({} domains)", self.domains.len())
    }
}

impl WhiteList {
    /// A list of whole domains, in any case. The list names every one; none stands for those below it.
    #[must_use]
    pub fn new<S: AsRef<str>>(domains: impl IntoIterator<Item = S>) -> Self {
        let plain =
            |domain: S| domain.as_ref().trim().trim_start_matches('@').trim_end_matches('.').to_ascii_lowercase();
        WhiteList { domains: domains.into_iter().map(plain).filter(|domain| !domain.is_empty()).collect() }
    }

    /// Whether one may write to this domain. Patients' is always in.
    #[must_use]
    pub fn allows(&self, domain: &str) -> bool {
        let domain = domain.to_ascii_lowercase();
        domain == PATIENTS || self.domains.contains(&domain)
    }

    /// How many domains there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.domains.len()
    }

    /// Whether there is none, as when the list could not be fetched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty()
    }
}

/// Why a message may not leave.
#[derive(Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody to send it to.
    NoRecipient,
    /// This is not an address.
    NotAnAddress {
        /// What stands there.
        address: String,
    },
    /// Outside MSSanté.
    OutsideMssante {
        /// The address.
        address: String,
    },
    /// The list of MSSanté's domains is not known, so nobody can be written to but patients.
    NoWhiteList,
    /// A patient's address with a number that is none.
    NotAPatient {
        /// The address.
        address: String,
        /// What is wrong with it.
        why: WrongIns,
    },
    /// More recipients than allowed.
    TooManyRecipients {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Larger than allowed.
    TooLarge {
        /// Size, in bytes, as encoded.
        size: u64,
        /// Limit, in bytes.
        limit: u64,
    },
    /// Larger than a patient's space takes.
    TooLargeForPatient {
        /// Size, in bytes, as encoded.
        size: u64,
        /// Limit, in bytes.
        limit: u64,
    },
}

/// What a person is asked before a message leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Neither text nor document: really send it?
    Empty,
    /// No subject.
    NoSubject,
    /// An answer in a thread that was ended: the patient was told that no answer comes there any more.
    ClosedThread,
    /// A patient's address, which is a number of health insurance, would be seen by the others.
    PatientSeenByOthers,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoRecipient => "NoRecipient",
            Refusal::NotAnAddress { .. } => "NotAnAddress",
            Refusal::OutsideMssante { .. } => "OutsideMssante",
            Refusal::NoWhiteList => "NoWhiteList",
            Refusal::NotAPatient { why: WrongIns::Length, .. } => "NotAPatient(Length)",
            Refusal::NotAPatient { why: WrongIns::Characters, .. } => "NotAPatient(Characters)",
            Refusal::NotAPatient { why: WrongIns::Key, .. } => "NotAPatient(Key)",
            Refusal::TooManyRecipients { .. } => "TooManyRecipients",
            Refusal::TooLarge { .. } => "TooLarge",
            Refusal::TooLargeForPatient { .. } => "TooLargeForPatient",
        })
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Reasons why it may not leave.
    pub refusals: Vec<Refusal>,
    /// Questions to ask first.
    pub questions: Vec<Question>,
}

impl Verdict {
    /// Whether it may leave without a word.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.refusals.is_empty() && self.questions.is_empty()
    }
}

/// What is wrong with one address, as soon as it is chosen.
#[must_use]
pub fn check_address(address: &str, white_list: &WhiteList) -> Option<Refusal> {
    let text = || address.to_owned();
    if is_patient(address) {
        return check_ins(address).err().map(|why| Refusal::NotAPatient { address: text(), why });
    }
    if !is_address(address) {
        return Some(Refusal::NotAnAddress { address: text() });
    }
    if white_list.is_empty() {
        return Some(Refusal::NoWhiteList);
    }
    let inside = address::domain(address).is_some_and(|domain| white_list.allows(domain));
    (!inside).then(|| Refusal::OutsideMssante { address: text() })
}

/// Checks a message; `size` is that of [`super::Built::raw`], or [`Outgoing::estimated_size`].
#[must_use]
pub fn check(message: &Outgoing, size: u64, white_list: &WhiteList, limits: &Limits) -> Verdict {
    let mut verdict = Verdict::default();
    let count = message.recipients().count();
    if count == 0 {
        verdict.refusals.push(Refusal::NoRecipient);
    }
    if count > limits.recipients {
        verdict.refusals.push(Refusal::TooManyRecipients { count, limit: limits.recipients });
    }
    for person in message.recipients() {
        let refusal = check_address(&person.address, white_list);
        verdict.refusals.extend(refusal.filter(|refusal| !verdict.refusals.contains(refusal)));
    }
    let patients = message.recipients().filter(|person| is_patient(&person.address)).count();
    if size > limits.message {
        verdict.refusals.push(Refusal::TooLarge { size, limit: limits.message });
    } else if patients > 0 && size > limits.patient {
        verdict.refusals.push(Refusal::TooLargeForPatient { size, limit: limits.patient });
    }
    if message.text.trim().is_empty() && message.attachments.is_empty() {
        verdict.questions.push(Question::Empty);
    }
    if message.subject.trim().is_empty() {
        verdict.questions.push(Question::NoSubject);
    }
    if message.thread.closed && patients > 0 {
        verdict.questions.push(Question::ClosedThread);
    }
    if patients > 0 && count > 1 {
        verdict.questions.push(Question::PatientSeenByOthers);
    }
    verdict
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::super::build::tester;
    use super::super::outgoing::{Attachment, Recipient};
    use super::*;

    const PATIENT: &str = "279035121518989@patient.mssante.fr";

    fn list() -> WhiteList {
        WhiteList::new(["mss.test", "@Medecin.MSSante.fr ", "ch-dax.mssante.fr.", ""])
    }

    fn message(addresses: &[&str]) -> Outgoing {
        let mut message = Outgoing::new(tester(), "nil");
        message.to = addresses.iter().map(|a| Recipient { address: (*a).into(), label: String::new() }).collect();
        message.subject = "Bonjour".into();
        message.text = "Bonjour".into();
        message
    }

    fn verdict(message: &Outgoing, size: u64) -> Verdict {
        check(message, size, &list(), &Limits::default())
    }

    #[test]
    fn only_domains_of_mssante_are_written_to() {
        assert_eq!(list().len(), 3);
        for good in ["a@mss.test", "A@MSS.TEST", "b@medecin.mssante.fr", "c@ch-dax.mssante.fr", PATIENT] {
            assert!(verdict(&message(&[good]), 1000).is_clear(), "{good}");
        }
        for outside in ["a@gmail.com", "a@evil.mss.test", "a@notmss.test", "a@mss.test.evil.example"] {
            let refusal = Refusal::OutsideMssante { address: outside.into() };
            assert_eq!(verdict(&message(&[outside]), 1000).refusals, [refusal], "{outside}");
        }
        let broken = Refusal::NotAnAddress { address: "a b@mss.test".into() };
        assert_eq!(verdict(&message(&["a@mss.test", "a b@mss.test"]), 1000).refusals, [broken]);
        assert_eq!(verdict(&message(&[]), 1000).refusals, [Refusal::NoRecipient]);
    }

    #[test]
    fn without_the_list_nobody_is_outside_it() {
        let none = WhiteList::default();
        assert_eq!(check_address("a@mss.test", &none), Some(Refusal::NoWhiteList));
        assert_eq!(check_address(PATIENT, &none), None);
        let two = check(&message(&["a@mss.test", "b@mss.test"]), 1000, &none, &Limits::default());
        assert_eq!(two.refusals, [Refusal::NoWhiteList]);
    }

    #[test]
    fn a_patient_has_a_number() {
        for (address, why) in [
            ("2790351215189@patient.mssante.fr", WrongIns::Length),
            ("279035121518980@patient.mssante.fr", WrongIns::Key),
            ("prenom.nom.1234@PATIENT.mssante.fr", WrongIns::Characters),
        ] {
            let refusal = Refusal::NotAPatient { address: address.into(), why };
            assert_eq!(verdict(&message(&[address]), 1000).refusals, [refusal]);
        }
        let two = verdict(&message(&[PATIENT, "a@mss.test"]), 1000);
        assert_eq!((two.refusals.len(), two.questions), (0, vec![Question::PatientSeenByOthers]));
        let mut answer = message(&[PATIENT]);
        answer.thread.closed = true;
        assert_eq!(verdict(&answer, 1000).questions, [Question::ClosedThread]);
    }

    #[test]
    fn size_and_number_are_limited() {
        let limit = Limits::default().message;
        assert!(verdict(&message(&["a@mss.test"]), limit).is_clear());
        let refusals = verdict(&message(&["a@mss.test"]), limit + 1).refusals;
        assert_eq!(refusals, [Refusal::TooLarge { size: limit + 1, limit }]);
        let wide = Limits { message: 50_000_000, ..Limits::default() };
        let size = 25_000_001;
        let to_patient = check(&message(&[PATIENT]), size, &list(), &wide);
        assert_eq!(to_patient.refusals, [Refusal::TooLargeForPatient { size, limit: 25_000_000 }]);
        assert!(check(&message(&["a@mss.test"]), size, &list(), &wide).is_clear());
        let crowd: Vec<String> = (0..31).map(|n| format!("a{n}@mss.test")).collect();
        let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
        assert_eq!(verdict(&message(&crowd), 1000).refusals, [Refusal::TooManyRecipients { count: 31, limit: 30 }]);
    }

    #[test]
    fn an_empty_message_is_asked_about() {
        let mut empty = message(&["a@mss.test"]);
        empty.text = " \n".into();
        empty.quoted = "> avant".into();
        assert_eq!(verdict(&empty, 1000).questions, [Question::Empty]);
        empty.attachments = vec![Attachment { bytes: Zeroizing::new(vec![1]), ..Attachment::default() }];
        empty.subject = String::new();
        assert_eq!(verdict(&empty, 1000).questions, [Question::NoSubject]);
    }

    #[test]
    fn a_refusal_names_nobody_when_printed() {
        let printed = format!("{:?} {:?}", verdict(&message(&["a@gmail.com", "x@patient.mssante.fr"]), 1000), list());
        assert!(!printed.contains('@') && !printed.contains("gmail"), "{printed}");
    }
}
