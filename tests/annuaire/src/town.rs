//! Who there is in the directory of the test site. Everybody is invented.
//!
//! A mailbox is written `KIND:address`, with `!` after the kind if it is on the red list and `=…` before what it is for.

/// `key | NAME | CITY | postal code | sector of activity | mailboxes`. A `-` in front: closed.
const STRUCTURES: &str = "
CHM|CENTRE HOSPITALIER DE MOULINSART|MOULINSART CEDEX|62990|SA01|ORG:secretariat.cardiologie@mss.test=Secrétariat de cardiologie;ORG:urgences@mss.test=Service des urgences;APP:resultats.laboratoire@mss.test=Serveur de résultats du laboratoire;ORG!:direction@mss.test=Direction générale
LIC|CLINIQUE DE LA LICORNE|ST MALO|35400|SA04|ORG:cardiologie@licorne.mss.test=Consultation de cardiologie;ORG:accueil@licorne.mss.test
RAK|CABINET DU RAKHAM|MOULINSART|62990|SA07|
KAR|CABINET DE KARABOUDJAN|SAINT-NAZAIRE|44600|SA07|
SYL|PHARMACIE DE SYLDAVIE|KLOW-SUR-MER|85990|SA33|ORG:pharmacie.syldavie@mss.test=Pharmacie
LAB|LABORATOIRE TOPOLINO|MOULINSART|62990|SA25|APP:biologie@mss.test=Comptes rendus de biologie
EHP|EHPAD LES SEPT BOULES|TOUFFREVILLE|76990|SA17|ORG:soins@mss.test=Équipe soignante
-ANC|CLINIQUE FERMEE DU TEMPLE|MOULINSART|62990|SA04|ORG:ancienne@mss.test=Ancienne clinique
";

/// `RPPS | FAMILY | Given names | civility | title | profession | specialities | mailboxes | where`. A `-` in front:
/// no longer practises. Where: `KEY` or `KEY>mailboxes`; with a `-` in front, no longer there.
const PEOPLE: &str = "
99700012345|TOURNESOL|Tryphon|M|DR|10|SM04|PER:tryphon.tournesol@mss.test|CHM
99700054321|CASTAFIORE|BIANCA|MME||60||PER:bianca.castafiore@mss.test|CHM
99700067890|KROLLSPELL|HANS|M|DR|10|SM42|PER:hans.krollspell@mss.test|LIC
99700000101|PASSEREAU|Irma|MME|DR|10|SM26 SM53|PER:irma.passereau@mss.test|RAK>PER:irma.passereau@medecin.mss.test;KAR>PER:i.passereau@licorne.mss.test
99700000102|LÉVÊQUE|Zoé|MME|DR|10|SM40|PER:zoe.leveque@mss.test|CHM
99700000103|MÜLLER|Jürgen|M|PR|10|SM32|PER:jurgen.muller@mss.test|CHM;LIC
99700000104|D'ARTAGNAN|CHARLES|M|DR|10|SM08|PER:charles.dartagnan@mss.test|LIC
99700000105|LE GALL|YANN|M|DR|10|SM38|PER:yann.legall@mss.test|LIC
99700000106|PEREZ-MARTIN|ANA|MME||91||PER:ana.perezmartin@mss.test|KAR
99700000107|SPONSZ|ACHILLE|M|DR|10|SM05|PER!:achille.sponsz@mss.test|CHM
99700000108|WAGNER|IGOR|M||70||PER!:igor.prive@mss.test;PER:igor.wagner@mss.test|RAK
99700000109|BOUCHER|OSCAR|M||60|||CHM
-99700000110|LAMPION|SERAPHIN|M||21||PER:seraphin.lampion@mss.test|SYL
99700000111|BERGAMOTTE|HIPPOLYTE|M||21||PER:hippolyte.bergamotte@mss.test|LAB
99700000112|HADDOCK|ARCHIBALD MARIE|M|DR|10|SM42|PER:archibald.haddock@mss.test|CHM
99700000113|HADDOCK|ARCHIBALD|M||70||PER:a.haddock@licorne.mss.test|LIC
99700000114|DUPONT|JEAN|M|DR|10|SM54|PER:jean.dupont@mss.test|RAK
99700000115|DUPONT|JEANNE|MME|DR|40||PER:jeanne.dupont@mss.test|KAR
99700000116|DUPOND|JEAN|M|DR|10|SM54|PER:jean.dupond@mss.test|CHM
99700000117|ALCAZAR|RAMON|M|DR|10|SM59|CAB:cabinet.alcazar@mss.test=Cabinet des docteurs Alcazar et Tapioca|RAK
99700000118|TAPIOCA|EDGARDO|M|DR|10|SM54|CAB:cabinet.alcazar@mss.test=Cabinet des docteurs Alcazar et Tapioca|RAK
99700000119|CALYS|HIPPOLYTE|M|PR|10|SM30|PER:hippolyte.calys@mss.test|-LIC;CHM
99700000120|SICLONE|PHILEMON|M|PR|10|SM27|PER:philemon.siclone@mss.test|-CHM>PER:p.siclone@licorne.mss.test
99700000121|HALAMBIQUE|NESTOR|M|PR|10|SM49|PER:nestor.halambique@mss.test|CHM
99700000122|TOPOLINO|ALFREDO|M|PR|10|SM28|PER:alfredo.topolino@mss.test|LIC
99700000123|WOLFF|FRANK|M||32||PER:frank.wolff@mss.test|CHM
99700000124|BAXTER|ALBERT|M|DR|10|SM74|PER:albert.baxter@mss.test|CHM
99700000125|SANZOT|JULES|M||35||PER:jules.sanzot@mss.test|EHP
99700000126|CLAIRMONT|GEORGES|M|DR|10|SM20|PER:georges.clairmont@mss.test|LIC
99700000127|CHARLET|MARC|M||60|SI07|PER:marc.charlet@mss.test|CHM
99700000128|CANTONNEAU|PAUL|M|PR|10|SM18|PER:paul.cantonneau@mss.test|EHP
99700000129|LAUBEPIN|VICTOR|M|DR|10|SM39|PER:victor.laubepin@mss.test|LIC
99700000130|HORNET|GUSTAVE|M||94||PER:gustave.hornet@mss.test|EHP
99700000131|SOLOWJEW|SERGE|M||95||PER:serge.solowjew@mss.test|CHM
99700000132|MIDOU|SYLVIE|MME||50||PER:sylvie.midou@mss.test|LIC
99700000133|NORBERT|CLÉMENTINE|MME||93||PER:clementine.norbert@mss.test|EHP
99700000134|ŒUVRARD|NOÉMIE|MME||80||PER:noemie.oeuvrard@mss.test|KAR
99700000135|DE LA TOUR|MARGUERITE|MME|DR|10|SM15|PER:marguerite.delatour@mss.test|KAR
99700000136|YAMATO|AYA|MME||96||PER:aya.yamato@mss.test|CHM
99700000137|TCHANG|TCHONG-JEN|M|DR|10|SM48|PER:tchang@mss.test|CHM
";

