//! Every refusal: one wording for each kind of trouble, the code on the stage.

use super::{Send, support};
use crate::{FailedAdapter, MainWindow, Trouble};
use flow::{Failed, Failure, Touch};
use slint::ComponentHandle;

/// Lends the page its fingers.
pub(crate) fn connect(window: &MainWindow, send: &Send) {
    let touch = send.clone();
    let adapter = window.global::<FailedAdapter>();
    adapter.on_again(move || touch(Touch::Retry));
    let touch = send.clone();
    adapter.on_close(move || touch(Touch::Close));
}

pub(crate) fn show(window: &MainWindow, screen: &Failed) {
    let adapter = window.global::<FailedAdapter>();
    let day = screen.day.unwrap_or_default();
    adapter.set_trouble(map_failure(screen.failure));
    adapter.set_day(day.day.into());
    adapter.set_month(day.month.into());
    adapter.set_year(day.year.into());
    adapter.set_retry(screen.retry);
    adapter.set_card(screen.card);
    adapter.set_home(screen.home);
    support::show(window, screen.failure.code(), screen.at);
}

/// Forgets the card's last day.
pub(crate) fn clear(window: &MainWindow) {
    let adapter = window.global::<FailedAdapter>();
    adapter.set_day(0);
    adapter.set_month(0);
    adapter.set_year(0);
}

/// What the person reads. Several codes share a wording where the person would do the same; the code tells them apart.
pub(crate) fn map_failure(failure: Failure) -> Trouble {
    match failure {
        Failure::CardVitale => Trouble::CardVitale,
        Failure::CardUnknown => Trouble::CardUnknown,
        Failure::CardBlocked => Trouble::CardBlocked,
        Failure::CardWithoutAuthentication => Trouble::CardWithoutAuthentication,
        Failure::CardExpired => Trouble::CardExpired,
        Failure::CardRefused => Trouble::CardRefused,
        Failure::CardUnverifiable => Trouble::CardUnverifiable,
        Failure::CardHung => Trouble::CardHung,
        Failure::CardBusy => Trouble::CardBusy,
        Failure::CardSignature => Trouble::CardSignature,
        Failure::ReaderService => Trouble::ReaderService,
        Failure::ClockWrong => Trouble::ClockWrong,
        Failure::NetworkDown => Trouble::NetworkDown,
        Failure::ProviderUnreachable | Failure::ProviderDown | Failure::ProviderSlow => Trouble::IdentitySilent,
        Failure::ProviderRefused | Failure::ProviderUnexpected => Trouble::IdentityRefuses,
        Failure::OtherPerson | Failure::PhoneOther => Trouble::OtherPerson,
        Failure::SessionOver => Trouble::SessionOver,
        Failure::PhoneRefused => Trouble::PhoneRefused,
        Failure::PhoneExpired => Trouble::PhoneExpired,
        Failure::PhoneUnknown => Trouble::PhoneUnknown,
        Failure::PhoneNotOffered => Trouble::PhoneNotOffered,
        Failure::ServiceUnreadable => Trouble::ServiceUnreadable,
        Failure::AssuranceTooLow => Trouble::IdentityWeak,
        Failure::ProviderUntrusted
        | Failure::ProviderWrongName
        | Failure::ProviderExpired
        | Failure::TokenInvalid
        | Failure::MailUntrusted
        | Failure::MailWrongName
        | Failure::MailExpired
        | Failure::CertificateRevoked
        | Failure::RevocationUnknown
        | Failure::SubmissionUntrusted => Trouble::NotSafe,
        Failure::CardNeedsTls12 => Trouble::CardModel,
        Failure::AccountRefused => Trouble::AccountRefused,
        Failure::NoMailbox => Trouble::NoMailbox,
        Failure::MailUnreachable | Failure::MailUnavailable | Failure::MailSlow => Trouble::MailSilent,
        Failure::MailServer => Trouble::MailError,
        Failure::MailNoServer => Trouble::MailNowhere,
        Failure::MessageGone => Trouble::MessageGone,
        Failure::MessageTooLarge => Trouble::TooLarge,
        Failure::MailboxFull => Trouble::MailboxFull,
        Failure::ReaderCrashed | Failure::ReaderSlow => Trouble::ContentUnreadable,
        Failure::ReaderUnconfined => Trouble::ReaderUnsafe,
        Failure::SubmissionUnreachable | Failure::SendLater => Trouble::SubmissionSilent,
        Failure::SenderRefused => Trouble::SenderRefused,
        Failure::RecipientRefused => Trouble::RecipientRefused,
        Failure::SendTooLarge => Trouble::SendTooLarge,
        Failure::SendRefused => Trouble::SendRefused,
        Failure::DraftNotSaved => Trouble::DraftNotSaved,
        Failure::NoWhiteList => Trouble::NoWhiteList,
        Failure::DirectoryUnreachable | Failure::DirectoryRefused => Trouble::DirectorySilent,
        Failure::PrinterUnreachable => Trouble::PrinterSilent,
        Failure::PrinterUntrusted => Trouble::PrinterUntrusted,
        Failure::PrinterRefused => Trouble::PrinterRefused,
        Failure::PrinterAborted => Trouble::PrinterAborted,
        Failure::PrintCancelled => Trouble::PrintCancelled,
        Failure::Configuration => Trouble::Configuration,
        Failure::SelfTest => Trouble::SelfTest,
        Failure::Internal => Trouble::Incident,
    }
}
