//! What is shown of each kind.

use image::ImageFormat;
use papers::people::{LAMPION, LE_GOFF, ROUSSEAU};
use papers::{cda, hostile, office, pdf, picture as pictures, results, scan, xdm};

use super::{body, fact, ink, one, pages, picture, pixel, tables};
use crate::body::{Mark, Piece};
use crate::error::Refusal;
use crate::letter::BlockKind;
use crate::limits::Limits;
use crate::reading::{Face, Kind};
use crate::view::View;

#[test]
fn results_are_a_table_with_what_the_laboratory_says_of_them() {
    let (desk, _) = one("IHE_XDM.ZIP", &xdm::of(&cda::biology(&LAMPION)));
    let body = body(&desk, 0);
    let tables: Vec<_> = tables(&body).into_iter().filter(|table| table.results).collect();
    assert_eq!(tables.len(), 2);
    assert_eq!(tables[0].head, ["Analyse", "Résultat", "Unité", "Référence", "Interprétation"]);
    assert_eq!(tables[0].rows[0].cells, ["Hémoglobine", "11,2", "g/dL", "13,0 – 17,0", "Bas"]);
    assert!(tables[0].rows[0].mark == Some(Mark::Low));
    assert_eq!(tables[0].rows[1].cells, ["Leucocytes", "7,4", "G/L", "4,0 – 10,0", "Normal"]);
    assert_eq!(tables[1].rows[1].cells, ["Potassium", "5,6", "mmol/L", "3,5 – 5,1", "Élevé"]);
    assert_eq!(tables[1].rows[2].cells, ["CRP", "4", "mg/L", "≤ 5", "Normal"]);
    assert_eq!(tables[1].rows[3].cells[2], "mUI/L");
    let titles: Vec<&str> = body.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(&titles[..3], ["", "HÉMATOLOGIE", "BIOCHIMIE"]);
}

#[test]
fn the_header_is_told_as_facts() {
    let (desk, _) = one("IHE_XDM.ZIP", &xdm::of(&cda::biology(&LE_GOFF)));
    let body = body(&desk, 0);
    assert_eq!(fact(&body, "Patient"), "LE GOFF ANNE-MARIE (utilise : D’ALMEIDA ANNE-MARIE), née le 01/01/1985");
    assert_eq!(fact(&body, "INS"), format!("{}, qualifiée", LE_GOFF.ins()));
    assert_eq!(fact(&body, "Date"), "21/11/2026 à 11\u{a0}h\u{a0}05");
    assert_eq!(fact(&body, "Prélèvement"), "21/11/2026 à 7\u{a0}h\u{a0}40");
    assert_eq!(fact(&body, "Prescripteur"), "Dr Tryphon TOURNESOL");
}

#[test]
fn earlier_results_stand_in_a_column_of_their_own() {
    let (desk, document) = one("IHE_XDM.ZIP", &xdm::of(&cda::biology_with_earlier(&LAMPION)));
    let body = body(&desk, 0);
    let table = tables(&body)[0];
    assert_eq!(table.head.last().unwrap(), "Antérieur");
    assert_eq!(table.rows[0].cells[1], "11,2");
    assert_eq!(table.rows[0].cells[5], "99 g/dL (12/03/2026)");
    assert_eq!(document.results, Some(6));
}

#[test]
fn the_narrative_of_a_letter_is_headings_paragraphs_lists_and_tables() {
    let (desk, _) = one("IHE_XDM.ZIP", &xdm::of(&cda::discharge(&LAMPION)));
    let body = body(&desk, 0);
    let titles: Vec<&str> = body.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(
        titles,
        ["", "Motif d’hospitalisation", "Synthèse médicale du séjour", "Traitement de sortie", "Suites"]
    );
    let stay = &body.sections[2].pieces;
    assert!(
        matches!(&stay[0], Piece::Paragraph(text) if text == "Microchirurgie laryngée le 19 novembre, sans incident.\nPièce adressée en anatomopathologie.")
    );
    assert!(matches!(&stay[3], Piece::Item { depth: 1, mark, text } if mark == "1." && text == "huit jours complets"));
    let table = tables(&body)[0];
    assert_eq!((table.caption.as_str(), table.head.len()), ("Médicaments", 3));
    assert_eq!(table.rows[2].cells, ["", "puis 1 comprimé", "2 jours"]);
    assert!(matches!(&body.sections[4].pieces[0], Piece::Paragraph(text) if text.ends_with("1,9 m².")));
}

