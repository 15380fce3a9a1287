//! Letters as MSSanté carries them.

use crate::write::{PDF, ZIP, crlf, file, head, html, message, multipart, plain};
use crate::{Sample, small};

fn xdm(subject: &str, fields: &str, text: &str) -> Vec<u8> {
    let parts = [
        plain(text),
        file("application/zip; name=\"IHE_XDM.ZIP\"", "filename=\"IHE_XDM.ZIP\"", ZIP),
        file("application/pdf", "filename=\"20260312_CR_LAMPION_Seraphin.pdf\"", PDF),
    ];
    crlf(&(head(subject) + fields + &multipart("mixed", "b1", &parts)))
}

const XDM: &str = "=?utf-8?q?XDM/1.0/DDM+Compte_rendu_d=E2=80=99imagerie_LAMPION_S=C3=A9raphin_12/03/1948?=";

pub(crate) fn samples() -> Vec<Sample> {
    let patient = "From: =?utf-8?q?S=C3=A9raphin_LAMPION?= <148035121518974@patient.mssante.fr>\nTo: secretariat.cardio@ch-moulinsart.mssante.fr\nDate: Thu, 12 Mar 2026 10:22:00 +0100\nMessage-ID: <p1@patient.mssante.fr>\n";
    vec![
        small(
            "mss-xdm",
            "A document with its patient in the subject",
            xdm(
                XDM,
                "X-MSS-NIL: LOGICIEL-001\nX-MSS-CODECDA: 18748-4\nX-MSS-INS: O\n",
                "Bonjour,\n\nVeuillez trouver ci-joint le compte rendu d'imagerie de M. Séraphin LAMPION.\n\nCordialement,\n\nService d'imagerie\nCH de Moulinsart",
            ),
        ),
        small(
            "mss-xdm-reply",
            "An answer to a document",
            message(
                &(head(&format!("RE: {XDM}")) + "In-Reply-To: <d1@mss.test>\nReferences: <d1@mss.test>\n"),
                "Bien recu, merci.\n\nLe 12/03/2026 10:22, Service d'imagerie a ecrit :\n> Bonjour,\n> Veuillez trouver ci-joint le compte rendu.\n",
            ),
        ),
        small(
            "mss-xdm-folded",
            "The prefix and the patient, folded and cut into words",
            xdm(
                "XDM/1.0/DDM+=?utf-8?q?Lettre_de_liaison_=C3=A0_la_sortie?=\n =?utf-8?q?_LAMPION_S=C3=A9raphin?=\n 12/03/1948",
                "",
                "Voir pièce jointe.",
            ),
        ),
        small(
            "mss-patient",
            "A patient writes",
            crlf(&format!(
                "{patient}Subject: =?utf-8?q?Mon_traitement?=\n\nBonjour Docteur,\n\nDois-je continuer le traitement après le 15 ?\n\nMerci,\nSéraphin LAMPION\n"
            )),
        ),
        small(
            "mss-patient-reply",
            "A patient answers, from the application of Mon espace santé",
            crlf(&format!(
                "{patient}Subject: RE: Rendez-vous\nIn-Reply-To: <a@ch-moulinsart.mssante.fr>\nContent-Type: text/html; charset=utf-8\n\n<p>Bonjour,</p><p>Je serai l&agrave; le 15.</p><br><hr><p>De : secretariat.cardio@ch-moulinsart.mssante.fr<br>Envoy&eacute; : 11/03/2026<br>&Agrave; : 148035121518974@patient.mssante.fr<br>Objet : Rendez-vous</p><p>Votre rendez-vous est le 15 &agrave; 9 h.</p>"
            )),
        ),
        small(
            "mss-fin",
            "The thread is over: subject [FIN]",
            crlf(&format!("{}\nCet échange est terminé.\n", head("[FIN]"))),
        ),
        small(
            "mss-fin-header",
            "The thread is over: X-MSS-MES",
            message(&(head("Suivi") + "X-MSS-MES: FIN\n"), "Merci, nous clôturons cet échange.\n"),
        ),
        small("mss-fin-reply", "An answer to [FIN] is no end", message(&head("RE: [FIN]"), "Bien noté.\n")),
        small(
            "mss-laboratory",
            "Results of a laboratory, columns lined up by spaces",
            crlf(
                "From: =?utf-8?q?Laboratoire_BIO-MOULINSART?= <ne-pas-repondre@labo-moulinsart.mssante.fr>\nTo: bianca.castafiore@medecin.mssante.fr\nDate: Thu, 12 Mar 2026 18:00:00 +0100\nSubject: Resultats LAMPION Seraphin\nAuto-Submitted: auto-generated\nContent-Type: text/plain; charset=utf-8\n\n\
             Patient : LAMPION Séraphin, né le 12/03/1948\nPrélèvement du 12/03/2026 à 07:45\n\n\
             HEMATOLOGIE\n\
             Hémoglobine ............      11,2  g/dL        13,0 - 17,0    *\n\
             Leucocytes .............       6,4  G/L          4,0 - 10,0\n\
             Plaquettes .............     210    G/L        150   - 400\n\n\
             BIOCHIMIE\n\
             Potassium ..............       5,9  mmol/L       3,5 -  5,0    *\n\
             > 60 mL/min\n\n\
             * hors des valeurs de référence\n",
            ),
        ),
        small(
            "mss-hprim",
            "HPRIM Médecin in the text",
            crlf(
                "From: labo@labo-moulinsart.mssante.fr\nTo: bianca.castafiore@medecin.mssante.fr\nSubject: HPRIM\nContent-Type: text/plain; charset=iso-8859-1\n\n000123\nLAMPION\nSERAPHIN\n12 RUE DU CHATEAU\n\n75000 PARIS\n12/03/1948\n148035121518974\n\n12/03/2026\nLABO01   LABORATOIRE\nCASTAF01 CASTAFIORE\n****LAB****\nRES|Hemoglobine|HB|N|11.2|g/dL|13.0|17.0|B|F|||\nRES|Plaquettes|PLT|N|210|G/L|150|400||F|||\n****FINFICHIER****\n",
            ),
        ),
        small(
            "mss-letter-wrapped",
            "A letter wrapped at 72 characters, with a prescription",
            message(
                &(head("Consultation LAMPION").replace("Subject", "X-MSS-NIL: 1\nSubject")
                    + "Content-Type: text/plain; charset=utf-8\n"),
                "Cher confrère,\n\n\
             J'ai reçu ce jour en consultation M. Séraphin LAMPION, né le 12/03/1948,\n\
             pour une dyspnée d'effort apparue il y a trois semaines, sans douleur\n\
             thoracique ni syncope. L'examen retrouve un souffle systolique au foyer\n\
             aortique et des oedèmes des membres inférieurs.\n\n\
             Je propose :\n\
             - BISOPROLOL 2,5 mg : 1 comprimé le matin\n\
             - FUROSEMIDE 40 mg : 1 comprimé le matin pendant 10 jours, puis à\n\
             réévaluer selon le poids\n\
             - arrêt du VERAPAMIL\n\n\
             Contrôle de la kaliémie dans 8 jours.\n\n\
             Bien confraternellement,\n\nDr Bianca CASTAFIORE\nCardiologue\n12 rue du Château\n75000 Moulinsart\n",
            ),
        ),
        small(
            "mss-secretariat",
            "The mailbox of a service writes, a receipt is asked",
            crlf(
                "Return-Path: <secretariat.cardio@ch-moulinsart.mssante.fr>\nFrom: =?utf-8?q?CH_Moulinsart_=E2=80=93_Secr=C3=A9tariat_de_cardiologie?= <secretariat.cardio@ch-moulinsart.mssante.fr>\nTo: bianca.castafiore@medecin.mssante.fr\nCc: tryphon.tournesol@medecin.mssante.fr, imagerie@ch-moulinsart.mssante.fr\nDate: Thu, 12 Mar 2026 10:22:00 +0100\nDisposition-Notification-To: secretariat.cardio@ch-moulinsart.mssante.fr\nSubject: Convocation de M. LAMPION\n\nBonjour Docteur,\n\nM. LAMPION est convoqué le 20 mars à 9 h.\n\n-- \nSecrétariat de cardiologie\nCH de Moulinsart - 01 23 45 67 89\n",
            ),
        ),
        small(
            "mss-discharge-html",
            "A discharge letter of hospital software, in HTML tables",
            crlf(
                &(head("=?utf-8?q?Lettre_de_liaison?=")
                    + &html(
                        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"><style>td{padding:2px}</style></head><body>\
             <table width=\"100%\"><tr><td><img src=\"cid:logo\"></td><td><b>CENTRE HOSPITALIER DE MOULINSART</b><br>Service de cardiologie</td></tr></table>\
             <h2>Lettre de liaison</h2><p><b>Patient :</b> LAMPION Séraphin, né le 12/03/1948</p>\
             <p>Séjour du 01/03/2026 au 08/03/2026</p><h3>Traitement de sortie</h3>\
             <table border=1><tr><th>Médicament</th><th>Posologie</th><th>Durée</th></tr>\
             <tr><td>BISOPROLOL 2,5&nbsp;mg</td><td>1 cp le matin</td><td>à poursuivre</td></tr>\
             <tr><td><s>VERAPAMIL 120&nbsp;mg</s></td><td></td><td>arrêté</td></tr></table>\
             <h3>Biologie</h3><table><tr><td>Plaquettes</td><td>210&times;10<sup>9</sup>/L</td></tr><tr><td>SpO<sub>2</sub></td><td>97&nbsp;%</td></tr></table>\
             <ol><li>Revoir dans 8 jours</li><li>Kaliémie</li></ol><p>Dr Bianca CASTAFIORE</p></body></html>",
                    )),
            ),
        ),
        small(
            "mss-teleexpertise",
            "A question between colleagues, answered above, twice",
            message(
                &(head("RE: RE: Avis ECG")
                    + "References: <e1@mss.test> <e2@mss.test>\nContent-Type: text/plain; charset=utf-8\n"),
                "D'accord, je le vois demain.\n\nDe : Tryphon TOURNESOL <tryphon.tournesol@medecin.mssante.fr>\nEnvoyé : jeudi 12 mars 2026 09:50\nÀ : Bianca CASTAFIORE\nObjet : RE: Avis ECG\n\nOui, c'est préférable.\n\nDe : Bianca CASTAFIORE\nEnvoyé : mercredi 11 mars 2026 18:00\nÀ : Tryphon TOURNESOL\nObjet : Avis ECG\n\nPeux-tu regarder cet ECG ?\n",
            ),
        ),
        small(
            "mss-transfer",
            "A letter passed on: it is the letter",
            message(
                &(head("TR : Compte rendu LAMPION") + "Content-Type: text/plain; charset=utf-8\n"),
                "Pour information.\n\nDe : Laboratoire BIO-MOULINSART\nEnvoyé : mercredi 11 mars 2026 18:00\nÀ : Bianca CASTAFIORE\nObjet : Compte rendu LAMPION\n\nBonjour,\n\nLe résultat est normal.\n",
            ),
        ),
        small(
            "mss-memo",
            "A memo begins as Outlook's quotations do: it is the letter",
            message(
                &(head("Garde du 15 mars") + "Content-Type: text/plain; charset=utf-8\n"),
                "CENTRE HOSPITALIER DE MOULINSART\n\nDe : Dr Bianca CASTAFIORE\nÀ : tous les praticiens\nDate : 12 mars 2026\nObjet : garde du 15 mars\n\nLa garde du 15 est assurée par le Dr Tournesol.\n",
            ),
        ),
        small(
            "mss-only-quotation",
            "Nothing but what was quoted",
            message(&head("RE: Question"), "> Bonjour,\n> Pouvez-vous confirmer ?\n"),
        ),
        small(
            "mss-figures-look-quoted",
            "Figures that begin with a greater-than sign",
            message(
                &(head("Constantes") + "Content-Type: text/plain; charset=utf-8\n"),
                "Température\n> 38,5 °C\nà surveiller.\n\nSaturation :\n> 95 %\n",
            ),
        ),
        small(
            "mss-no-text",
            "A document and no text",
            crlf(
                &(head(XDM)
                    + &multipart(
                        "mixed",
                        "b1",
                        &[file("application/zip; name=IHE_XDM.ZIP", "filename=IHE_XDM.ZIP", ZIP)],
                    )),
            ),
        ),
    ]
}
