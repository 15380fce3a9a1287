//! Patients, professionals and establishments. None of them exists.

/// A patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Family name at birth.
    pub family: &'static str,
    /// First name.
    pub given: &'static str,
    /// All first names, as the register has them.
    pub all_given: &'static str,
    /// Name in use, when it is another.
    pub used: Option<&'static str>,
    /// `YYYYMMDD`
    pub born: &'static str,
    /// `M` or `F`
    pub sex: &'static str,
    /// Thirteen characters of the NIR, without the key: the country 99 999 and the order 999 are given to nobody.
    pub number: &'static str,
}

impl Person {
    /// The matricule: fifteen characters, the last two its key.
    pub fn ins(&self) -> String {
        let number: u64 = self.number.replace("2A", "19").replace("2B", "18").parse().unwrap();
        format!("{}{:02}", self.number, 97 - number % 97)
    }

    /// `04/06/1956`
    pub fn born_french(&self) -> String {
        format!("{}/{}/{}", &self.born[6..], &self.born[4..6], &self.born[..4])
    }

    /// «M. LAMPION Séraphin, né le 04/06/1956»
    pub fn line(&self) -> String {
        let (title, born) = if self.sex == "F" { ("Mme", "née") } else { ("M.", "né") };
        format!("{title} {} {}, {born} le {}", self.family, self.given, self.born_french())
    }
}

/// The one of the pictures.
pub const LAMPION: Person = Person {
    family: "LAMPION",
    given: "Séraphin",
    all_given: "SERAPHIN AUGUSTE",
    used: None,
    born: "19560604",
    sex: "M",
    number: "1560699999999",
};

/// A patient whose name in use is another than the one at birth.
pub const LE_GOFF: Person = Person {
    family: "LE GOFF",
    given: "Anne-Marie",
    all_given: "ANNE-MARIE JEANNE",
    used: Some("D’ALMEIDA"),
    born: "19850101",
    sex: "F",
    number: "2850199999999",
};

/// A child.
pub const ROUSSEAU: Person = Person {
    family: "ROUSSEAU",
    given: "Chloé",
    all_given: "CHLOE",
    used: None,
    born: "20150321",
    sex: "F",
    number: "2150399999999",
};

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Author {
    /// `DR` or nothing.
    pub title: &'static str,
    /// First name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// RPPS number, of the range that demonstrations use.
    pub rpps: &'static str,
    /// Code of profession and speciality (TRE_G15 with R38).
    pub code: &'static str,
    /// Its label.
    pub speciality: &'static str,
    /// What the letterhead says below the establishment.
    pub service: &'static str,
    /// Establishment.
    pub organisation: &'static str,
    /// Its place.
    pub city: &'static str,
}

impl Author {
    /// «Dr Bianca CASTAFIORE»
    pub fn line(&self) -> String {
        let title = if self.title == "DR" { "Dr " } else { "" };
        format!("{title}{} {}", self.given, self.family)
    }
}

/// A biologist.
pub const SANZOT: Author = Author {
    title: "DR",
    given: "Gaston",
    family: "SANZOT",
    rpps: "899900000011",
    code: "G15_10/SM03",
    speciality: "Médecin - Biologie médicale (SM)",
    service: "Biologie médicale",
    organisation: "Laboratoire Sanzot",
    city: "MOULINSART",
};

/// A radiologist.
pub const CALYS: Author = Author {
    title: "DR",
    given: "Hippolyte",
    family: "CALYS",
    rpps: "899900000029",
    code: "G15_10/SM44",
    speciality: "Médecin - Radiodiagnostic et imagerie médicale (SM)",
    service: "IRM, scanner, radiologie, échographie",
    organisation: "Centre d’imagerie du Sceptre",
    city: "KLOW",
};

/// A surgeon of a hospital.
pub const CASTAFIORE: Author = Author {
    title: "DR",
    given: "Bianca",
    family: "CASTAFIORE",
    rpps: "899900000037",
    code: "G15_10/SM39",
    speciality: "Médecin - Oto-rhino-laryngologie (SM)",
    service: "Service d’ORL et de chirurgie cervico-faciale",
    organisation: "Centre hospitalier de Moulinsart",
    city: "MOULINSART",
};

/// A general practitioner.
pub const TOURNESOL: Author = Author {
    title: "DR",
    given: "Tryphon",
    family: "TOURNESOL",
    rpps: "899900000045",
    code: "G15_10/SM26",
    speciality: "Médecin - Qualifié en Médecine Générale (SM)",
    service: "Médecine générale",
    organisation: "Cabinet médical du Château",
    city: "MOULINSART",
};