#[test]
fn vaccinations_are_a_table() {
    let (desk, _) = one("IHE_XDM.ZIP", &xdm::of(&cda::vaccination(&ROUSSEAU)));
    let body = body(&desk, 0);
    assert_eq!(tables(&body)[0].rows[0].cells, ["14/10/2026", "Grippe saisonnière", "MX42-7", "1"]);
}

#[test]
fn text_rtf_and_html_inside_a_cda_are_shown_as_text() {
    for (media, bytes) in [
        ("text/plain", &b"Conclusion : normale."[..]),
        ("text/rtf", b"{\\rtf1 Conclusion : normale.}"),
        ("text/html", b"<html><body><p>Conclusion : normale.</p><script>alert(1)</script></body></html>"),
    ] {
        let report = cda::Cda::new("18748-4", "CR", "IRM", &LAMPION, &papers::people::CALYS).not_xml(media, bytes);
        let (desk, document) = one("IHE_XDM.ZIP", &xdm::of(&report));
        assert_eq!(document.faces, [Face::Text], "{media}");
        match desk.view(0, Face::Text).unwrap() {
            View::Text { blocks, .. } => {
                let text: String = blocks.iter().map(|block| block.text.as_str()).collect();
                assert_eq!(text.trim(), "Conclusion : normale.", "{media}");
            }
            _ => panic!("text"),
        }
    }
}

#[test]
fn pdfs_of_any_length_tell_their_pages_and_draw_them() {
    for count in [1, 3, 20, 300] {
        let (desk, document) = one("a.pdf", &pdf::hospital_report(&LAMPION, count));
        assert_eq!(document.pages, Some(count as u32));
        let (told, sizes) = pages(&desk, 0);
        assert_eq!((told, sizes.len()), (count as u32, count));
        assert!((sizes[0].0 - 595.28).abs() < 0.1 && (sizes[0].1 - 841.89).abs() < 0.1);
        let last = picture(&desk, 0, count as u32 - 1, 1000);
        assert_eq!((last.width, last.height), (1000, 1414));
        assert!(ink(&last) > 5_000, "{}", ink(&last));
        assert_eq!(pixel(&last, 0, 0), [255, 255, 255, 255]);
        assert!(desk.page(0, count as u32, 1000).is_none());
    }
}

#[test]
fn a_page_wider_than_high_keeps_its_proportions() {
    let (desk, _) = one("tension.pdf", &pdf::landscape(&LAMPION));
    let (_, sizes) = pages(&desk, 0);
    assert!((sizes[0].0 - 841.89).abs() < 0.1 && (sizes[0].1 - 595.28).abs() < 0.1, "{sizes:?}");
    let drawn = picture(&desk, 0, 0, 1000);
    assert_eq!((drawn.width, drawn.height), (1000, 707));
    assert!(ink(&drawn) > 1_000);
}

#[test]
fn a_turned_page_is_shown_upright() {
    let (desk, _) = one("a.pdf", &pdf::hospital_report(&LAMPION, 1));
    let upright = picture(&desk, 0, 0, 500);
    for degrees in [0, 90, 180, 270] {
        let (desk, _) = one("a.pdf", &pdf::turned(&LAMPION, degrees));
        let (_, sizes) = pages(&desk, 0);
        assert!((sizes[0].0 - 595.28).abs() < 0.1 && (sizes[0].1 - 841.89).abs() < 0.1, "{degrees}: {sizes:?}");
        let drawn = picture(&desk, 0, 0, 500);
        assert_eq!((drawn.width, drawn.height), (upright.width, upright.height), "{degrees}");
        let far = upright.pixels.iter().zip(drawn.pixels.iter()).filter(|(a, b)| a.abs_diff(**b) > 40).count();
        assert!(far < upright.pixels.len() / 200, "{degrees}: {far} of {}", upright.pixels.len());
    }
}

