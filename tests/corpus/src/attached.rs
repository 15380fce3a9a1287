//! What comes with a letter, and how it is named.

use crate::write::{PDF, PNG, ZIP, base64, crlf, file, head, html, multipart, plain};
use crate::{Sample, sample, small};

fn with(parts: &[String]) -> Vec<u8> {
    let mut all = vec![plain("Voir la pièce jointe.")];
    all.extend_from_slice(parts);
    crlf(
        &(head("Pièce jointe").replace("Pièce jointe", "=?utf-8?q?Pi=C3=A8ce_jointe?=")
            + &multipart("mixed", "b1", &all)),
    )
}

fn named(disposition: &str) -> Vec<u8> {
    with(&[file("application/pdf", disposition, PDF)])
}

/// A message in a message, so many times.
fn nested(levels: usize) -> String {
    let mut message = "Subject: Tout au fond\nFrom: zoe@mss.test\n\nLe dernier message.\n".to_owned();
    for level in 1..levels {
        message = format!(
            "Subject: Niveau {level}\nFrom: zoe@mss.test\nMIME-Version: 1.0\n{}",
            multipart(
                "mixed",
                &format!("n{level}"),
                &[plain(&format!("Niveau {level}.")), format!("Content-Type: message/rfc822\n\n{message}")]
            )
        );
    }
    message
}

