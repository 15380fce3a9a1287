//! One line a document, and what it says.

use papers::cda::{self, NIR_TEST};
use papers::people::{LAMPION, LE_GOFF, ROUSSEAU};
use papers::{pdf, xdm};

use super::{mailed, one, pages, read};
use crate::day::Day;
use crate::reading::{Face, Kind, Register, Sex};

#[test]
fn a_laboratory_report_is_one_line_with_its_counts() {
    let (_, reading) = mailed(&[("IHE_XDM.ZIP", &xdm::of(&cda::biology(&LAMPION)))]);
    let [document] = &reading.documents[..] else { panic!("one line") };
    assert_eq!(document.title, "Compte rendu d’examens biologiques");
    assert_eq!(document.code.as_deref(), Some("11502-2"));
    assert_eq!(document.author, "Dr Gaston SANZOT, Laboratoire Sanzot");
    assert_eq!(document.date, Some(Day { year: 2026, month: 11, day: 21 }));
    assert_eq!((document.results, document.abnormal), (Some(6), Some(2)));
    assert_eq!(document.kind, Kind::Cda);
    assert_eq!(document.faces, [Face::Text]);
    assert_eq!(document.attachments, [0]);
    assert!(!document.altered && !document.restricted && document.refused.is_none());
}

#[test]
fn the_patient_is_told_with_his_qualified_ins() {
    let (_, reading) = mailed(&[("IHE_XDM.ZIP", &xdm::of(&cda::biology(&LAMPION)))]);
    let patient = reading.patient.unwrap();
    assert_eq!((patient.family.as_str(), patient.given.as_str()), ("LAMPION", "SÉRAPHIN"));
    assert_eq!(patient.born, Some(Day { year: 1956, month: 6, day: 4 }));
    assert!(patient.sex == Sex::Male);
    let ins = patient.ins.unwrap();
    assert_eq!(ins.value, LAMPION.ins());
    assert_eq!((ins.register, ins.qualified), (Register::Nir, true));
}

#[test]
fn an_ins_of_tests_or_without_its_traits_is_not_qualified() {
    let mut test = cda::biology(&LAMPION);
    test.register = NIR_TEST;
    let ins = mailed(&[("IHE_XDM.ZIP", &xdm::of(&test))]).1.patient.unwrap().ins.unwrap();
    assert_eq!((ins.register, ins.qualified), (Register::Test, false));
    let mut incomplete = cda::biology(&LAMPION);
    incomplete.birthplace = false;
    let ins = mailed(&[("IHE_XDM.ZIP", &xdm::of(&incomplete))]).1.patient.unwrap().ins.unwrap();
    assert_eq!((ins.register, ins.qualified), (Register::Nir, false));
}

#[test]
fn a_message_about_two_patients_names_neither() {
    let one = xdm::of(&cda::biology(&LAMPION));
    let other = xdm::of(&cda::discharge(&LE_GOFF));
    let (_, reading) = mailed(&[("A.ZIP", &one), ("B.ZIP", &other)]);
    assert!(reading.patient.is_none());
    let families: Vec<&str> = reading.documents.iter().map(|d| d.patient.as_ref().unwrap().family.as_str()).collect();
    assert_eq!(families, ["LAMPION", "LE GOFF"]);
}

#[test]
fn a_pdf_inside_a_cda_is_shown_as_pages() {
    let report = pdf::report("IRM", &papers::people::CALYS, &LAMPION, &pdf::HOSPITAL, 3);
    let (desk, reading) = mailed(&[("IHE_XDM.ZIP", &xdm::of(&cda::imaging(&LAMPION, &report)))]);
    let [document] = &reading.documents[..] else { panic!("one line") };
    assert_eq!(document.title, "Compte rendu d’imagerie médicale");
    assert_eq!(document.subject, "IRM cérébrale sans injection");
    assert_eq!(document.faces, [Face::Pages]);
    assert_eq!(document.pages, Some(3));
    assert_eq!(pages(&desk, 0).0, 3);
}

#[test]
fn the_same_pdf_beside_a_cda_is_the_same_line() {
    let report = pdf::hospital_report(&LAMPION, 2);
    let archive = xdm::of(&cda::imaging(&LAMPION, &report));
    for attached in [
        [("IHE_XDM.ZIP", archive.as_slice()), ("n'importe quoi.pdf", report.as_slice())],
        [("n'importe quoi.pdf", report.as_slice()), ("IHE_XDM.ZIP", archive.as_slice())],
    ] {
        let (_, reading) = mailed(&attached);
        let [document] = &reading.documents[..] else { panic!("one line") };
        assert_eq!(document.title, "Compte rendu d’imagerie médicale");
        assert_eq!(document.attachments, [0, 1]);
        assert_eq!(document.pages, Some(2));
    }
}