#[test]
fn a_scan_is_drawn_in_its_greys() {
    let (desk, document) = one("scan.pdf", &scan::pdf(&LAMPION));
    assert_eq!(document.pages, Some(1));
    let page = picture(&desk, 0, 0, 1000);
    assert!(ink(&page) > 5_000);
}

#[test]
fn a_password_keeps_a_pdf_closed_and_an_owners_does_not() {
    let (desk, _) = one("secret.pdf", &pdf::encrypted(&LAMPION, "tintin"));
    assert!(matches!(desk.view(0, Face::Pages), Some(View::Refused(Refusal::Password))));
    assert!(matches!(desk.page(0, 0, 100), Some(Err(Refusal::Password))));
    let (desk, document) = one("ouvert.pdf", &pdf::encrypted(&LAMPION, ""));
    assert_eq!(document.pages, Some(1));
    assert!(ink(&picture(&desk, 0, 0, 1000)) > 5_000);
}

#[test]
fn absurd_pages_are_drawn_small() {
    let (desk, _) = one("geant.pdf", &hostile::giant_page());
    let giant = picture(&desk, 0, 0, 1000);
    assert_eq!((giant.width, giant.height), (1000, 1000));
    assert_eq!(pixel(&giant, 500, 900), [0, 0, 255, 255]);
    let (desk, _) = one("mince.pdf", &hostile::thin_page());
    let thin = picture(&desk, 0, 0, 1000);
    assert_eq!((thin.width, thin.height), (1000, 10));
    let (desk, _) = one("a.pdf", &pdf::hospital_report(&LAMPION, 1));
    let large = picture(&desk, 0, 0, u32::MAX);
    assert!(large.width * large.height <= Limits::default().pixels && large.height <= 8192);
}

#[test]
fn loops_in_a_pdf_end() {
    let (desk, document) = one("boucle.pdf", &hostile::loops());
    assert!(document.pages.is_none_or(|pages| pages < 10));
    let _ = desk.page(0, 0, 100);
    let (desk, _) = one("soi.pdf", &hostile::form_of_itself());
    let _ = picture(&desk, 0, 0, 100);
}

#[test]
fn every_image_format_is_drawn_the_right_way_up() {
    for format in
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Tiff, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP]
    {
        // The name lies: content decides.
        let (desk, document) = one("document.pdf", &pictures::encoded(200, 100, format));
        assert_eq!((document.kind, document.faces.as_slice()), (Kind::Image, [Face::Pages].as_slice()), "{format:?}");
        assert_eq!(pages(&desk, 0), (1, vec![(200.0, 100.0)]), "{format:?}");
        let drawn = picture(&desk, 0, 0, 100);
        assert_eq!((drawn.width, drawn.height), (100, 50), "{format:?}");
        let [red, green, blue] = [pixel(&drawn, 20, 10), pixel(&drawn, 80, 10), pixel(&drawn, 50, 40)];
        assert!(red[0] > 180 && red[1] < 80, "{format:?} {red:?}");
        assert!(green[1] > 150 && green[0] < 80, "{format:?} {green:?}");
        assert!(blue[2] > 180 && blue[0] < 80, "{format:?} {blue:?}");
    }
}

#[test]
fn a_photograph_is_held_as_its_exif_says() {
    // 6: the sensor's right is the bottom. The red quarter, left above on the sensor, is right above.
    let (desk, _) = one("photo.jpg", &pictures::photograph(200, 100, 6));
    assert_eq!(pages(&desk, 0).1, [(100.0, 200.0)]);
    let drawn = picture(&desk, 0, 0, 50);
    assert_eq!((drawn.width, drawn.height), (50, 100));
    assert!(pixel(&drawn, 40, 20)[0] > 180, "{:?}", pixel(&drawn, 40, 20));
    assert!(pixel(&drawn, 40, 80)[1] > 150, "{:?}", pixel(&drawn, 40, 80));
    assert!(pixel(&drawn, 10, 50)[2] > 180, "{:?}", pixel(&drawn, 10, 50));
    let (desk, _) = one("photo.jpg", &pictures::photograph(200, 100, 3));
    let drawn = picture(&desk, 0, 0, 100);
    assert!(pixel(&drawn, 80, 40)[0] > 180 && pixel(&drawn, 50, 10)[2] > 180);
}

