//! From what went wrong below to the failure the person sees and the code IT hears.

use flow::Failure;

/// What a failed login means.
pub fn of_login(error: &login::Error) -> Failure {
    use login::Error as E;
    match error {
        E::Unreachable { .. } | E::Dropped { .. } => Failure::ProviderUnreachable,
        E::TimedOut => Failure::ProviderSlow,
        E::UntrustedCertificate { .. } | E::Tls { .. } => Failure::ProviderUntrusted,
        E::CertificateRevoked { .. } => Failure::CertificateRevoked,
        E::RevocationUnknown { .. } => Failure::RevocationUnknown,
        E::WrongHostName { .. } => Failure::ProviderWrongName,
        E::CertificateExpired { .. } => Failure::ProviderExpired,
        E::ClockWrong(_) => Failure::ClockWrong,
        E::CardRefused => Failure::CardRefused,
        E::CardNeedsTls12 { .. } => Failure::CardNeedsTls12,
        E::CardSignature(_) => Failure::CardSignature,
        E::AcrTooLow { .. } => Failure::AssuranceTooLow,
        E::NonceMismatch | E::StateMismatch | E::TokenInvalid(_) => Failure::TokenInvalid,
        // RFC 6749 section 4.1.2.1: «temporarily_unavailable» is the provider's own word for what it cannot check now.
        E::ProviderError { error, .. } if error == "temporarily_unavailable" => Failure::CardUnverifiable,
        E::PhoneRefused => Failure::PhoneRefused,
        // The person said yes, and the line lost it: the provider gives it once, so the telephone is asked again.
        E::PhoneExpired | E::PhoneAnswerLost => Failure::PhoneExpired,
        E::PhoneUnknown => Failure::PhoneUnknown,
        E::PhoneOther => Failure::PhoneOther,
        E::PhoneNotOffered | E::ProxyWithout(_) => Failure::PhoneNotOffered,
        E::SessionOver => Failure::SessionOver,
        E::Answers(_) | E::TooManyPages => Failure::ServiceUnreadable,
        E::ProviderError { .. } | E::PhoneBusy => Failure::ProviderRefused,
        E::ProviderDown(_) => Failure::ProviderDown,
        E::HostNotAllowed(_)
        | E::NotHttps
        | E::UnexpectedPage(_)
        | E::TooManyRedirects
        | E::TooLarge
        | E::Discovery(_) => Failure::ProviderUnexpected,
        E::Settings(_) => Failure::Configuration,
        E::Stopped => Failure::Internal,
    }
}

/// What a failure of the mailbox means.
pub fn of_mail(error: &mail::Error) -> Failure {
    use mail::Error as E;
    match error {
        E::NoServer | E::ServerNotAllowed => Failure::MailNoServer,
        E::Unreachable(_) | E::Closed => Failure::MailUnreachable,
        E::TimedOut => Failure::MailSlow,
        E::UntrustedCertificate(_) | E::Insecure(_) => Failure::MailUntrusted,
        E::CertificateRevoked(_) => Failure::CertificateRevoked,
        E::RevocationUnknown(_) => Failure::RevocationUnknown,
        E::WrongHostName(_) => Failure::MailWrongName,
        E::CertificateExpired(_) => Failure::MailExpired,
        E::CertificateNotYetValid(_) => Failure::ClockWrong,
        // The token has just been given by the provider: what is refused is the mailbox.
        E::Refused(_) => Failure::AccountRefused,
        E::Unavailable => Failure::MailUnavailable,
        E::BadRoot(_) | E::BadAddress | E::NoMechanism => Failure::Configuration,
        E::NoSuchMessage | E::Renumbered => Failure::MessageGone,
        E::Full => Failure::MailboxFull,
        E::MessageTooLarge { .. } | E::TooLarge => Failure::MessageTooLarge,
        _ => Failure::MailServer,
    }
}

/// What a failure of the confined process means.
pub fn of_reader(error: &document::Error) -> Failure {
    use document::Error as E;
    match error {
        E::TimedOut => Failure::ReaderSlow,
        E::TooLarge => Failure::MessageTooLarge,
        E::Confinement(_) | E::Start(_) => Failure::ReaderUnconfined,
        _ => Failure::ReaderCrashed,
    }
}

/// Why a document is not shown, when its reader failed.
pub(crate) fn of_document(error: &document::Error) -> flow::Unreadable {
    use document::Error as E;
    match error {
        E::TimedOut => flow::Unreadable::TooSlow,
        E::TooLarge => flow::Unreadable::TooLarge,
        E::Refused(why) => refusal(*why),
        _ => flow::Unreadable::Broken,
    }
}

/// Why a document is not shown.
pub(crate) fn refusal(why: document::Refusal) -> flow::Unreadable {
    use document::Refusal as R;
    match why {
        R::Password => flow::Unreadable::Password,
        R::TooLarge => flow::Unreadable::TooLarge,
        R::Unsupported => flow::Unreadable::Kind,
        R::Broken | R::Empty => flow::Unreadable::Broken,
    }
}

/// What a submission server's failure means: the same troubles as a mail server's, under codes of their own.
pub fn of_submission(error: &mail::Error) -> Failure {
    match of_mail(error) {
        Failure::MailNoServer | Failure::MailUnreachable | Failure::MailSlow => Failure::SubmissionUnreachable,
        Failure::MailUntrusted | Failure::MailWrongName | Failure::MailExpired => Failure::SubmissionUntrusted,
        Failure::AccountRefused => Failure::SenderRefused,
        Failure::MailUnavailable => Failure::SendLater,
        Failure::MailServer => Failure::SendRefused,
        other => other,
    }
}

/// Why a message was not sent.
pub fn of_sending(why: &mail::outbox::NotSent) -> Failure {
    use mail::outbox::NotSent as N;
    match why {
        N::Server(error) => of_submission(error),
        N::Sender(_) => Failure::SenderRefused,
        N::Recipients(_) | N::AccentedAddress => Failure::RecipientRefused,
        N::TooLarge { .. } => Failure::SendTooLarge,
        N::OverQuota(_) => Failure::MailboxFull,
        N::Temporary(_) => Failure::SendLater,
        _ => Failure::SendRefused,
    }
}

/// What a failure of the directory means.
pub fn of_directory(error: &directory::Error) -> Failure {
    match error {
        directory::Error::KeyRefused(_) => Failure::DirectoryRefused,
        directory::Error::ClockWrong => Failure::ClockWrong,
        _ => Failure::DirectoryUnreachable,
    }
}

/// Why nothing, or not all of it, was printed.
pub fn of_printer(error: &printing::Error) -> Failure {
    use printing::Error as E;
    match error {
        E::NotTrusted { .. } | E::Tls { .. } => Failure::PrinterUntrusted,
        E::NotAuthorised
        | E::FormatNotAccepted
        | E::NoA4
        | E::NotOffered(_)
        | E::Refused { .. }
        | E::NotAPrinter { .. } => Failure::PrinterRefused,
        E::Cancelled => Failure::PrintCancelled,
        E::Aborted { .. } | E::Incomplete { .. } | E::Lost { .. } | E::Waited(_) | E::Held | E::OutOfOrder { .. } => {
            Failure::PrinterAborted
        }
        _ => Failure::PrinterUnreachable,
    }
}
