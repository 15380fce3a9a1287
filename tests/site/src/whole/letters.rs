//! A handful of letters as MSSanté carries them, with real documents, newer than all the others.

use crate::mail::{Mail, PERSONAL};
use anyhow::Result;
use papers::cda;
use papers::mail::{Attached, message};
use papers::people::{LAMPION, LE_GOFF};
use papers::{pdf, scan, xdm};

const PDF: &str = "application/pdf";

/// Puts them into the doctor's inbox, the last one newest.
pub(super) fn deliver(mail: &Mail) -> Result<()> {
    let scan = scan::pdf(&LAMPION);
    let biology = xdm::of(&cda::biology(&LE_GOFF));
    let discharge = xdm::of(&cda::discharge(&LAMPION));
    let report = pdf::hospital_report(&LAMPION, 3);
    let letters = [
        message(
            "Courrier de sortie",
            "Cher confrère,\r\n\r\nVeuillez trouver le courrier numérisé de M. LAMPION.\r\n",
            &[Attached { name: "courrier.pdf", media: PDF, bytes: &scan }],
        ),
        message(
            "XDM/1.0/DDM+Résultats de biologie LE GOFF Anne 12/03/1948",
            "Bonjour,\r\n\r\nDeux valeurs sont hors normes.\r\n\r\nLaboratoire Sanzot\r\n",
            &[Attached { name: "IHE_XDM.ZIP", media: "application/zip", bytes: &biology }],
        ),
        message(
            "XDM/1.0/DDM+Compte rendu d’hospitalisation LAMPION Séraphin 04/06/1956",
            "Cher confrère,\r\n\r\nVotre patient a été hospitalisé du 18 au 22 novembre pour une dysphonie \
             persistante. La laryngoscopie retrouve un polype de la corde vocale droite, retiré en totalité sous \
             anesthésie générale.\r\n\r\nLes suites sont simples. Repos vocal de dix jours, contrôle prévu le \
             4 décembre à 9 h 30. L’examen anatomopathologique est en cours ; je vous l’adresserai dès réception.\r\n\
             \r\nMerci de surveiller la tension artérielle : 158/94 à la sortie, sans signe fonctionnel. Le \
             traitement antihypertenseur n’a pas été modifié.\r\n\r\nBien confraternellement,\r\nDr Bianca CASTAFIORE\r\n",
            &[
                Attached { name: "compte-rendu.pdf", media: PDF, bytes: &report },
                Attached { name: "IHE_XDM.ZIP", media: "application/zip", bytes: &discharge },
            ],
        ),
    ];
    for letter in letters {
        // A receipt is asked for: the person decides.
        let mut asking = b"Disposition-Notification-To: <bianca.castafiore@mss.test>\r\n".to_vec();
        asking.extend(letter);
        mail.deliver_bytes(PERSONAL, "INBOX", &asking)?;
    }
    Ok(())
}
