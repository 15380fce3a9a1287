//! Finds whom to write to: Annuaire Santé (FHIR) and the MSSanté white list of domains.
//!
//! ```text
//!  what the person types ──▶ Query ──▶ Directory::search ──▶ Found { people }
//!                            words,     Practitioner            one Entry a mailbox,
//!                            RPPS,      + PractitionerRole      best first
//!                            address    + Organization
//!
//!  an address ──▶ Domains::judge ──▶ Allowed, or why not
//!                 the white list: fetched, or written in the configuration
//! ```
//!
//! * [`Directory`] asks the Annuaire Santé API, version 2, while the person types. Dropping the future of a search
//!   stops it; a handle has one request in flight and no more; an answer has a size and a search has a time.
//! * [`Domains`] says to which domains a message may go. **Without a list nothing may be sent anywhere**: an address
//!   outside MSSanté is a leak of health data, and a kiosk that cannot tell must not guess. What was fetched once stays
//!   good until something newer comes, and says how old it is.
//!
//! The directory is never the only way to an address: boxes on its red list are not in it, and it can be away for hours.
//! The domain of an address from anywhere (directory, keyboard, earlier mail) goes through [`Domains::judge`].
//!
//! # Where the shapes come from
//!
//! Each fact about the API carries a mark: **(documented)** stands in the public documentation
//! (`ansforge/annuaire-sante-fhir-documentation`, the guides `ansforge/IG-fhir-annuaire` and
//! `ansforge/interop-ig-fhir-api-messagerie-securisee-sante`), **(witnessed)** was seen by others on the live service
//! and told in public (issues of the documentation's repository), **(inferred)** follows from FHIR R4 or from those.
//!
//! # What is absent on purpose
//!
//! No cache of people, no file, no system certificate store, no redirect followed, no request without the person having
//! typed. The XML signature of the white list is not verified: what vouches for it is TLS with the configured
//! authorities, and the address in the configuration.

mod address;
mod any;
#[cfg(test)]
mod any_input;
mod date;
mod directory;
mod domains;
mod entry;
mod error;
mod fhir;
mod fold;
mod gather;
mod label;
mod mailbox;
mod query;
mod settings;
mod specialities;
mod trouble;
mod white;
mod wire;

pub use directory::{Directory, Found};
pub use domains::{Domains, Refreshed, Standing, Verdict};
pub use entry::{Entry, Kind, Place};
pub use error::{Error, Outcome, Source};
pub use query::Query;
pub use settings::{Network, Settings};
pub use url::Url;
pub use white::WhiteList;