pub(crate) fn samples() -> Vec<Sample> {
    vec![
        small("attached-name-2231", "A name in the form of RFC 2231", named("filename*=UTF-8''Compte%20rendu%20op%C3%A9ratoire.pdf")),
        small("attached-name-2231-pieces", "A name in pieces, cut in the middle of a letter", named("filename*0*=UTF-8''Compte%20rendu%20op%C3;\n filename*1*=%A9ratoire%20de%20; filename*2=\"Mme Lampion.pdf\"")),
        small("attached-name-2231-latin-1", "A name in Latin-1", named("filename*=iso-8859-1'fr'R%E9sultats.pdf")),
        small("attached-name-2047", "A name in an encoded word, which is forbidden and common", named("filename=\"=?iso-8859-1?Q?R=E9sultats_du_12.pdf?=\"")),
        small("attached-name-both", "A plain name and a better one", named("filename=\"Resultats.pdf\"; filename*=UTF-8''R%C3%A9sultats.pdf")),
        small("attached-name-8-bit", "A name in raw UTF-8, without quotation marks", named("filename=Résultats du 12 mars.pdf")),
        small("attached-name-path", "A name with a path", named("filename=\"C:\\Users\\bianca\\..\\..\\Windows\\CR.pdf\"")),
        small("attached-name-override", "A program that looks like a PDF", with(&[file("application/octet-stream", "filename=\"facture\u{202E}fdp.exe\"", b"MZ\x90\0\x03\0\0\0")])),
        small("attached-name-long", "A name of 600 characters", named(&format!("filename=\"{}.pdf\"", "compte rendu ".repeat(46)))),
        small("attached-name-missing", "Documents without a name", with(&[
            format!("Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n{}", base64(PDF)),
            format!("Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n{}", base64(PNG)),
            "Content-Type: application/x-inconnu\n\nx".into(),
        ])),
        small("attached-name-same", "Two documents of one name", with(&[file("application/pdf", "filename=CR.pdf", PDF), file("application/pdf", "filename=CR.pdf", PDF)])),
        small("attached-wrong-type", "A program under the name and type of a PDF", with(&[file("application/pdf", "filename=CR.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0")])),
        small("attached-octet-stream", "A PDF that says it is anything", with(&[file("application/octet-stream", "filename=CR.pdf", PDF)])),
        small("attached-empty", "A document of no bytes", with(&[file("application/pdf", "filename=vide.pdf", b"")])),
        small("attached-only", "A PDF and nothing else: no multipart", crlf(&(head("Seul") + &file("application/pdf", "filename=CR.pdf", PDF)))),
        small("attached-winmail", "winmail.dat of Outlook (TNEF)", with(&[file("application/ms-tnef; name=winmail.dat", "filename=winmail.dat", b"\x78\x9F\x3E\x22\x01\0\x01\x90\x08\0\x04\0\0\0\0\0\x01\0\x01\0\x01\x07\x90\x06\0\x08\0\0\0\xE4\x04\0\0")])),
        small("attached-winmail-no-name", "TNEF without a name", with(&[format!("Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n{}", base64(b"\x78\x9F\x3E\x22\x01\0\x01\x90\x08\0\x04\0"))])),
        small("attached-message", "A message in a message", with(&[format!("Content-Type: message/rfc822\nContent-Disposition: attachment\n\n{}", nested(1))])),
        small("attached-message-base64", "A message in a message, in base64, which is forbidden", with(&[format!("Content-Type: message/rfc822; name=\"Message joint.eml\"\nContent-Transfer-Encoding: base64\n\n{}", base64(nested(2).as_bytes()))])),
        sample("attached-message-30", "A message in a message, thirty times", || with(&[format!("Content-Type: message/rfc822\n\n{}", nested(30))])),
        small("attached-message-no-subject", "A message without a subject in a message", with(&["Content-Type: message/rfc822\n\nFrom: zoe@mss.test\n\nSans sujet.".into()])),
        small("attached-vcard", "A visiting card and an invitation", with(&[
            "Content-Type: text/vcard; charset=utf-8; name=bianca.vcf\n\nBEGIN:VCARD\nVERSION:3.0\nFN:Bianca CASTAFIORE\nEND:VCARD".into(),
            "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR".into(),
        ])),
        small("attached-text", "A text that is attached, and one that only has a name", with(&[
            "Content-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=notes.txt\n\nNotes.".into(),
            "Content-Type: text/plain; charset=utf-8; name=suite.txt\n\nSuite.".into(),
        ])),
        small("attached-html-page", "A page that is attached", with(&["Content-Type: text/html; name=page.html\nContent-Disposition: attachment; filename=page.html\n\n<h1>Page</h1>".into()])),
        small("attached-logo", "A logo in the text of an HTML letter", crlf(&(head("Logo") + &multipart("related", "b1", &[
            html("<p>Bonjour,</p><p>Voir le logo.</p><img src='cid:logo@mss' alt='Logo du CH'>"),
            format!("Content-Type: image/png; name=logo.png\nContent-ID: <logo@mss>\nContent-Disposition: inline; filename=logo.png\nContent-Transfer-Encoding: base64\n\n{}", base64(PNG)),
        ])))),
        small("attached-photo-pasted", "A photograph of a wound pasted into the text, as Apple Mail does", crlf(&(head("Photo") + &multipart("mixed", "b1", &[
            html("<p>Voici la plaie&nbsp;:</p>"),
            format!("Content-Type: image/jpeg; name=IMG_0042.jpeg\nContent-Disposition: inline; filename=IMG_0042.jpeg\nContent-Transfer-Encoding: base64\n\n{}", base64(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0")),
            html("<p>Qu'en pensez-vous&nbsp;?</p>"),
        ])))),
        small("attached-xdm", "IHE_XDM.ZIP and its PDF", with(&[file("application/zip; name=IHE_XDM.ZIP", "filename=IHE_XDM.ZIP", ZIP), file("application/pdf", "filename=\"2026-03-12_CR_LAMPION_Seraphin.pdf\"", PDF)])),
        small("attached-office", "Word old and new, a spreadsheet, DICOM, an archive", with(&[
            file("application/msword", "filename=courrier.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            file("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "filename=courrier.docx", b"PK\x03\x04\x14\0\x06\0"),
            file("text/csv", "filename=suivi.csv", b"date;poids\n12/03;72\n"),
            file("application/dicom", "filename=IM1.dcm", &[[0; 128].as_slice(), b"DICM"].concat()),
            file("application/x-7z-compressed", "filename=images.7z", b"7z\xBC\xAF\x27\x1C"),
        ])),
        small("attached-cut", "A document cut by a gateway", {
            let mut raw = named("filename=CR.pdf");
            raw.truncate(raw.len() - 90);
            raw
        }),
        sample("attached-500", "Five hundred documents: 200 are listed", || {
            let many: Vec<String> = (0..500).map(|n| file("application/pdf", &format!("filename={n}.pdf"), PDF)).collect();
            with(&many)
        }),
    ]
}
