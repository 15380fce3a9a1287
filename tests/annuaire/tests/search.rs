//! Finding people and services in the Annuaire Santé of the test site.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod common;

use std::time::Duration;

use annuaire::{Fault, Options};
use common::{addresses, desk, desk_with, short};
use directory::{Entry, Error, Kind, Place, Query};

#[tokio::test]
async fn a_name_is_found_in_either_order_spelling_and_case() {
    let desk = desk();
    for text in ["castafiore bianca", "Bianca CASTAFIORE", "  bianca  casta ", "CASTAFIORE", "Bïanca Càstafiore"] {
        let found = desk.find(text).await;
        let place = Place { structure: "CENTRE HOSPITALIER DE MOULINSART".into(), city: "MOULINSART CEDEX".into() };
        let expected = Entry {
            name: "Mme Bianca CASTAFIORE".into(),
            profession: "Infirmier".into(),
            place,
            note: String::new(),
            address: "bianca.castafiore@mss.test".into(),
            kind: Kind::Personal,
            rpps: Some("99700054321".into()),
        };
        assert!(found == [expected], "{text}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[tokio::test]
async fn accents_particles_and_hyphens_are_found_as_people_type_them() {
    let desk = desk_with(Options { calls_a_second: None, ..Options::default() }, |_| {});
    for (text, name) in [
        ("leveque", "Dr Zoé LÉVÊQUE"),
        ("zoé lévêque", "Dr Zoé LÉVÊQUE"),
        ("muller", "Pr Jürgen MÜLLER"),
        ("d'artagnan", "Dr Charles D'ARTAGNAN"),
        ("charles d’Artagnan", "Dr Charles D'ARTAGNAN"),
        ("le gall", "Dr Yann LE GALL"),
        ("yann le gall", "Dr Yann LE GALL"),
        ("perez martin", "Mme Ana PEREZ-MARTIN"),
        ("ana perez-martin", "Mme Ana PEREZ-MARTIN"),
        ("de la tour", "Dr Marguerite DE LA TOUR"),
        ("tchong jen tchang", "Dr Tchong-Jen TCHANG"),
        ("oeuvrard", "Mme Noémie ŒUVRARD"),
        ("artagnan", "Dr Charles D'ARTAGNAN"),
        ("haddock marie", "Dr Archibald Marie HADDOCK"),
    ] {
        let found = desk.find(text).await;
        assert_eq!(found.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), [name], "{text}");
    }
}

#[tokio::test]
async fn somebody_with_three_mailboxes_is_three_entries_each_with_its_place() {
    let desk = desk();
    let found = desk.find("passereau").await;
    let told: Vec<_> = found.iter().map(|e| (e.address.as_str(), e.place.structure.as_str(), e.kind)).collect();
    assert_eq!(
        told,
        [
            // The general one is shown at the place in the kiosk's city, of two.
            ("irma.passereau@medecin.mss.test", "CABINET DU RAKHAM", Kind::Personal),
            ("irma.passereau@mss.test", "CABINET DU RAKHAM", Kind::Personal),
            ("i.passereau@licorne.mss.test", "CABINET DE KARABOUDJAN", Kind::Personal),
        ]
    );
    assert!(found.iter().all(|e| e.name == "Dr Irma PASSEREAU" && e.profession == "Médecin, Médecine générale"));
}

#[tokio::test]
async fn what_is_on_the_red_list_closed_or_without_a_mailbox_is_not_shown() {
    let desk = desk();
    for text in ["sponsz", "boucher", "lampion", "direction", "igor.prive@mss.test", "clinique fermee du temple"] {
        assert!(desk.find(text).await.is_empty(), "{text}");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    // Of the same person, the mailbox that is published.
    assert_eq!(addresses(&desk.find("wagner").await), ["igor.wagner@mss.test"]);
    // A role that ended is no place and its mailbox no mailbox.
    let found = desk.find("siclone").await;
    assert_eq!(addresses(&found), ["philemon.siclone@mss.test"]);
    assert!(found[0].place == Place::default());
}

#[tokio::test]
async fn a_service_is_found_by_its_address_and_by_its_structure() {
    let desk = desk();
    let found = desk.find("cardiologie").await;
    let told: Vec<_> =
        found.iter().map(|e| (e.name.as_str(), e.place.city.as_str(), e.kind, e.rpps.is_some())).collect();
    assert_eq!(
        told,
        [
            ("Secrétariat de cardiologie", "MOULINSART CEDEX", Kind::Organisational, false),
            ("Consultation de cardiologie", "ST MALO", Kind::Organisational, false),
        ],
        "the kiosk's city first"
    );
    let found = desk.find("clinique de la licorne").await;
    assert_eq!(addresses(&found), ["accueil@licorne.mss.test", "cardiologie@licorne.mss.test"]);
    // Without a description, a mailbox is called as its structure.
    assert_eq!(found[0].name, "CLINIQUE DE LA LICORNE");
    tokio::time::sleep(Duration::from_millis(700)).await;
    let found = desk.find("secretariat moulinsart").await;
    assert_eq!(addresses(&found), ["secretariat.cardiologie@mss.test"]);
    let found = desk.find("laboratoire").await;
    assert!(found.iter().all(|entry| entry.kind == Kind::Applicative) && found.len() == 2);
}

#[tokio::test]
async fn a_practice_is_told_as_one() {
    let desk = desk();
    let found = desk.find("tapioca").await;
    assert_eq!((found[0].kind, found[0].note.as_str()), (Kind::Cabinet, "Cabinet des docteurs Alcazar et Tapioca"));
    assert_eq!(found[0].name, "Dr Edgardo TAPIOCA");
}

#[tokio::test]
async fn a_place_leaves_out_everybody_elsewhere() {
    let desk = desk_with(Options { calls_a_second: None, ..Options::default() }, |_| {});
    let found = async |text: &str, place: &str| {
        let found = desk.directory.search(&Query::new(text).within(place), 20).await.unwrap();
        found.people.into_iter().map(|entry| entry.address).collect::<Vec<_>>()
    };
    assert_eq!(found("haddock", "Saint-Malo").await, ["a.haddock@licorne.mss.test"]);
    assert_eq!(found("haddock", "62990").await, ["archibald.haddock@mss.test"]);
    assert_eq!(found("haddock", "62 990").await, ["archibald.haddock@mss.test"]);
    assert_eq!(found("cardiologie", "st malo").await, ["cardiologie@licorne.mss.test"]);
    assert_eq!(found("cardiologie", "35").await, ["cardiologie@licorne.mss.test"]);
    assert_eq!(found("muller", "licorne").await, ["jurgen.muller@mss.test"]);
    assert!(found("haddock", "Klow").await.is_empty());
}

#[tokio::test]
async fn the_family_name_goes_first_then_the_kiosks_city_then_the_alphabet() {
    let desk = desk();
    let found = desk.find("jean").await;
    assert_eq!(addresses(&found), ["jean.dupond@mss.test", "jean.dupont@mss.test", "jeanne.dupont@mss.test"]);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let found = desk.find("dupont").await;
    assert_eq!(addresses(&found), ["jean.dupont@mss.test", "jeanne.dupont@mss.test"]);
    let found = desk.find("haddock").await;
    assert_eq!(found[0].place.city, "MOULINSART CEDEX");
    tokio::time::sleep(Duration::from_millis(1000)).await;
    // His family name goes before a service of that name in the kiosk's city, where he does not work.
    let found = desk.find("topolino").await;
    assert_eq!(addresses(&found), ["alfredo.topolino@mss.test", "biologie@mss.test"]);
    assert_eq!(found[1].place.city, "MOULINSART");
    tokio::time::sleep(Duration::from_millis(1000)).await;
    // Nobody's family name: the others by alphabet, whatever order the server has.
    let found = desk.find("hippolyte").await;
    assert_eq!(addresses(&found), ["hippolyte.bergamotte@mss.test", "hippolyte.calys@mss.test"]);
}

#[tokio::test]
async fn a_number_finds_one_professional() {
    let desk = desk();
    for number in ["99700000101", "8 99700000101"] {
        assert_eq!(desk.find(number).await.len(), 3, "{number}");
    }
    let found = desk.directory.mailboxes_of("899700012345").await.unwrap();
    assert_eq!(addresses(&found.people), ["tryphon.tournesol@mss.test"]);
    assert_eq!(found.people[0].profession, "Médecin, Cardiologie et maladies vasculaires");
    for nobody in ["99700099999", "99700000110", "99700000107"] {
        let found = desk.directory.mailboxes_of(nobody).await.unwrap();
        assert!(found.people.is_empty(), "{nobody}: unknown, stopped, on the red list");
    }
    let error = desk.directory.mailboxes_of("9970001234").await.unwrap_err();
    assert!(matches!(error, Error::NotARpps));
}

#[tokio::test]
async fn an_address_finds_its_mailbox_whoever_carries_it() {
    let desk = desk();
    for (text, address) in [
        ("Bianca.Castafiore@MSS.test", "bianca.castafiore@mss.test"),
        ("i.passereau@", "i.passereau@licorne.mss.test"),
        ("urgences@mss", "urgences@mss.test"),
    ] {
        assert_eq!(addresses(&desk.find(text).await), [address], "{text}");
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    let found = desk.found("@medecin.mss.test").await;
    assert_eq!(addresses(&found.people), ["irma.passereau@medecin.mss.test"]);
    assert!(desk.find("contact@ordinaire.example").await.is_empty(), "an ordinary address is not ours");
}

#[tokio::test]
async fn a_server_that_ignores_the_question_puts_nobody_on_the_list() {
    let desk = desk_with(Options { calls_a_second: None, ..Options::default() }, |_| {});
    let stranger = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Practitioner","id":"003-1",
        "name":[{"family":"DUPONT","given":["Jean"]}],"identifier":[{"system":"https://rpps.esante.gouv.fr",
        "value":"99700000114"}],"telecom":[{"system":"email","value":"jean.dupont@mss.test","extension":[
        {"url":"x/as-ext-mailbox-mss-metadata"}]}]}},{"resource":{"resourceType":"Organization","id":"001-1",
        "name":"AUTRE","telecom":[{"system":"email","value":"autre@mss.test","extension":[
        {"url":"x/as-ext-mailbox-mss-metadata"}]}]}}]}"#;
    let answer = || desk.annuaire.next(Fault::Body(stranger.into()));
    answer();
    // The question asked next is answered as it should be: she is found, the strangers are not.
    assert_eq!(addresses(&desk.find("castafiore").await), ["bianca.castafiore@mss.test"]);
    answer();
    assert!(desk.directory.mailboxes_of("99700054321").await.unwrap().people.is_empty());
    answer();
    assert_eq!(addresses(&desk.find("tournesol@mss.test").await), Vec::<&str>::new());
    answer();
    assert_eq!(addresses(&desk.find("dupont").await), ["jean.dupont@mss.test"], "the same answer to its own question");
}

