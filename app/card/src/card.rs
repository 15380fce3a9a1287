//! The card, opened: what the rest of Guichet holds in its hand.

use secrecy::SecretSlice;

use crate::apdu::Command;
use crate::atr::{Kind, recognise};
use crate::error::{Error, Step};
use crate::family::{Family, Signer};
use crate::file::{self, Place};
use crate::holder::{self, Holder};
use crate::link::{Link, Traffic, or_absent};
use crate::pin::{PinFormat, Tries, USUAL_REFERENCE};
use crate::pkcs15::odf::Odf;
use crate::pkcs15::prkdf::{self, Key};
use crate::pkcs15::{aodf, cdf, odf, token_info};
use crate::probe::probe;
use crate::scheme::Scheme;
use crate::status::Status;
use crate::tlv;
use crate::transmit::Transmit;

/// Directory of the PKCS#15 application on every card seen; EF.DIR is asked when it is not there.
const USUAL_HOME: [u8; 4] = [0x3F, 0x00, 0x00, 0x01];

/// EF.DIR, and in its templates the application's identifier and path (ISO 7816-4 clause 8.2.1.1).
const DIRECTORY: [u8; 4] = [0x3F, 0x00, 0x2F, 0x00];
const TEMPLATE: tlv::Tag = 0x61;
const IDENTIFIER: tlv::Tag = 0x4F;
const PATH: tlv::Tag = 0x51;

/// A professional card, from insertion to removal.
///
/// It owns its wire, so it lives on whatever thread may wait for a card. After [`Error::Reset`] or
/// [`Error::Removed`] it is of no more use: drop it and open anew.
pub struct Card {
    link: Link,
    family: Family,
    home: Vec<u8>,
    number: String,
    /// PIN reference the counter was read for, and the counter.
    tries: (u8, Tries),
    odf: Option<Odf>,
    key: Option<Key>,
    algorithm: Option<u8>,
    pin: Option<PinFormat>,
}

impl Card {
    /// Recognises the card and reads what the code screen needs: number and tries left, nothing more.
    ///
    /// The ATR decides; a card whose ATR is in no list is asked for its applications.
    ///
    /// # Errors
    /// [`Error::NotACps`] with what it is instead; [`Error::Malformed`] or [`Error::Status`] for a CPS that
    /// cannot be read; [`Error::Removed`], [`Error::Reset`], [`Error::Transport`] from the reader.
    pub fn open(transmit: Box<dyn Transmit + Send>, atr: &[u8]) -> Result<Self, Error> {
        let mut link = Link::new(transmit);
        let family = match recognise(atr) {
            Kind::Cps3 => Family::Cps3,
            Kind::Cps4 => Family::Cps4,
            Kind::Unknown => probe(&mut link)?,
            other => return Err(Error::NotACps(other)),
        };
        let mut card = Self {
            link,
            family,
            home: USUAL_HOME.to_vec(),
            number: String::new(),
            tries: (USUAL_REFERENCE, Tries::Unknown),
            odf: None,
            key: None,
            algorithm: None,
            pin: None,
        };
        // A CPS3 keeps its counter in the master file, where it is right after its reset.
        if family == Family::Cps3 {
            card.ask_tries(USUAL_REFERENCE)?;
        }
        family.enter(&mut card.link)?;
        let info = card.token_info()?;
        let label = token_info::label(&info).ok_or(Error::Malformed("TokenInfo"))?;
        card.number = holder::clean(&String::from_utf8_lossy(label));
        if family == Family::Cps4 {
            card.ask_tries(USUAL_REFERENCE)?;
        }
        Ok(card)
    }