#[test]
fn another_pdf_beside_a_cda_that_has_its_own_is_another_line() {
    let archive = xdm::of(&cda::imaging(&LAMPION, &pdf::hospital_report(&LAMPION, 2)));
    let other = pdf::hospital_report(&LAMPION, 1);
    let (_, reading) = mailed(&[("IHE_XDM.ZIP", &archive), ("Compte rendu d'imagerie.pdf", &other)]);
    assert_eq!(reading.documents.len(), 2);
}

#[test]
fn a_pdf_with_the_title_of_a_structured_document_is_its_pages() {
    let archive = xdm::of(&cda::discharge(&LAMPION));
    let report = pdf::hospital_report(&LAMPION, 1);
    for name in ["Lettre_de_liaison.pdf", "lettre liaison LAMPION.pdf", "DOC0001.pdf", "LETTRE-DE-LIAISON_20261122.PDF"]
    {
        let (desk, reading) = mailed(&[("IHE_XDM.ZIP", &archive), (name, &report)]);
        let [document] = &reading.documents[..] else { panic!("one line: {name}") };
        // Nothing is hidden: the structured text stays.
        assert_eq!(document.faces, [Face::Pages, Face::Text], "{name}");
        assert_eq!(document.attachments, [0, 1]);
        assert_eq!(pages(&desk, 0).0, 1);
        assert!(super::body(&desk, 0).sections.len() > 3);
    }
}

#[test]
fn a_pdf_with_another_title_or_with_a_rival_stays_alone() {
    let archive = xdm::of(&cda::discharge(&LAMPION));
    let report = pdf::hospital_report(&LAMPION, 1);
    for name in ["Ordonnance.pdf", "Compte rendu.pdf", "LAMPION.pdf", "scan0001.pdf", ".pdf"] {
        let (_, reading) = mailed(&[("IHE_XDM.ZIP", &archive), (name, &report)]);
        assert_eq!(reading.documents.len(), 2, "{name}");
    }
    let other = pdf::hospital_report(&LAMPION, 2);
    let two = [("IHE_XDM.ZIP", archive.as_slice()), ("Lettre.pdf", &report), ("Lettre liaison.pdf", &other)];
    assert_eq!(mailed(&two).1.documents.len(), 3);
}

#[test]
fn metadata_relates_the_forms_of_one_document() {
    let letter = cda::discharge(&LAMPION);
    let xml = letter.xml();
    let report = pdf::hospital_report(&LAMPION, 4);
    let entries = |made_from| {
        let first = xdm::entry("DOC0001.XML", &letter, &xml);
        let second = xdm::Entry {
            name: "X.PDF",
            bytes: &report,
            media: "application/pdf",
            title: "Autre titre",
            made_from,
            ..xdm::entry("", &letter, &xml)
        };
        xdm::archive(&[first, second])
    };
    let (_, reading) = mailed(&[("IHE_XDM.ZIP", &entries(Some(0)))]);
    let [document] = &reading.documents[..] else { panic!("one line") };
    assert_eq!((document.faces.as_slice(), document.pages), ([Face::Pages, Face::Text].as_slice(), Some(4)));
    assert_eq!(mailed(&[("IHE_XDM.ZIP", &entries(None))]).1.documents.len(), 2);
}

#[test]
fn the_pdf_copy_inside_a_structured_document_is_shown_first() {
    let prescription = cda::prescription(&ROUSSEAU).with_copy(&pdf::hospital_report(&ROUSSEAU, 1));
    let (desk, reading) = mailed(&[("IHE_XDM.ZIP", &xdm::of(&prescription))]);
    let [document] = &reading.documents[..] else { panic!("one line") };
    assert_eq!(document.title, "Ordonnance");
    assert_eq!(document.faces, [Face::Pages, Face::Text]);
    // The copy is no section of the text.
    assert!(super::body(&desk, 0).sections.iter().all(|section| section.title != "Copie du document"));
}

