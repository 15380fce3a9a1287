//! Mail addresses and their domains, as narrow as MSSanté uses them.

use url::Host;

/// RFC 5321 §4.5.3.1.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;

/// The local part and the domain of an address that can stand in a header and in an SMTP command as it is: a dot-atom
/// (RFC 5322 §3.2.3) at a domain. Quoted local parts and letters outside ASCII before the @ are not in use at MSSanté
/// (inferred).
pub(crate) fn parts(address: &str) -> Option<(&str, &str)> {
    let (local, domain) = address.rsplit_once('@')?;
    let whole = address.len() <= LONGEST && (1..=LONGEST_LOCAL).contains(&local.len());
    let atoms = local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
    (whole && atoms && canonical(domain).is_some()).then_some((local, domain))
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// A domain in the one form domains are compared in: lower case, ASCII (UTS 46). The white list holds some with
/// accents (documented, zehome/mssantelisteblanche). None if it is no domain of at least two labels.
pub(crate) fn canonical(domain: &str) -> Option<String> {
    // Checked before the conversion, which knows percent signs and full stops of other scripts.
    let allowed = domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if !allowed || domain.is_empty() || domain.len() > LONGEST_DOMAIN {
        return None;
    }
    let Ok(Host::Domain(ascii)) = Host::parse(domain) else { return None };
    let labels = ascii.split('.').all(|label| (1..=63).contains(&label.len()));
    (labels && ascii.contains('.') && ascii.len() <= LONGEST_DOMAIN).then_some(ascii)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_address_is_cut_at_its_last_at_sign() {
        assert_eq!(parts("bianca.castafiore@mss.test").unwrap(), ("bianca.castafiore", "mss.test"));
        assert_eq!(parts("o'hara+x@Medecin.MSSante.fr").unwrap().1, "Medecin.MSSante.fr");
    }

    #[test]
    fn what_would_break_out_of_a_command_is_no_address() {
        for text in [
            "",
            "mss.test",
            "@mss.test",
            "a@",
            "a@b",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a b@mss.test",
            "a@mss.test>",
            "a\r\nRCPT TO:<x@y.z>@mss.test",
            "\"a b\"@mss.test",
            "a@b@mss.test",
            "a..b@mss.test",
            ".a@mss.test",
            "a.@mss.test",
            "é@mss.test",
            "a@mss%2Etest",
            "a@mss。test",
            "a@mss.test.",
            "a@.mss.test",
            "a@mss..test",
            "a@mss.test/",
            "a@mss.test:25",
        ] {
            assert!(parts(text).is_none(), "{text:?}");
        }
        assert!(parts(&format!("{}@mss.test", "a".repeat(65))).is_none());
        assert!(parts(&format!("a@{}.test", "b".repeat(250))).is_none());
    }

    #[test]
    fn a_domain_has_one_form_whatever_its_case_and_script() {
        assert_eq!(canonical("UC-CMP.mssante.fr").unwrap(), "uc-cmp.mssante.fr");
        assert_eq!(canonical("hôpital.mssante.fr").unwrap(), "xn--hpital-ixa.mssante.fr");
        assert_eq!(canonical("HÔPITAL.mssante.fr"), canonical("XN--HPITAL-IXA.mssante.fr"));
    }
}
