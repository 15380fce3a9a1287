//! Failures: a stable code for the telephone, a cause and a remedy for the IT person.
//!
//! What the person at the desk reads is worded by the page, in their language. The table `CODES.md` beside this
//! crate is made from [`Failure::ALL`]; a test keeps it fresh.

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $retry:literal, $cause:literal, $remedy:literal;)*) => {
        /// Everything that can stop a visit. The code never changes its meaning; a retired one is not used again.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Failure { $($(#[$doc])* $name,)* }

        impl Failure {
            /// All of them, in the order of the table.
            pub const ALL: &[Failure] = &[$(Failure::$name,)*];

            /// The code told over the telephone, such as `CARD-03`.
            pub const fn code(self) -> &'static str { match self { $(Failure::$name => $code,)* } }

            /// What happened, for the IT person, in French.
            pub const fn cause(self) -> &'static str { match self { $(Failure::$name => $cause,)* } }

            /// What the IT person does about it, in French.
            pub const fn remedy(self) -> &'static str { match self { $(Failure::$name => $remedy,)* } }

            /// Trying again at once may help, so the page offers it.
            pub const fn retry(self) -> bool { match self { $(Failure::$name => $retry,)* } }
        }
    };
}

failures! {
    /// C4.
    CardVitale = "CARD-01", false, "Une carte Vitale a été insérée.", "Aucune action : la personne s’est trompée de carte.";
    /// C5.
    CardUnknown = "CARD-02", false, "La carte n’est ni une CPS ni une carte connue.", "Vérifier la carte sur un autre poste.";
    /// P4.
    CardBlocked = "CARD-03", false, "Trois codes faux : la carte est bloquée.", "Déblocage par le porteur avec son code de déblocage, hors de la borne.";
    /// C6.
    CardWithoutAuthentication = "CARD-04", false, "La carte n’a pas de certificat d’authentification utilisable (CPF, carte ancienne).", "Utiliser une CPS ou une CPE nominative.";
    /// C7.
    CardExpired = "CARD-05", false, "Le certificat de la carte est expiré.", "Utiliser la nouvelle carte, ou la demander à l’ANS.";
    /// C8.
    CardRefused = "CARD-06", false, "Le fournisseur d’identité refuse cette carte : opposition, ou carte inconnue de lui.", "Vérifier l’état de la carte auprès de l’ANS ; vérifier que les AC de la carte sont acceptées par le fournisseur.";
    /// C9.
    CardUnverifiable = "CARD-07", true, "Le fournisseur n’a pas pu vérifier la révocation de la carte.", "Attendre ; vérifier l’accès du fournisseur aux listes de révocation.";
    /// A card that stops answering.
    CardHung = "CARD-08", false, "La carte a cessé de répondre.", "Essayer une autre carte ; si elle répond, la première est abîmée.";
    /// Sharing violation.
    CardBusy = "CARD-09", true, "Un autre programme garde la carte pour lui.", "Fermer tout autre logiciel qui utilise le lecteur.";
    /// The card could not sign.
    CardSignature = "CARD-10", true, "La carte n’a pas signé.", "Réinsérer la carte ; essayer une autre carte.";
    /// The card service is down.
    ReaderService = "READ-01", false, "Le service de carte (pcscd) ne répond pas.", "Il redémarre de lui-même ; sinon redémarrer la borne.";
    /// C10.
    ClockWrong = "TIME-01", true, "L’heure de la borne est fausse.", "Vérifier le serveur de temps (NTP) et la pile de l’horloge.";
    /// X2 once it lasts.
    NetworkDown = "NET-01", true, "Pas de réseau.", "Vérifier câble, commutateur, 802.1X, pare-feu.";
    /// X3 for the provider.
    ProviderUnreachable = "AUTH-01", true, "Le fournisseur d’identité est injoignable.", "Vérifier réseau, DNS, pare-feu, et l’adresse dans la configuration.";
    /// Provider answers 5xx.
    ProviderDown = "AUTH-02", true, "Le fournisseur d’identité répond par une erreur interne.", "Attendre, prévenir le fournisseur.";
    /// Provider too slow.
    ProviderSlow = "AUTH-03", true, "Le fournisseur d’identité ne répond pas à temps.", "Vérifier le réseau ; attendre.";
    /// X4.
    ProviderUntrusted = "AUTH-04", false, "Le certificat du fournisseur n’est pas signé par une AC de la configuration.", "Vérifier les AC configurées ; ne jamais passer outre : une interception est possible.";
    /// X4.
    ProviderWrongName = "AUTH-05", false, "Le certificat du fournisseur porte un autre nom.", "Vérifier l’adresse configurée et le certificat du serveur.";
    /// X4.
    ProviderExpired = "AUTH-06", false, "Le certificat du fournisseur est expiré.", "Prévenir le fournisseur ; vérifier l’heure de la borne.";
    /// acr.
    AssuranceTooLow = "AUTH-07", false, "Le niveau d’authentification rendu (acr) n’est pas accepté.", "Comparer accepted_acr à ce que rend le fournisseur.";
    /// Nonce, signature, audience.
    TokenInvalid = "AUTH-08", false, "Le jeton d’identité est invalide (nonce, signature, émetteur, destinataire).", "Prévenir le fournisseur ; une interception est possible.";
    /// TLS 1.3 only with a CPS3.
    CardNeedsTls12 = "AUTH-09", false, "Le serveur n’accepte que TLS 1.3, que la carte CPS3 ne peut signer.", "Demander au fournisseur d’accepter TLS 1.2 pour les CPS3.";
    /// The provider refuses the kiosk.
    ProviderRefused = "AUTH-10", true, "Le fournisseur refuse la demande de la borne (client, secret, adresse de retour).", "Vérifier client_id, secret ou certificat, redirect_uri, scope.";
    /// Somebody else logged in within the same visit.
    OtherPerson = "AUTH-12", false, "Une autre personne s’est identifiée au cours de la même visite.", "Aucune action : recommencer depuis l’accueil.";
    /// The session ended at the provider.
    SessionOver = "AUTH-13", true, "Le fournisseur ne prolonge plus la session.", "Aucune action : se connecter de nouveau. Si cela revient, vérifier la durée des jetons chez le fournisseur.";
    /// access_denied.
    PhoneRefused = "ECPS-01", true, "La demande a été refusée sur le téléphone.", "Aucune action ; si la personne n’a rien demandé, quelqu’un a saisi son numéro.";
    /// expired_token.
    PhoneExpired = "ECPS-02", true, "La demande n’a pas reçu de réponse à temps.", "Vérifier le téléphone : réseau, notifications, heure automatique, e-CPS activée.";
    /// unknown_user_id.
    PhoneUnknown = "ECPS-03", true, "Le fournisseur ne connaît pas d’e-CPS pour ce numéro.", "Vérifier le numéro RPPS ; activer l’e-CPS.";
    /// Another person answered.
    PhoneOther = "ECPS-04", false, "Une autre personne que celle qui était demandée a répondu.", "Prévenir le fournisseur : ce cas ne devrait pas se produire.";
    /// The provider does not offer CIBA, or not to this client.
    PhoneNotOffered = "ECPS-05", false, "Le fournisseur n’offre pas la connexion par e-CPS (CIBA) à cette borne.", "Faire activer CIBA pour ce client ; vérifier le serveur intermédiaire (proxy) de la configuration.";
    /// A page without a form.
    ServiceUnreadable = "SERV-01", true, "Le fournisseur de la boîte de service montre une page que la borne ne sait pas présenter (script, captcha).", "Décrire la page dans le fichier d’indications du fournisseur, ou lui demander des formulaires HTML simples.";
    /// A page we cannot follow.
    ProviderUnexpected = "AUTH-11", true, "Le fournisseur a rendu une page ou une adresse inattendue.", "Vérifier allowed_hosts et la configuration ; prévenir le fournisseur.";
    /// X4.
    CertificateRevoked = "TLS-01", false, "Le certificat d’un serveur (fournisseur ou messagerie) a été révoqué par son autorité.", "Prévenir l’exploitant de ce serveur ; ne jamais passer outre.";
    /// X4.
    RevocationUnknown = "TLS-02", true, "La révocation du certificat d’un serveur n’a pas pu être vérifiée : liste absente ou périmée.", "Vérifier l’accès aux listes de révocation (« guichet selftest ») et l’heure de la borne.";
    /// X5.
    AccountRefused = "MAIL-01", false, "Le serveur de messagerie refuse cette personne pour cette boîte.", "Vérifier les droits de la personne chez l’opérateur.";
    /// B1.
    NoMailbox = "MAIL-02", false, "Aucune boîte n’est connue pour cette personne.", "Ajouter ses boîtes à la configuration, ou vérifier les revendications du fournisseur.";
    /// X3.
    MailUnreachable = "MAIL-03", true, "Le serveur de messagerie est injoignable.", "Vérifier réseau, DNS (SRV), pare-feu, ports.";
    /// X3.
    MailUnavailable = "MAIL-04", true, "Le serveur de messagerie se dit momentanément indisponible.", "Attendre ; prévenir l’opérateur.";
    /// Too slow.
    MailSlow = "MAIL-05", true, "Le serveur de messagerie ne répond pas à temps.", "Vérifier le réseau ; prévenir l’opérateur.";
    /// X4.
    MailUntrusted = "MAIL-06", false, "Le certificat du serveur de messagerie n’est pas signé par une AC de la configuration.", "Vérifier les AC (IGC-Santé) ; ne jamais passer outre.";
    /// X4.
    MailWrongName = "MAIL-07", false, "Le certificat du serveur de messagerie porte un autre nom.", "Vérifier le serveur configuré ou les enregistrements SRV.";
    /// X4.
    MailExpired = "MAIL-08", false, "Le certificat du serveur de messagerie est expiré.", "Prévenir l’opérateur ; vérifier l’heure de la borne.";
    /// NO, BAD or nonsense.
    MailServer = "MAIL-09", true, "Le serveur de messagerie a répondu par une erreur.", "Prévenir l’opérateur avec l’heure de l’incident.";
    /// SRV says none.
    MailNoServer = "MAIL-10", false, "Le domaine de la boîte n’annonce pas de serveur de messagerie (SRV).", "Vérifier le domaine, le DNS, ou fixer le serveur dans la configuration.";
    /// Gone, or of no use.
    MessageGone = "MAIL-11", false, "Le message n’est plus sur le serveur.", "Aucune action : il a été supprimé ou déplacé depuis un autre poste.";
    /// Larger than the kiosk reads.
    MessageTooLarge = "MAIL-12", false, "Le message ou le document dépasse ce que la borne lit.", "Ouvrir le message depuis un autre poste.";
    /// Quota.
    MailboxFull = "MAIL-13", false, "La boîte est pleine.", "Vider la corbeille ; voir le quota avec l’opérateur.";
    /// The confined process.
    ReaderCrashed = "DOC-01", true, "Le lecteur confiné s’est arrêté sur ce message ou ce document.", "Aucune action si cela reste rare : le contenu est abîmé ou hostile. Sinon, joindre le journal.";
    /// The confined process was too slow.
    ReaderSlow = "DOC-02", true, "Le lecteur confiné a dépassé son temps sur ce message ou ce document.", "Aucune action si cela reste rare : le contenu est abîmé ou hostile.";
    /// The kernel refuses a confinement.
    ReaderUnconfined = "DOC-03", false, "Le lecteur ne peut pas être confiné (seccomp, limites).", "Vérifier le noyau et l’unité systemd ; lancer « guichet selftest ».";
    /// Submission server.
    SubmissionUnreachable = "SEND-01", true, "Le serveur d’envoi est injoignable.", "Vérifier réseau, DNS (SRV), pare-feu, ports 587 et 465.";
    /// Its certificate.
    SubmissionUntrusted = "SEND-02", false, "Le certificat du serveur d’envoi est refusé (AC, nom ou date).", "Vérifier les AC configurées et le serveur ; ne jamais passer outre.";
    /// The token or the sender.
    SenderRefused = "SEND-03", false, "Le serveur d’envoi refuse cette personne ou cette adresse d’expéditeur.", "Vérifier les droits d’envoi de la personne chez l’opérateur.";
    /// A recipient.
    RecipientRefused = "SEND-04", false, "Le serveur d’envoi refuse un destinataire.", "Vérifier l’adresse ; voir la liste blanche.";
    /// Size.
    SendTooLarge = "SEND-05", false, "Le message dépasse la taille admise.", "Envoyer moins de documents.";
    /// 4xx.
    SendLater = "SEND-06", true, "Le serveur d’envoi refuse pour l’instant.", "Attendre ; prévenir l’opérateur.";
    /// 5xx.
    SendRefused = "SEND-07", false, "Le serveur d’envoi refuse le message.", "Prévenir l’opérateur avec l’heure de l’incident.";
    /// The drafts folder.
    DraftNotSaved = "SEND-08", true, "Le brouillon n’a pas pu être enregistré sur le serveur.", "Vérifier le quota et les droits de la boîte.";
    /// No list of domains.
    NoWhiteList = "SEND-09", false, "La liste blanche des domaines MSSanté n’est pas connue : rien ne peut être envoyé.", "Vérifier l’adresse de la liste dans la configuration, ou la fournir.";
    /// Directory.
    DirectoryUnreachable = "DIR-01", true, "L’annuaire est injoignable ou répond par une erreur.", "Vérifier réseau, adresse et AC de l’annuaire dans la configuration.";
    /// Its key.
    DirectoryRefused = "DIR-02", false, "L’annuaire refuse la clé de la borne.", "Renouveler la clé d’accès à l’API (portail ANS).";
    /// Printer.
    PrinterUnreachable = "PRINT-01", true, "L’imprimante est injoignable.", "Vérifier qu’elle est allumée et reliée au réseau, et son adresse.";
    /// Its certificate.
    PrinterUntrusted = "PRINT-02", false, "Le certificat de l’imprimante n’est pas celui de la configuration.", "Mettre à jour l’empreinte ou l’AC de l’imprimante ; ne jamais passer outre.";
    /// It does not want this job.
    PrinterRefused = "PRINT-03", false, "L’imprimante refuse l’impression (droits, format).", "Vérifier les droits de la borne et les formats : PDF ou PWG Raster.";
    /// It gave up.
    PrinterAborted = "PRINT-04", true, "L’imprimante a abandonné l’impression.", "Lire son écran ; relancer l’impression.";
    /// Somebody stopped it there.
    PrintCancelled = "PRINT-05", true, "L’impression a été annulée sur l’imprimante.", "Aucune action.";
    /// D2.
    Configuration = "BOOT-01", false, "La configuration est absente ou refusée.", "Lancer « guichet check » : il dit la ligne et la raison.";
    /// D2.
    SelfTest = "BOOT-02", true, "Le contrôle de démarrage a échoué.", "Lancer « guichet selftest ».";
    /// G1.
    Internal = "GUI-01", true, "Incident interne.", "Relever l’heure et la version, joindre le journal.";
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.code())
    }
}

/// The table of codes, as Markdown.
#[cfg(test)]
fn table() -> String {
    let mut text = String::from(
        "# Codes de panne\n\nFait à partir de `src/failure.rs` ; un test le tient à jour (`UPDATE_CODES=1 cargo test -p flow`).\n\n\
         | Code | Ce qui s’est passé | Que faire |\n|---|---|---|\n",
    );
    for failure in Failure::ALL {
        text.push_str(&format!("| {} | {} | {} |\n", failure.code(), failure.cause(), failure.remedy()));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_given_once() {
        let codes: BTreeSet<_> = Failure::ALL.iter().map(|failure| failure.code()).collect();
        assert_eq!(codes.len(), Failure::ALL.len());
    }

    #[test]
    fn the_table_of_codes_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/CODES.md");
        if std::env::var_os("UPDATE_CODES").is_some() {
            std::fs::write(path, table()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), table());
    }
}
