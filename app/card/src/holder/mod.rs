//! Who holds the card, as its authentication certificate tells it (RFC 5280; IGC-Santé certificate profiles).
//!
//! The certificate's signature is not checked here: whoever the kiosk logs in to does that, and the card
//! proves its key in the handshake. The name read here greets a person; it grants nothing.

mod name;
mod profession;

use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) use name::clean;
pub use profession::Profession;

use crate::error::Error;
use name::Names;

/// The person on the authentication certificate.
///
/// Texts are cleaned for a screen: no control or direction characters, [`limits::TEXT`](crate::limits::TEXT)
/// characters at most.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// Family name; on a card not made out to a named person (CPE), its pseudonym. May be empty.
    pub family_name: String,
    /// Given name. May be empty.
    pub given_name: String,
    /// Profession or title on the certificate.
    pub profession: Option<Profession>,
    /// National identifier: 12 digits for a professional with an RPPS number (`8` and the number), other
    /// shapes for ADELI (`00B7010446`) and for employees (`3760021832/000000018`).
    pub national_id: Option<String>,
    /// The organisation the card was made out for, on cards of employees.
    pub organisation: Option<String>,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// Distinguished name of the issuer, for IT.
    pub issuer: String,
    /// Whether the issuer is a test authority.
    pub test: bool,
    /// First second of validity, Unix time.
    pub not_before: i64,
    /// Last second of validity, Unix time.
    pub not_after: i64,
}

/// Whether a certificate may be used at a given moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It may.
    Valid,
    /// No more.
    Expired {
        /// Its last second of validity, Unix time.
        since: i64,
    },
    /// Not yet: most often the kiosk's own clock is wrong.
    NotYet,
}

impl Holder {
    /// Reads a certificate, DER. Bytes after it (the file's padding) are left out.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is no certificate; [`Error::NoAuthenticationKey`] when its key usage does
    /// not allow a digital signature.
    pub fn from_certificate(der: &[u8]) -> Result<Self, Error> {
        let malformed = Error::Malformed("authentication certificate");
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| malformed.clone())?;
        let der = der.get(..der.len().saturating_sub(rest.len())).ok_or(malformed)?;
        if let Ok(Some(usage)) = certificate.key_usage()
            && !usage.value.digital_signature()
        {
            return Err(Error::NoAuthenticationKey);
        }
        let names = Names::read(certificate.subject());
        let issuer = certificate.issuer().to_string();
        Ok(Self {
            profession: names.profession.map(Profession::named),
            family_name: names.family_name,
            given_name: names.given_name,
            national_id: names.national_id,
            organisation: names.organisation,
            certificate: der.to_vec(),
            test: issuer.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("test")),
            issuer: clean(&issuer),
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
        })
    }

    /// Whether the certificate is valid at `now`, in seconds of Unix time.
    #[must_use]
    pub fn validity(&self, now: i64) -> Validity {
        if now > self.not_after {
            Validity::Expired { since: self.not_after }
        } else if now < self.not_before {
            Validity::NotYet
        } else {
            Validity::Valid
        }
    }

    /// The 11 digits of the RPPS number, when the national identifier is one.
    #[must_use]
    pub fn rpps(&self) -> Option<&str> {
        let id = self.national_id.as_deref()?;
        let number = id.strip_prefix('8')?;
        (number.len() == 11 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
    }
}

/// A name, a number and a certificate name a person: none of them is ever printed.
impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Holder").field("test", &self.test).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::simulated::certificate::{self, Certificate};

    fn doctor() -> Certificate {
        Certificate {
            subject: vec![
                vec![(certificate::COUNTRY, "FR")],
                vec![(certificate::TITLE, "Médecin")],
                vec![
                    (certificate::COMMON_NAME, "899700218896"),
                    (certificate::SURNAME, "SPECIALISTE0021889"),
                    (certificate::GIVEN_NAME, "ROBERT"),
                ],
            ],
            ..Certificate::default()
        }
    }

    #[test]
    fn a_doctor_with_a_multi_valued_name_is_read_whole() {
        let der = doctor().der();
        let holder = Holder::from_certificate(&der).unwrap();
        assert_eq!((&*holder.family_name, &*holder.given_name), ("SPECIALISTE0021889", "ROBERT"));
        assert_eq!(holder.national_id.as_deref(), Some("899700218896"));
        assert_eq!(holder.rpps(), Some("99700218896"));
        let profession = holder.profession.clone().unwrap();
        assert_eq!((&*profession.label, profession.code), ("Médecin", Some(10)));
        assert_eq!(holder.certificate, der);
        assert!(holder.test);
    }

    #[test]
    fn padding_after_the_certificate_is_left_out() {
        let der = doctor().der();
        let padded = [der.clone(), vec![0; 40]].concat();
        assert_eq!(Holder::from_certificate(&padded).unwrap().certificate, der);
    }

    #[test]
    fn validity_includes_its_first_and_last_second() {
        let holder = Holder::from_certificate(&doctor().der()).unwrap();
        // 2024-01-01 and 2027-01-01, midnight UTC.
        assert_eq!((holder.not_before, holder.not_after), (1_704_067_200, 1_798_761_600));
        assert_eq!(holder.validity(holder.not_before - 1), Validity::NotYet);
        assert_eq!(holder.validity(holder.not_before), Validity::Valid);
        assert_eq!(holder.validity(holder.not_after), Validity::Valid);
        let since = holder.not_after;
        assert_eq!(holder.validity(since + 1), Validity::Expired { since });
    }

    #[test]
    fn a_certificate_that_may_not_sign_is_no_way_to_log_in() {
        // keyEncipherment only.
        let der = Certificate { key_usage: Some([0x05, 0x20]), ..doctor() }.der();
        assert_eq!(Holder::from_certificate(&der), Err(Error::NoAuthenticationKey));
        let der = Certificate { key_usage: Some([0x07, 0x80]), ..doctor() }.der();
        assert!(Holder::from_certificate(&der).is_ok());
    }

    #[test]
    fn a_holder_never_prints_a_name_or_a_number() {
        let printed = format!("{:?}", Holder::from_certificate(&doctor().der()).unwrap());
        assert_eq!(printed, "Holder { test: true, .. }");
    }

    #[test]
    fn bytes_that_are_no_certificate_are_refused() {
        for bytes in [&[][..], &[0x30, 0x82, 0xFF, 0xFF], b"-----BEGIN CERTIFICATE-----"] {
            assert!(matches!(Holder::from_certificate(bytes), Err(Error::Malformed(_))));
        }
    }
}
