//! The white list, in the shape the ANS publishes it.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use crate::DOMAINS;

/// The document and its version.
pub(crate) struct White {
    body: Mutex<(Vec<u8>, String)>,
}

impl White {
    pub(crate) fn new() -> Self {
        let white = Self { body: Mutex::default() };
        white.publish(document(&DOMAINS));
        white
    }

    pub(crate) fn publish(&self, body: Vec<u8>) {
        let etag = format!("\"{:x}\"", RandomState::new().hash_one(&body));
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = (body, etag);
    }

    pub(crate) fn get(&self) -> (Vec<u8>, String) {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One row a domain, a second one for the first of them (operators have several certificates), and a signature that
/// signs nothing.
pub(crate) fn document(domains: &[&str]) -> Vec<u8> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListeBlancheMSSante xmlns=\"https://listeblanche.mssante.fr/schema\">\n    \
         <DateDeGeneration>2026-08-01T06:00:00Z</DateDeGeneration>\n    <ListeDomaines>\n",
    );
    for (n, domain) in domains.iter().chain(domains.first()).enumerate() {
        xml.push_str(&format!(
            "        <Domaine>\n            <Nom>{domain}</Nom>\n            \
             <Description>Domaine de messagerie MSSanté d'essai</Description>\n            \
             <DNCertificatOperateur>CN=smtp-{n}.{domain},OU=318310021300028,O=GIP D'ESSAI,ST=Bouches-du-Rhône \
             (13),C=FR</DNCertificatOperateur>\n            \
             <ResponsableContact>01 99 00 42 42, responsable@essai.example\n</ResponsableContact>\n            \
             <SupportContact>01 99 00 42 42, support@essai.example</SupportContact>\n            \
             <DateMAJ>2025-03-13T14:54:10Z</DateMAJ>\n        </Domaine>\n",
        ));
    }
    xml.push_str(
        "    </ListeDomaines>\n<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>\
         <Reference URI=\"\"><DigestValue>ZXNzYWk=</DigestValue></Reference></SignedInfo>\
         <SignatureValue>ZXNzYWk=</SignatureValue></Signature></ListeBlancheMSSante>\n",
    );
    xml.into_bytes()
}
