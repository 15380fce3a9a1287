//! Signed and encrypted mail. The files in `fixtures` were made by the `openssl` program as `fixtures/make` does it;
//! nobody vouches for their authority.

use crate::write::{base64, crlf, head, multipart, plain};
use crate::{Sample, small};

pub(crate) fn samples() -> Vec<Sample> {
    let signed = include_bytes!("../fixtures/signed.eml").to_vec();
    let text = String::from_utf8_lossy(&signed).into_owned();
    vec![
        small("sealed-signed", "Signed, by an authority nobody knows here", signed),
        small("sealed-signed-changed", "Signed, and changed on the way", text.replace("1 comprimé", "9 comprimés").into_bytes()),
        small("sealed-signed-whole", "Signed as a whole (smime.p7m): the text is inside", include_bytes!("../fixtures/opaque.eml").to_vec()),
        small("sealed-encrypted", "Encrypted for somebody else", include_bytes!("../fixtures/encrypted.eml").to_vec()),
        small("sealed-signature-garbage", "A signature of random bytes", crlf(&(head("Signature") + &multipart("signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256", "b1", &[
            plain("Le texte reste lisible."),
            format!("Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\n{}", base64(b"ceci n'est pas une signature")),
        ])))),
        small("sealed-p7m-garbage", "A smime.p7m of random bytes", crlf(&format!("{}Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n{}\n", head("P7M"), base64(b"ceci n'est pas un message")))),
        small("sealed-pgp-signed", "Signed with OpenPGP, which is not verified", crlf(&(head("PGP") + &multipart("signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256", "b1", &[
            plain("Le texte est lisible."),
            "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n".into(),
        ])))),
        small("sealed-pgp-encrypted", "Encrypted with OpenPGP", crlf(&(head("PGP") + &multipart("encrypted; protocol=\"application/pgp-encrypted\"", "b1", &[
            "Content-Type: application/pgp-encrypted\n\nVersion: 1\n".into(),
            "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n".into(),
        ])))),
        small("sealed-part-signed", "Only a part is signed, with text around it", crlf(&(head("Partie") + &multipart("mixed", "b0", &[
            plain("Ce texte n'est pas signé."),
            multipart("signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256", "b1", &[plain("Celui-ci l'est peut-être."), format!("Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\n{}", base64(b"x"))]),
        ])))),
    ]
}