#[test]
fn every_page_of_a_tiff_is_a_page() {
    let (desk, _) = one("fax.tif", &pictures::tiff(3));
    assert_eq!(pages(&desk, 0), (3, vec![(100.0, 140.0), (110.0, 140.0), (120.0, 140.0)]));
    let drawn = picture(&desk, 0, 2, 120);
    assert_eq!((drawn.width, drawn.height), (120, 140));
    assert!(pixel(&drawn, 20, 20)[0] > 180);
    assert!(desk.page(0, 3, 100).is_none());
}

#[test]
fn a_fax_is_black_on_white() {
    let (desk, _) = one("fax.tif", &pictures::fax(1728, 2200));
    let drawn = picture(&desk, 0, 0, 864);
    assert_eq!((drawn.width, drawn.height), (864, 1100));
    assert_eq!(pixel(&drawn, 400, 500), [255, 255, 255, 255]);
    assert_eq!(pixel(&drawn, 3, 500), [0, 0, 0, 255]);
}

#[test]
fn transparent_pixels_are_premultiplied() {
    let (desk, _) = one("a.png", &pictures::half_transparent());
    let drawn = picture(&desk, 0, 0, 40);
    assert_eq!(pixel(&drawn, 5, 10), [0, 0, 255, 255]);
    assert_eq!(pixel(&drawn, 35, 10), [0, 128, 0, 128]);
}

#[test]
fn images_too_large_to_decode_are_refused_before() {
    for side in [30_000, 60_000] {
        let (desk, _) = one("bombe.png", &hostile::large_png(side));
        assert!(matches!(desk.page(0, 0, 100), Some(Err(Refusal::TooLarge))), "{side}");
    }
}

#[test]
fn results_of_before_cda_stay_readable() {
    let (desk, document) = one("oru.hl7", results::hl7(&LAMPION).as_bytes());
    assert_eq!((document.kind, document.results, document.abnormal), (Kind::Results, Some(6), Some(2)));
    let oru = body(&desk, 0);
    assert_eq!(tables(&oru)[0].rows[3].cells, ["Potassium", "5,6", "mmol/L", "3.5 - 5.1", "Élevé"]);
    let (desk, document) = one("resultats.hpr", results::hprim(&LAMPION).as_bytes());
    assert_eq!(document.kind, Kind::Results);
    let hprim = body(&desk, 0);
    assert_eq!(fact(&hprim, "Patient"), "LAMPION SÉRAPHIN");
    assert!(hprim.sections[0].pieces.iter().any(
        |piece| matches!(piece, Piece::Preformatted(text) if text.contains("* Potassium                    5,6 mmol/L"))
    ));
}

#[test]
fn office_files_are_their_text() {
    let (desk, document) = one("bilan.docx", &office::word());
    assert_eq!(document.kind, Kind::Office);
    let word = body(&desk, 0);
    assert_eq!(word.sections[0].title, "Bilan kinésithérapique");
    assert!(
        matches!(&word.sections[0].pieces[0], Piece::Paragraph(text) if text == "Patient vu le 22/11/2026\nBonne tolérance.")
    );
    assert!(matches!(&word.sections[0].pieces[1], Piece::Item { text, .. } if text == "Marche : 200 m"));
    assert_eq!(tables(&word)[0].rows[0].cells, ["Épaule", "120°"]);
    let (desk, _) = one("cr.odt", &office::open_document());
    let odt = body(&desk, 0);
    assert!(matches!(&odt.sections[0].pieces[0], Piece::Paragraph(text) if text == "Première ligne\nseconde   ligne"));
    assert_eq!(tables(&odt)[0].rows.len(), 1);
    let (desk, _) = one("glycemies.xlsx", &office::excel());
    let excel = body(&desk, 0);
    assert_eq!(excel.sections[0].title, "Glycémies");
    let rows: Vec<&Vec<String>> = tables(&excel)[0].rows.iter().map(|row| &row.cells).collect();
    assert_eq!(rows, [&["Date", "Glycémie"], &["22/11/2026", "5,6"]]);
}

