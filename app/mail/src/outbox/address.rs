//! Addresses that may stand in an envelope, and those of patients.

/// Domain of patients' mailboxes: Mon espace santé.
const PATIENTS: &str = "patient.mssante.fr";

/// Whether this can be an address: a local part without quotes, and a domain (RFC 5321 section 4.1.2; letters beyond
/// ASCII before the `@` as RFC 6531 allows). Nothing that passes can end a command or a header field.
pub(super) fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain))
}

/// The domain of an address.
pub(super) fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

/// Whether two addresses are one mailbox. Case counts nowhere in MSSanté.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase()
}

/// Whether an address is a patient's.
#[must_use]
pub fn is_patient(address: &str) -> bool {
    domain(address).is_some_and(|domain| domain.eq_ignore_ascii_case(PATIENTS))
}

fn is_local(text: &str) -> bool {
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
    };
    (1..=64).contains(&text.len()) && text.split('.').all(|part| !part.is_empty() && part.chars().all(plain))
}

fn is_domain(text: &str) -> bool {
    let plain = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=253).contains(&text.len()) && text.split('.').all(plain)
}

/// What is wrong with the number in a patient's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongIns {
    /// Not fifteen characters. Thirteen is the number without its key, an old form.
    Length,
    /// Not digits, but for 2A and 2B of Corsica.
    Characters,
    /// The key does not fit the number: a digit is wrong, and this could be nobody, or somebody else.
    Key,
}

/// Checks the matricule INS before the `@`: thirteen characters and a key of two, 97 less the number modulo 97.
///
/// # Errors
/// [`WrongIns`].
pub fn check_ins(address: &str) -> Result<(), WrongIns> {
    let ins = address.rsplit_once('@').map_or(address, |(local, _)| local);
    if ins.chars().count() != 15 {
        return Err(WrongIns::Length);
    }
    let (number, key) = ins.split_at_checked(13).ok_or(WrongIns::Characters)?;
    let (before, rest) = number.split_at_checked(5).ok_or(WrongIns::Characters)?;
    let (department, after) = rest.split_at_checked(2).ok_or(WrongIns::Characters)?;
    // Corsica counts as 19 (2A) and 18 (2B).
    let department = match department.to_ascii_uppercase().as_str() {
        "2A" => "19".to_owned(),
        "2B" => "18".to_owned(),
        other => other.to_owned(),
    };
    let digits = format!("{before}{department}{after}");
    if !digits.bytes().chain(key.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(WrongIns::Characters);
    }
    let (number, key): (u64, u64) = match (digits.parse(), key.parse()) {
        (Ok(number), Ok(key)) => (number, key),
        _ => return Err(WrongIns::Characters),
    };
    if key == 97 - number % 97 { Ok(()) } else { Err(WrongIns::Key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_plain_ones() {
        for good in
            ["a@mss.test", "prénom.nom@mss.test", "a+b_c'd@x-y.mssante.fr", "279035121518989@patient.mssante.fr"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@mss.test",
            "a@",
            "a@b@",
            "a b@mss.test",
            "a@mss test",
            "a@-b.test",
            "a..b@mss.test",
            ".a@mss.test",
            "\"a\"@mss.test",
            "a@mss..test",
            "a>@mss.test",
            "a,b@mss.test",
            "a@mss.test\r\nX: y",
            "a\u{202E}b@mss.test",
            "a@exämple.test",
            "a(b)@mss.test",
            "a@[127.0.0.1]",
            "a@mss.test>",
            "<a@mss.test",
            "a;@mss.test",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(!is_address(&format!("{}@mss.test", "a".repeat(65))));
    }

    #[test]
    fn one_mailbox_whatever_the_case() {
        assert!(is_same("Zoé@MSS.test", "zoÉ@mss.TEST") && !is_same("zoe@mss.test", "zoé@mss.test"));
        assert!(is_patient("279035121518989@Patient.MSSante.fr") && !is_patient("a@patient.mssante.fr.evil.test"));
    }

    #[test]
    fn a_patient_number_has_fifteen_characters_and_a_key() {
        let check = |ins: &str| check_ins(&format!("{ins}@{PATIENTS}"));
        assert_eq!(check("279035121518989"), Ok(()));
        // 2A and 2B, worked out by hand: 97 - 1840119123456 mod 97 and 97 - 1840118123456 mod 97.
        assert_eq!(check(&format!("184012A123456{:02}", 97 - 1_840_119_123_456_u64 % 97)), Ok(()));
        assert_eq!(check(&format!("184012b123456{:02}", 97 - 1_840_118_123_456_u64 % 97)), Ok(()));
        assert_eq!(check("2790351215189"), Err(WrongIns::Length));
        assert_eq!(check("279035121518988"), Err(WrongIns::Key));
        assert_eq!(check("279035121518998"), Err(WrongIns::Key));
        assert_eq!(check("279035121518980"), Err(WrongIns::Key));
        assert_eq!(check("27903C121518989"), Err(WrongIns::Characters));
        assert_eq!(check("prenom.nom.abcd"), Err(WrongIns::Characters));
        assert_eq!(check("éééééééééééééé1"), Err(WrongIns::Characters));
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in "\\PC{0,40}") {
            let _ = (is_address(&text), check_ins(&text), is_patient(&text));
        }

        #[test]
        fn an_address_never_holds_what_ends_a_field(text in "[ -~\\r\\né]{1,12}@[ -~\\r\\né.]{1,12}") {
            if is_address(&text) {
                prop_assert!(!text.contains(['\r', '\n', ' ', '<', '>', ',', ';', ':', '"', '(', ')', '\\']));
            }
        }
    }
}