#[tokio::test]
async fn a_crowd_is_read_page_by_page_up_to_a_bound() {
    let desk = desk_with(Options { crowd: 400, calls_a_second: None, ..Options::default() }, |_| {});
    let found = desk.found("martin").await;
    // Every fourth has a mailbox, fifty come a page.
    assert_eq!(found.people.len(), 20);
    assert!(found.more);
    let pages = desk.asked().iter().filter(|path| *path == "_page").count();
    assert_eq!(pages, 1, "two pages hold more than twenty mailboxes");
    let found = desk.directory.search(&Query::new("martin"), 100).await.unwrap();
    assert_eq!(found.people.len(), 38, "three pages and no more");
    assert!(found.more);
    let found = desk.found("martin gisele").await;
    assert!(found.people.iter().all(|entry| entry.name == "Dr Gisèle MARTIN") && !found.people.is_empty());
}

#[tokio::test]
async fn too_little_to_ask_for_asks_nobody() {
    let desk = desk();
    for text in ["", "c", "@", "   "] {
        assert!(desk.find(text).await.is_empty());
    }
    assert!(desk.annuaire.seen().is_empty());
}

#[tokio::test]
async fn every_request_carries_the_key_and_asks_for_what_is_active() {
    let desk = desk();
    desk.find("castafiore bianca").await;
    let seen = desk.annuaire.seen();
    assert!(seen.iter().all(|seen| seen.key));
    assert_eq!(desk.asked(), ["Practitioner", "Organization", "Organization", "Organization"]);
    assert_eq!(seen[0].parameter("family"), Some("CASTAFIORE,BIANCA"));
    assert_eq!(seen[0].parameter("given"), Some("CASTAFIORE,BIANCA"));
    assert_eq!(seen[0].parameter("active"), Some("true"));
    assert_eq!(seen[0].parameter("_total"), Some("none"));
    assert_eq!(desk.annuaire.at_once().1, 1);
}

