//! The people of the test site and the certificates on their cards.
//!
//! Subjects have the shape of real ones: country, organisation, a unit, then ONE relative name
//! with four values (surname, given name, national identifier, title), which many parsers miss.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::authority::{Authority, Leaf, Life, PAST, PRESENT, openssl};

/// Which generation of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IAS-ECC, PKCS#1 signatures only.
    Cps3,
    /// NXP ChipDoc, raw RSA and PSS.
    Cps4,
}

/// One card: who holds it and what is printed on it.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// Name of the folder under `cards/`.
    pub profile: &'static str,
    /// Generation.
    pub family: Family,
    /// Surname, in capitals as cards carry it.
    pub surname: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Profession.
    pub title: &'static str,
    /// National identifier: 12 digits, `8` then the RPPS number.
    pub national_id: &'static str,
    /// What the middleware shows as the card's number (PKCS#15 TokenInfo label).
    pub label: &'static str,
    /// The 8 digits of EF.SN.ICC, which are another number.
    pub serial: &'static str,
    /// Whether there is an authentication key and certificate at all.
    pub authenticates: bool,
}

const fn cps3(
    profile: &'static str,
    surname: &'static str,
    given_name: &'static str,
    title: &'static str,
    national_id: &'static str,
    number: (&'static str, &'static str),
) -> Card {
    Card {
        profile,
        family: Family::Cps3,
        surname,
        given_name,
        title,
        national_id,
        label: number.0,
        serial: number.1,
        authenticates: true,
    }
}

/// Every card of the test site. Invented people.
pub const CARDS: [Card; 7] = [
    cps3("doctor", "TOURNESOL", "Tryphon", "Médecin", "899700012345", ("CPS3v3-3100422868", "99213845")),
    cps3("nurse", "CASTAFIORE", "Bianca", "Infirmier", "899700054321", ("CPS3v3-3100422869", "99213846")),
    cps3("expired", "LAMPION", "Séraphin", "Pharmacien", "899700011111", ("CPS3v3-2600971845", "99213847")),
    cps3("revoked", "BERGAMOTTE", "Hippolyte", "Médecin", "899700022222", ("CPS3v3-2600971846", "99213848")),
    cps3("unknown", "RASTAPOPOULOS", "Roberto", "Médecin", "899700033333", ("CPS3v3-3100422870", "99213849")),
    Card {
        family: Family::Cps4,
        ..cps3("cps4", "KROLLSPELL", "Hans", "Médecin", "899700067890", ("CPS4v1-4100422868", "99213850"))
    },
    // A trainee's card: it can sign, there is nothing on it to open a session with.
    Card {
        authenticates: false,
        ..cps3("cpf", "ABDALLAH", "Ben Kalish", "Etudiant", "099700044444", ("CPF3v3-3100422871", "99213851"))
    },
];

/// Keys of all cards, relative to the directory.
pub fn key_names() -> Vec<String> {
    let mut names = Vec::new();
    for card in CARDS {
        if card.authenticates {
            names.push(format!("cards/{}/key.pem", card.profile));
        }
        names.push(format!("cards/{}/sign-key.pem", card.profile));
    }
    names
}

/// The cards' two-level authority, the stranger's, every card's certificates, revocation lists.
pub fn issue_all(dir: &Path) -> Result<()> {
    let root = Authority::root(dir, "card-root", "TEST AC RACINE IGC-SANTE FORT")?;
    let people = root.intermediate("card-ca", "TEST AC IGC-SANTE FORT PERSONNES")?;
    let stranger = Authority::root(dir, "card-stranger", "TEST AC INCONNUE PERSONNES")?;

    for card in CARDS {
        let authority = if card.profile == "unknown" { &stranger } else { &people };
        let life = if card.profile == "expired" { PAST } else { PRESENT };
        if card.authenticates {
            issue(dir, authority, card, "", life)?;
        }
        issue(dir, authority, card, "sign-", life)?;
        fs::write(dir.join("cards").join(card.profile).join("profile.toml"), describe(card))?;
    }
    people.revoke("cards/revoked/cert")?;
    people.revoke("cards/revoked/sign-cert")?;

    let lists = people.revocations()? + &root.revocations()?;
    fs::write(dir.join("card-ca.crl.pem"), lists)?;
    let intermediate = dir.join("card-ca.pem");
    let both = fs::read_to_string(&intermediate)? + &fs::read_to_string(dir.join("card-root.pem"))?;
    Ok(fs::write(intermediate, both)?)
}

fn issue(dir: &Path, authority: &Authority, card: Card, kind: &str, life: Life) -> Result<()> {
    let home = dir.join("cards").join(card.profile);
    // The authority looks for `<stem>.key`; on a card's folder the key is called key.pem.
    let stem = format!("cards/{}/{kind}cert", card.profile);
    let key = dir.join(format!("{stem}.key"));
    fs::copy(home.join(format!("{kind}key.pem")), &key)?;
    authority.issue(&Leaf {
        stem: stem.clone(),
        subject: format!(
            "/C=FR/O=ASIP-SANTE/OU=318751275100020/SN={}+GN={}+CN={}+title={}",
            card.surname, card.given_name, card.national_id, card.title
        ),
        extensions: extensions(kind),
        life,
    })?;
    fs::remove_file(key)?;
    openssl(
        Command::new("openssl")
            .args(["x509", "-outform", "DER", "-in"])
            .arg(dir.join(format!("{stem}.pem")))
            .arg("-out")
            .arg(dir.join(format!("{stem}.der"))),
    )
}

fn extensions(kind: &str) -> String {
    let usage = if kind.is_empty() {
        "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,1.3.6.1.4.1.311.20.2.2\n"
    } else {
        "keyUsage=critical,nonRepudiation\n"
    };
    format!(
        "basicConstraints=critical,CA:FALSE\n{usage}subjectKeyIdentifier=hash\n\
         authorityKeyIdentifier=keyid\n\
         crlDistributionPoints=URI:http://igc-sante.psc.test/CRL/TEST-ACI-FO-PP.crl\n\
         authorityInfoAccess=caIssuers;URI:http://igc-sante.psc.test/AC/TEST-ACI-FO-PP.cer\n"
    )
}

fn describe(card: Card) -> String {
    format!(
        "family = \"{}\"\nsurname = \"{}\"\ngiven_name = \"{}\"\ntitle = \"{}\"\n\
         national_id = \"{}\"\nlabel = \"{}\"\nserial = \"{}\"\nauthenticates = {}\n",
        match card.family {
            Family::Cps3 => "cps3",
            Family::Cps4 => "cps4",
        },
        card.surname,
        card.given_name,
        card.title,
        card.national_id,
        card.label,
        card.serial,
        card.authenticates
    )
}