/// A mailbox.
#[derive(Clone, Copy)]
pub(crate) struct Mailbox<'a> {
    pub(crate) kind: &'a str,
    pub(crate) red: bool,
    pub(crate) address: &'a str,
    pub(crate) about: &'a str,
}

/// A structure.
pub(crate) struct Structure<'a> {
    pub(crate) key: &'a str,
    pub(crate) active: bool,
    pub(crate) name: &'a str,
    pub(crate) city: &'a str,
    pub(crate) postal_code: &'a str,
    pub(crate) sector: &'a str,
    pub(crate) boxes: Vec<Mailbox<'a>>,
}

/// A professional.
pub(crate) struct Person<'a> {
    pub(crate) rpps: &'a str,
    pub(crate) active: bool,
    pub(crate) family: &'a str,
    pub(crate) given: Vec<&'a str>,
    pub(crate) civility: &'a str,
    pub(crate) title: &'a str,
    pub(crate) profession: &'a str,
    pub(crate) specialities: Vec<&'a str>,
    pub(crate) boxes: Vec<Mailbox<'a>>,
    pub(crate) roles: Vec<Role<'a>>,
}

/// Where somebody works.
pub(crate) struct Role<'a> {
    pub(crate) active: bool,
    pub(crate) structure: &'a str,
    pub(crate) boxes: Vec<Mailbox<'a>>,
}

pub(crate) fn structures() -> Vec<Structure<'static>> {
    rows(STRUCTURES)
        .map(|(active, cells)| {
            let [key, name, city, postal_code, sector, boxes] = cells_of(&cells);
            Structure { key, active, name, city, postal_code, sector, boxes: boxes_of(boxes) }
        })
        .collect()
}

pub(crate) fn people() -> Vec<Person<'static>> {
    rows(PEOPLE)
        .map(|(active, cells)| {
            let [rpps, family, given, civility, title, profession, specialities, boxes, roles] = cells_of(&cells);
            let roles = roles.split(';').filter(|role| !role.is_empty()).map(|role| {
                let (active, role) = role.strip_prefix('-').map_or((true, role), |role| (false, role));
                let (structure, boxes) = role.split_once('>').unwrap_or((role, ""));
                Role { active, structure, boxes: boxes_of(boxes) }
            });
            Person {
                rpps,
                active,
                family,
                given: given.split_whitespace().collect(),
                civility,
                title,
                profession,
                specialities: specialities.split_whitespace().collect(),
                boxes: boxes_of(boxes),
                roles: roles.collect(),
            }
        })
        .collect()
}

fn rows(table: &'static str) -> impl Iterator<Item = (bool, Vec<&'static str>)> {
    table.lines().filter(|line| !line.is_empty()).map(|line| {
        let (active, line) = line.strip_prefix('-').map_or((true, line), |line| (false, line));
        (active, line.split('|').collect())
    })
}

/// The cells of a row; the tests look that each has as many as it should.
fn cells_of<const N: usize>(cells: &[&'static str]) -> [&'static str; N] {
    let mut all = [""; N];
    for (cell, value) in all.iter_mut().zip(cells) {
        *cell = value;
    }
    all
}

fn boxes_of(text: &str) -> Vec<Mailbox<'_>> {
    let boxes = text.split(';').filter_map(|text| {
        let (kind, rest) = text.split_once(':')?;
        let (address, about) = rest.split_once('=').unwrap_or((rest, ""));
        Some(Mailbox { kind: kind.trim_end_matches('!'), red: kind.ends_with('!'), address, about })
    });
    boxes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_is_whole_and_everybody_works_somewhere_that_exists() {
        assert!(rows(STRUCTURES).all(|(_, cells)| cells.len() == 6));
        assert!(rows(PEOPLE).all(|(_, cells)| cells.len() == 9));
        let keys: BTreeSet<&str> = structures().iter().map(|structure| structure.key).collect();
        let people = people();
        assert_eq!(people.len(), 40);
        let numbers: BTreeSet<&str> = people.iter().map(|person| person.rpps).collect();
        assert_eq!(numbers.len(), people.len());
        for person in &people {
            assert_eq!(person.rpps.len(), 11, "{}", person.family);
            assert!(person.roles.iter().all(|role| keys.contains(role.structure)), "{}", person.family);
        }
    }
}