#[tokio::test]
async fn a_search_that_is_dropped_stops_and_the_next_one_runs() {
    let desk = desk();
    desk.annuaire.next(Fault::Silent);
    {
        let query = Query::new("casta");
        let search = desk.directory.search(&query, 20);
        tokio::pin!(search);
        tokio::select! {
            _ = &mut search => panic!("nobody answered"),
            busy = desk.annuaire.busy() => busy.unwrap(),
        }
    }
    // The connection closes: the server has nobody left to answer.
    desk.annuaire.idle().await.unwrap();
    assert_eq!(addresses(&desk.find("castafiore").await), ["bianca.castafiore@mss.test"]);
}

#[tokio::test]
async fn two_searches_on_one_handle_take_turns() {
    let desk = desk();
    desk.annuaire.always(Some(Fault::Late(Duration::from_millis(30))));
    let (a, b) = (Query::new("castafiore"), Query::new("tournesol"));
    let (a, b) = tokio::join!(desk.directory.search(&a, 20), desk.directory.search(&b, 20));
    assert_eq!((a.unwrap().people.len(), b.unwrap().people.len()), (1, 1));
    assert_eq!(desk.annuaire.at_once().1, 1, "never two requests at once");
}

#[tokio::test]
async fn what_came_in_time_is_shown_and_what_did_not_is_told() {
    let desk = desk_with(Options::default(), short);
    for fault in [Fault::Late(Duration::ZERO), Fault::Silent] {
        desk.annuaire.next(fault);
    }
    let found = desk.directory.search(&Query::new("castafiore"), 20).await.unwrap();
    assert_eq!(addresses(&found.people), ["bianca.castafiore@mss.test"]);
    assert!(found.people[0].place == Place::default(), "where she works did not come");
    assert!(matches!(found.missing, Some(Error::TimedOut)) && found.more);
}

#[tokio::test]
async fn printing_what_was_found_says_nothing_of_whom() {
    let desk = desk();
    let found = desk.found("castafiore").await;
    let printed = format!("{found:?} {:?} {:?}", desk.directory, found.people[0].place);
    for word in ["astafiore", "ASTAFIORE", "997000", "MOULINSART", annuaire::KEY] {
        assert!(!printed.contains(word), "{printed}");
    }
}
