// Invented people, in the shape of Pro Santé Connect's UserInfo (with a field no document mentions).
// There `sub` is `f:<uuid>:<id>`; this provider always gives the identifier itself.
const person = (id, given_name, family_name, title, profession, places) => ({
  Secteur_Activite: 'SA07^1.2.250.1.71.4.2.4',
  sub: id,
  SubjectOrganization: places[0].raisonSocialeSite,
  SubjectOrganizationID: places[0].identifiantTechniqueDeLaStructure ?? '',
  preferred_username: id,
  SubjectNameID: id,
  given_name,
  family_name,
  authMode: 'CARD',
  auth_level: '1',
  UITVersion: '1.0',
  Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
  SubjectRole: [`${profession}^1.2.250.1.213.1.1.5.5`],
  PSI_Locale: '1.2.250.1.213.1.3.1.1',
  Mode_Acces_Raison: '',
  Acces_Regulation_Medicale: 'FAUX',
  ChampsAjoute: { un: [1, null, 'deux'], avis: 'champ inconnu' },
  otherIds: [{ identifiant: id, origine: 'RPPS', qualite: 1 }],
  SubjectRefPro: {
    codeCivilite: title,
    exercices: [{ codeProfession: profession, codeCategorieProfessionnelle: 'C', nomDexercice: family_name,
      prenomDexercice: given_name, activities: places }],
  },
});
const cabinet = { codeModeExercice: 'L', codeSecteurDactivite: 'SA07', identifiantTechniqueDeLaStructure: 'R102671',
  raisonSocialeSite: 'CABINET DE MOULINSART', adresseEMail: '' };
const hospital = { codeModeExercice: 'S', codeSecteurDactivite: 'SA01', numeroFinessSite: '0B0193488',
  raisonSocialeSite: 'CENTRE HOSPITALIER DE MOULINSART' };

export const people = Object.fromEntries([
  person('899700012345', 'Tryphon', 'TOURNESOL', 'M', '10', [cabinet, hospital]),
  person('899700054321', 'Bianca', 'CASTAFIORE', 'MME', '60', [hospital]),
  person('899700067890', 'Hans', 'KROLLSPELL', 'M', '10', [hospital]),
].map((p) => [p.SubjectNameID, p]));

export const claims = Object.keys(people['899700012345']).filter((name) => name !== 'sub');