#[test]
fn plain_files_are_shown_as_text_and_tables() {
    let (desk, _) = one("note.txt", "Très bien.\r\n\r\nÀ revoir.".as_bytes());
    match desk.view(0, Face::Text).unwrap() {
        View::Text { blocks, cut } => {
            assert!(!cut && blocks.len() == 2 && blocks.iter().all(|b| b.kind == BlockKind::Paragraph));
        }
        _ => panic!("text"),
    }
    let (desk, document) = one("liste.csv", "Nom;Valeur\r\nNa;140\r\n".as_bytes());
    assert_eq!(document.kind, Kind::Table);
    assert_eq!(tables(&body(&desk, 0))[0].head, ["Nom", "Valeur"]);
}

#[test]
fn what_is_not_shown_says_why() {
    for (name, bytes, kind, why) in [
        ("virus.exe", &b"MZ\x90\0\x03\0\0\0\x04\0\0\0"[..], Kind::Other, Refusal::Unsupported),
        ("image.dcm", b"\0\0\0\0DICM\0\0\0\0\x02\0\0\0", Kind::Other, Refusal::Unsupported),
        ("donnees.xml", b"<?xml version='1.0'?><donnees/>", Kind::Xml, Refusal::Unsupported),
        ("bombe.xml", &hostile::billion_laughs(), Kind::Cda, Refusal::Broken),
        ("dehors.xml", &hostile::outside_entity(), Kind::Cda, Refusal::Broken),
        ("profond.xml", &hostile::deep_cda(50_000), Kind::Cda, Refusal::TooLarge),
        ("gros.docx", &hostile::large_word(200), Kind::Office, Refusal::TooLarge),
        ("profond.docx", &hostile::deep_word(50_000), Kind::Office, Refusal::TooLarge),
        // Programs and archives under the name of a document.
        ("facture.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0", Kind::Other, Refusal::Unsupported),
        ("radio.jpg", b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", Kind::Other, Refusal::Unsupported),
        ("coupe.xml", &cda::biology(&LAMPION).xml().as_bytes()[..2000], Kind::Cda, Refusal::Broken),
        ("faux.pdf", b"%PDF-1.7\nce n'est pas un PDF\n", Kind::Pdf, Refusal::Broken),
        ("fausse.png", b"\x89PNG\r\n\x1A\nce n'est pas une image", Kind::Image, Refusal::Broken),
    ] {
        let (desk, document) = one(name, bytes);
        assert_eq!(document.kind, kind, "{name}");
        match desk.view(0, Face::Pages).unwrap() {
            View::Refused(said) => assert_eq!(said, why, "{name}"),
            _ => panic!("{name} is shown"),
        }
    }
}

#[test]
fn content_decides_where_the_name_lies() {
    for (name, bytes, kind) in [
        ("photo.jpg", pdf::hospital_report(&LAMPION, 1), Kind::Pdf),
        ("note.txt", office::word(), Kind::Office),
        ("resultats.pdf", results::hl7(&LAMPION).into_bytes(), Kind::Results),
        ("lettre.docx", b"{\\rtf1\\ansi Cher confr\\'e8re,}".to_vec(), Kind::Rtf),
        ("lettre.pdf", cda::discharge(&LAMPION).xml().into_bytes(), Kind::Cda),
    ] {
        let (desk, document) = one(name, &bytes);
        assert_eq!((document.kind, document.refused), (kind, None), "{name}");
        assert!(!matches!(desk.view(0, document.faces[0]), None | Some(View::Refused(_))), "{name}");
    }
}

#[test]
fn an_empty_attachment_is_empty() {
    let (desk, document) = one("vide.pdf", b"");
    assert_eq!(document.refused, Some(Refusal::Empty));
    assert!(matches!(desk.view(0, Face::Pages), Some(View::Refused(Refusal::Empty))));
}