    /// Which card it is: [`Kind::Cps3`] or [`Kind::Cps4`].
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.family.kind()
    }

    /// The number shown to people: TokenInfo's label, such as `CPS3v3-2600971845`.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// What is known of the tries left: read at opening, kept true by [`Card::verify`]. No exchange.
    #[must_use]
    pub fn tries_left(&self) -> Tries {
        self.tries.1
    }

    /// What the card can sign with, best first.
    #[must_use]
    pub fn schemes(&self) -> &'static [Scheme] {
        self.family.schemes()
    }

    /// What went over the wire since opening.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.link.traffic()
    }

    /// Gives the wire back, for whoever wants to reset the card.
    #[must_use]
    pub fn into_transmit(self) -> Box<dyn Transmit + Send> {
        self.link.into_inner()
    }

    /// Reads the authentication certificate and who it was made out to. Needs no PIN. Some twenty exchanges,
    /// seconds on a real card: meant for the time while the person types.
    ///
    /// # Errors
    /// [`Error::NoAuthenticationKey`] when the card has no such key, no certificate for it, or one that may
    /// not authenticate; otherwise as [`Card::open`].
    pub fn holder(&mut self) -> Result<Holder, Error> {
        self.link.renew_budget();
        let key = self.key()?.clone();
        // Read now, so that the PIN's block is ready when the last digit falls.
        or_absent(self.pin().map(drop))?;
        for directory in self.odf()?.certificates.clone() {
            let file = self.read(&directory, file::all_objects)?;
            if let Some(place) = cdf::certificate(&file, &key.id, &self.home) {
                let certificate = self.read(&place, file::one_object)?;
                return Holder::from_certificate(&certificate);
            }
        }
        Err(Error::NoAuthenticationKey)
    }

    /// Sends the PIN, once. Whatever happens it is never sent again by this crate.
    ///
    /// # Errors
    /// [`Error::PinRefusedFormat`] unless it is 4 to 8 ASCII digits: nothing was sent. [`Error::PinWrong`]
    /// with the tries left, [`Error::PinBlocked`] (nothing was sent if it was known before),
    /// [`Error::TriesChanged`] when the PIN turns out to be another than the one whose counter was shown:
    /// nothing was sent. After a failure of the reader the counter is [`Tries::Unknown`].
    pub fn verify(&mut self, pin: &SecretSlice<u8>) -> Result<(), Error> {
        self.link.renew_budget();
        let format = self.pin()?.clone();
        let block = format.block(pin)?;
        if self.tries.0 != format.reference {
            let shown = self.tries.1;
            let tries_left = self.ask_tries(format.reference)?;
            if tries_left != shown && tries_left != Tries::Blocked {
                return Err(Error::TriesChanged { tries_left });
            }
        }
        if self.tries.1 == Tries::Blocked {
            return Err(Error::PinBlocked);
        }
        self.tries.1 = Tries::Unknown;
        let command = Command::secret(Step::Verify, [0x00, 0x20, 0x00, format.reference], block);
        let sw = self.link.send(&command)?.sw;
        let status = Status::from(sw);
        self.tries.1 = Tries::from_status(status);
        match status {
            Status::Ok => Ok(()),
            Status::Blocked => Err(Error::PinBlocked),
            Status::WrongPin { left } => {
                if left.is_none() {
                    self.ask_tries(format.reference)?;
                }
                match self.tries.1 {
                    Tries::Blocked => Err(Error::PinBlocked),
                    tries_left => Err(Error::PinWrong { tries_left }),
                }
            }
            _ => {
                // Refused before it was compared: the counter has not moved, but it is the card that knows.
                self.ask_tries(format.reference)?;
                Err(Error::status(sw, Step::Verify))
            }
        }
    }

    /// Asks the card again how many tries are left. Costs no try.
    ///
    /// # Errors
    /// Only what the reader fails with; a card that does not say is [`Tries::Unknown`].
    pub fn ask_tries_left(&mut self) -> Result<Tries, Error> {
        self.link.renew_budget();
        self.ask_tries(self.tries.0)
    }

    /// Signs `message` (not its digest) with the authentication key. The PIN must have been verified.
    ///
    /// # Errors
    /// [`Error::NoScheme`] for a scheme outside [`Card::schemes`]; [`Error::Status`] whose
    /// [`meaning`](Error::meaning) is [`Status::SecurityNotSatisfied`] when the PIN is missing.
    pub fn sign(&mut self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.link.renew_budget();
        let Key { reference, length, .. } = *self.key()?;
        let signer = Signer { key: reference, algorithm: self.algorithm, length };
        let digest = scheme.digest(message);
        self.family.sign(&mut self.link, &self.home, &signer, scheme, &digest)
    }

    fn ask_tries(&mut self, reference: u8) -> Result<Tries, Error> {
        self.tries = (reference, Tries::Unknown);
        let tries = self.family.tries(&mut self.link, reference)?;
        self.tries.1 = tries;
        Ok(tries)
    }

    fn read(&mut self, place: &Place, want: impl Fn(&[u8]) -> file::Want) -> Result<Vec<u8>, Error> {
        file::read(&mut self.link, self.family, place, want)
    }

    /// TokenInfo up to its label. Where the usual directory has none, EF.DIR says which one has.
    fn token_info(&mut self) -> Result<Vec<u8>, Error> {
        let place = Place::within(&self.home, token_info::FILE);
        let refused = match self.read(&place, token_info::up_to_label) {
            Err(error @ Error::Status { .. }) => error,
            other => return other,
        };
        let directory = Place { path: DIRECTORY.to_vec(), start: 0 };
        let Some(templates) = or_absent(self.read(&directory, file::all_objects))? else {
            return Err(refused);
        };
        // By identifier, never "the first one": the contactless application is listed before.
        let home = tlv::walk(&templates)
            .filter(|template| template.tag == TEMPLATE)
            .filter(|template| {
                template.children().first(IDENTIFIER).is_some_and(|aid| aid.value == crate::family::PKCS15)
            })
            .find_map(|template| Some(template.children().first(PATH)?.value))
            .filter(|path| path.len() % 2 == 0 && path.len() <= 8 && path.starts_with(&[0x3F, 0x00]));
        match home {
            Some(path) if path != self.home => self.home = path.to_vec(),
            _ => return Err(refused),
        }
        self.read(&Place::within(&self.home, token_info::FILE), token_info::up_to_label)
    }

    fn odf(&mut self) -> Result<&Odf, Error> {
        let odf = match self.odf.take() {
            Some(odf) => odf,
            None => {
                let file = self.read(&Place::within(&self.home, odf::FILE), file::all_objects)?;
                odf::parse(&file, &self.home)
            }
        };
        Ok(self.odf.insert(odf))
    }

    /// The authentication key, and for a CPS3 the algorithm it signs with.
    fn key(&mut self) -> Result<&Key, Error> {
        let key = match self.key.take() {
            Some(key) => key,
            None => self.find_key()?,
        };
        Ok(self.key.insert(key))
    }

    fn find_key(&mut self) -> Result<Key, Error> {
        for directory in self.odf()?.private_keys.clone() {
            let file = self.read(&directory, file::all_objects)?;
            if let Some(key) = prkdf::authentication_key(&file) {
                if self.family == Family::Cps3 {
                    let place = Place::within(&self.home, token_info::FILE);
                    let info = or_absent(self.read(&place, file::one_object))?.unwrap_or_default();
                    self.algorithm = token_info::rsa_signature(&info);
                }
                return Ok(key);
            }
        }
        Err(Error::NoAuthenticationKey)
    }

    /// The form of the key's PIN. An unreadable one is an error: guessing would cost a try.
    fn pin(&mut self) -> Result<&PinFormat, Error> {
        let format = match self.pin.take() {
            Some(format) => format,
            None => self.find_pin()?,
        };
        Ok(self.pin.insert(format))
    }

    fn find_pin(&mut self) -> Result<PinFormat, Error> {
        let guard = self.key()?.guard.clone();
        for directory in self.odf()?.authentication.clone() {
            let file = self.read(&directory, file::all_objects)?;
            if let Some(format) = aodf::pin(&file, guard.as_deref()) {
                return Ok(format);
            }
        }
        Err(Error::Malformed("AODF"))
    }
}

/// The number names a person: only the family is told.
impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card({:?})", self.family)
    }
}
