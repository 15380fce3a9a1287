//! From what went wrong below to the failure the person sees and the code IT hears.

use flow::Failure;

/// What a failed login means.
pub fn of_login(error: &login::Error) -> Failure {
    use login::Error as E;
    match error {
        E::Unreachable { .. } | E::Dropped { .. } => Failure::ProviderUnreachable,
        E::TimedOut => Failure::ProviderSlow,
        E::UntrustedCertificate { .. } | E::Tls { .. } => Failure::ProviderUntrusted,
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
        E::ProviderError { .. } | E::SessionOver => Failure::ProviderRefused,
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
        E::WrongHostName(_) => Failure::MailWrongName,
        E::CertificateExpired(_) => Failure::MailExpired,
        E::CertificateNotYetValid(_) => Failure::ClockWrong,
        // The token has just been given by the provider: what is refused is the mailbox.
        E::Refused(_) => Failure::AccountRefused,
        E::Unavailable => Failure::MailUnavailable,
        E::BadRoot(_) | E::BadAddress | E::NoMechanism => Failure::Configuration,
        _ => Failure::MailServer,
    }
}