#[test]
fn what_a_structured_document_attaches_is_a_line_of_its_own() {
    let second = pdf::hospital_report(&LAMPION, 2);
    let text = "Voir pièce jointe. <renderMultiMedia referencedObject=\"CR2\"><caption>Seconde intention</caption></renderMultiMedia>";
    let section =
        cda::section("101792-0", "Résultats scannés", text, &cda::attached("CR2", "application/pdf", &second));
    let mut report = cda::biology(&LAMPION);
    report.body =
        report.body.replace("</structuredBody>", &format!("<component>{section}</component></structuredBody>"));
    let (desk, reading) = mailed(&[("IHE_XDM.ZIP", &xdm::of(&report))]);
    let titles: Vec<&str> = reading.documents.iter().map(|d| d.title.as_str()).collect();
    assert_eq!(titles, ["Compte rendu d’examens biologiques", "Seconde intention"]);
    assert_eq!(pages(&desk, 1).0, 2);
    assert!(reading.documents[1].patient.is_some());
}

#[test]
fn a_cda_attached_without_an_archive_is_read_too() {
    let (_, document) = one("CDA.xml", cda::vaccination(&ROUSSEAU).xml().as_bytes());
    assert_eq!((document.kind, document.title.as_str()), (Kind::Cda, "Note de vaccination"));
}

#[test]
fn a_file_that_is_not_what_metadata_says_is_marked() {
    let report = cda::biology(&LAMPION);
    let xml = report.xml();
    let told = xdm::metadata(&[xdm::entry("DOC0001.XML", &report, &xml)]);
    let changed = xml.replace("11.2 g/dL", "13.2 g/dL");
    let archive = |bytes: &str| {
        xdm::zip(&[
            ("IHE_XDM/SUBSET01/METADATA.XML", told.as_bytes()),
            ("IHE_XDM/SUBSET01/DOC0001.XML", bytes.as_bytes()),
        ])
    };
    assert!(!one("IHE_XDM.ZIP", &archive(&xml)).1.altered);
    assert!(one("IHE_XDM.ZIP", &archive(&changed)).1.altered);
}

#[test]
fn a_metadata_that_cannot_be_read_hides_no_document() {
    let xml = cda::discharge(&LAMPION).xml();
    for metadata in ["", "<broken", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "<SubmitObjectsRequest/>"] {
        let archive = xdm::zip(&[
            ("IHE_XDM/SUBSET01/METADATA.XML", metadata.as_bytes()),
            ("IHE_XDM/SUBSET01/DOC0001.XML", xml.as_bytes()),
        ]);
        let (_, document) = one("IHE_XDM.ZIP", &archive);
        assert_eq!(document.title, "Lettre de liaison à la sortie d’un établissement");
    }
}

#[test]
fn the_body_kept_in_a_file_beside_the_cda_is_its_pages() {
    let mut report = cda::imaging(&LAMPION, b"");
    report.body =
        "<nonXMLBody><text mediaType=\"application/pdf\"><reference value=\"DOC0002.PDF\"/></text></nonXMLBody>".into();
    let xml = report.xml();
    let pdf = pdf::hospital_report(&LAMPION, 5);
    let second =
        xdm::Entry { name: "DOC0002.PDF", bytes: &pdf, media: "application/pdf", ..xdm::entry("", &report, &xml) };
    let archive = xdm::archive(&[xdm::entry("DOC0001.XML", &report, &xml), second]);
    let (desk, document) = one("IHE_XDM.ZIP", &archive);
    assert_eq!(document.title, "Compte rendu d’imagerie médicale");
    assert_eq!(pages(&desk, 0).0, 5);
}

#[test]
fn the_same_file_attached_twice_is_one_line() {
    let report = pdf::hospital_report(&LAMPION, 1);
    let (_, reading) = mailed(&[("a.pdf", &report), ("b.pdf", &report)]);
    assert_eq!(reading.documents.len(), 1);
    assert_eq!(reading.documents[0].attachments, [0, 1]);
}

#[test]
fn without_looking_inside_attachments_are_listed_as_they_are() {
    let archive = xdm::of(&cda::biology(&LAMPION));
    let raw = papers::mail::with("IHE_XDM.ZIP", "application/zip", &archive);
    let (_, reading) = super::Desk::read(raw, true, false, crate::Limits::default());
    assert!(!reading.looked_inside && reading.patient.is_none());
    assert_eq!(reading.documents.len(), 1);
    assert_eq!(reading.documents[0].kind, Kind::Archive);
}

#[test]
fn a_message_without_documents_has_none() {
    let (_, reading) = read(papers::mail::message("Bonjour", "Rien de joint.", &[]));
    assert!(reading.documents.is_empty() && reading.attachments.is_empty() && reading.patient.is_none());
}
