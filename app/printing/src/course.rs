//! The course of a job: look, plan, validate, create, send, watch.
//!
//! ```text
//!  Get-Printer-Attributes ──▶ Plan ──▶ Validate-Job ──▶ Create-Job ──▶ Send-Document ──────▶ ended
//!                              ▲            │               │  busy: asked again   │ beside it and after it:
//!                              └── raster ──┘               ▼                      ▼ Get-Job-Attributes,
//!                            if PDF does not do         Print-Job where        Get-Printer-Attributes
//!                                                     only that is offered
//! ```
//!
//! A printer out of paper stops reading, so a document may take as long as the person with the paper: the printer is asked how
//! it is on another connection meanwhile.

use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::ask::Ask;
use crate::error::Error;
use crate::ipp::{Answer, Message, Operation, status, tag};
use crate::offer::{ATTRIBUTES, Offer};
use crate::page::Pages;
use crate::plan::{Plan, Subject};
use crate::printer::Work;
use crate::raster;
use crate::settings::Settings;
use crate::state::{Progress, State};
use crate::ticket::Ticket;
use crate::watch::{Look, Watch};
use crate::wire::{Document, Sent, Wire};

/// Asks the printer what it can do, with documents of a format where that makes a difference.
pub(crate) async fn look(wire: &Wire, settings: &Settings, format: Option<&str>) -> Result<Offer, Error> {
    let ask = || {
        let mut message = wire.request(Operation::GetPrinterAttributes);
        message.name("requesting-user-name", &settings.user);
        if let Some(format) = format {
            message.mime("document-format", format);
        }
        message.keywords("requested-attributes", &ATTRIBUTES);
        message
    };
    let answer = wire.greet(ask).await?;
    if answer.is_ok() { Ok(Offer::read(&answer)) } else { Err(refusal(&answer)) }
}

/// What a status means (RFC 8011 appendix B).
pub(crate) fn refusal(answer: &Answer) -> Error {
    const ATTRIBUTES_OR_VALUES: u16 = 0x040B;
    let (status, message) = (answer.status, answer.words());
    match status {
        status::FORBIDDEN | status::NOT_AUTHENTICATED | status::NOT_AUTHORIZED => Error::NotAuthorised,
        status::FORMAT_NOT_SUPPORTED => Error::FormatNotAccepted,
        // Some say it this way.
        ATTRIBUTES_OR_VALUES if answer.group(tag::UNSUPPORTED).names().any(|name| name == "document-format") => {
            Error::FormatNotAccepted
        }
        status::NOT_ACCEPTING => Error::NotAccepting,
        status::BUSY | status::TEMPORARY | status::TOO_MANY_JOBS | status::SERVICE_UNAVAILABLE => Error::Busy,
        status::JOB_CANCELED => Error::Cancelled,
        0x0400..=0x04FF => Error::Refused { status, message },
        _ => Error::OutOfOrder { status, message },
    }
}

/// The number of a new job.
pub(crate) fn job_id(wire: &Wire, answer: &Answer) -> Result<i32, Error> {
    let what = || "a job without number".to_owned();
    let number = answer.group(tag::JOB).number("job-id");
    number.ok_or_else(|| Error::NotAPrinter { host: wire.host().to_owned(), what: what() })
}

/// Runs a job to its end. What it leaves in the printer after an error it takes back.
pub(crate) async fn run(
    wire: Arc<Wire>,
    settings: Arc<Settings>,
    work: Work<'_>,
    ask: Ask,
    ticket: Arc<Ticket>,
    tell: mpsc::UnboundedSender<Progress>,
) -> Result<(), Error> {
    let ended = Course { wire: &wire, settings: &settings, ticket: &ticket }.run(work, ask, tell).await;
    match &ended {
        // A job that has ended already cannot be cancelled, which is as good.
        Ok(()) | Err(Error::Held | Error::Cancelled | Error::Aborted { .. }) => ticket.ended(),
        Err(Error::Incomplete { reasons }) if reasons != UNREAD => ticket.ended(),
        Err(_) => {
            if let Err(error) = ticket.cancel().await {
                tracing::warn!(%error, "a job could not be taken back from the printer");
            }
        }
    }
    ended
}

/// Why a document is incomplete whose end the printer did not wait for.
const UNREAD: &str = "the document was not read to its end";

struct Course<'c> {
    wire: &'c Wire,
    settings: &'c Settings,
    ticket: &'c Arc<Ticket>,
}

impl Course<'_> {
    async fn run(&self, work: Work<'_>, ask: Ask, tell: mpsc::UnboundedSender<Progress>) -> Result<(), Error> {
        let Work { count, pdf, mut pages, colour } = work;
        let subject = Subject { pdf: pdf.is_some(), pages: pages.is_some(), count, colour };
        let length = ask.of(count)?.count();
        let of = u32::try_from(length).unwrap_or(u32::MAX).saturating_mul(u32::from(ask.copies));
        let mut watch = Watch::new(self.wire, self.settings, tell, of);
        let (plan, creates) = self.plan(ask, subject).await?;
        let pdf: Option<Bytes> = pdf.filter(|_| plan.raster.is_none()).map(Bytes::from_owner);
        loop {
            if creates {
                match self.create(&plan).await {
                    Err(Error::Busy) => {
                        watch.wait_while_busy().await?;
                        continue;
                    }
                    created => {
                        watch.job(created?);
                    }
                }
            }
            let pages = pages.as_mut().map(|pages| pages.as_mut() as &mut (dyn Pages + Send));
            match self.print(&plan, pdf.clone(), pages, &mut watch, creates).await {
                // Without Create-Job the printer says only now that it is busy.
                Err(Error::Busy) if !creates => watch.wait_while_busy().await?,
                ended => return ended,
            }
        }
    }

    /// Finds a plan the printer agrees to, and whether jobs are created before documents are sent.
    async fn plan(&self, ask: Ask, mut subject: Subject) -> Result<(Plan, bool), Error> {
        let mut offer = look(self.wire, self.settings, None).await?;
        let mut plan = Plan::find(self.settings, &offer, ask, subject)?;
        // PDF, then raster: at most twice.
        loop {
            if offer.by_format {
                let format = plan.format();
                offer = look(self.wire, self.settings, Some(format)).await?;
                plan = Plan::find(self.settings, &offer, ask, subject)?;
                if plan.format() != format {
                    subject.pdf = false;
                    continue;
                }
            }
            let refused = match self.validate(&plan).await? {
                answer if answer.is_ok() => plan.misses(answer.group(tag::UNSUPPORTED).names()).map(Error::NotOffered),
                answer => Some(refusal(&answer)),
            };
            match refused {
                None => return Ok((plan, offer.creates)),
                Some(Error::FormatNotAccepted | Error::NotOffered(_) | Error::Refused { .. })
                    if plan.raster.is_none() && subject.pages && offer.raster =>
                {
                    subject.pdf = false;
                    plan = Plan::find(self.settings, &offer, ask, subject)?;
                }
                Some(error) => return Err(error),
            }
        }
    }

    async fn validate(&self, plan: &Plan) -> Result<Answer, Error> {
        let mut message = self.wire.request(Operation::ValidateJob);
        self.describe(&mut message, plan, true);
        self.wire.ask(message).await
    }

    async fn create(&self, plan: &Plan) -> Result<i32, Error> {
        let mut message = self.wire.request(Operation::CreateJob);
        self.describe(&mut message, plan, false);
        self.ticket.create(message).await
    }

    /// Who, what and how: the operation attributes of a new job, then the job's.
    fn describe(&self, message: &mut Message, plan: &Plan, format: bool) {
        message.name("requesting-user-name", &self.settings.user);
        message.name("job-name", &self.settings.job);
        message.boolean("ipp-attribute-fidelity", false);
        if format {
            message.mime("document-format", plan.format());
        }
        message.group(tag::JOB);
        plan.write(message);
    }

    /// Sends the document and watches until the job has ended.
    async fn print(
        &self,
        plan: &Plan,
        pdf: Option<Bytes>,
        pages: Option<&mut (dyn Pages + Send)>,
        watch: &mut Watch<'_>,
        created: bool,
    ) -> Result<(), Error> {
        let message = if created {
            let mut message = self.wire.request(Operation::SendDocument);
            message.integer("job-id", watch.id().unwrap_or_default());
            message.name("requesting-user-name", &self.settings.user);
            message.mime("document-format", plan.format());
            message.boolean("last-document", true);
            message
        } else {
            let mut message = self.wire.request(Operation::PrintJob);
            self.describe(&mut message, plan, true);
            message
        };
        let sent = Sent::default();
        watch.sending(sent.clone());
        let mut delivery = pin!(deliver(self.ticket, message, plan, pdf, pages, &sent));
        let mut delivered = false;
        loop {
            tokio::select! {
                biased;
                answer = &mut delivery, if !delivered => {
                    match answer {
                        // It took a pause for the end, and prints what it had (CUPS' does after ten seconds).
                        Ok(answer) if answer.is_ok() && !sent.whole() => {
                            return Err(Error::Incomplete { reasons: UNREAD.to_owned() });
                        }
                        Ok(answer) if answer.is_ok() => {
                            if !created {
                                let id = job_id(self.wire, &answer)?;
                                self.ticket.created(id);
                                watch.job(id);
                            }
                        }
                        Ok(answer) => return watch.after_refusal(refusal(&answer)).await,
                        Err(Error::Page(source)) => return Err(Error::Page(source)),
                        Err(error) => watch.after_break(error, sent.whole()).await?,
                    }
                    delivered = true;
                    self.ticket.delivered();
                    watch.delivered();
                }
                look = watch.round() => match look? {
                    Look::Going => {}
                    Look::Ended => return Ok(()),
                },
            }
        }
    }
}

/// Sends the document, rendering its pages meanwhile where it goes out as pages.
async fn deliver(
    ticket: &Ticket,
    message: Message,
    plan: &Plan,
    pdf: Option<Bytes>,
    pages: Option<&mut (dyn Pages + Send)>,
    sent: &Sent,
) -> Result<Answer, Error> {
    let (raster, pages) = match (&plan.raster, pages, pdf) {
        (Some(raster), Some(pages), _) => (raster, pages),
        (None, _, Some(pdf)) => return ticket.deliver(message, Document::Whole(pdf), sent).await,
        // The plan is made of what there is.
        _ => return Err(Error::FormatNotAccepted),
    };
    let (out, pieces) = mpsc::channel(2);
    let mut sending = pin!(ticket.deliver(message, Document::Pieces(pieces), sent));
    let mut writing = pin!(raster::write(plan, raster, pages, out));
    let mut written = false;
    loop {
        tokio::select! {
            biased;
            // A page that fails leaves the request open: the job is taken back first.
            outcome = &mut writing, if !written => {
                outcome?;
                written = true;
            }
            answer = &mut sending => return answer,
        }
    }
}

impl Watch<'_> {
    /// Waits a little for a printer that has other jobs.
    ///
    /// # Errors
    /// [`Error::Busy`] after as long as one waits, since it first said so.
    async fn wait_while_busy(&mut self) -> Result<(), Error> {
        self.tell(State::Busy);
        if self.busy_for() > self.settings().timeouts.patience {
            return Err(Error::Busy);
        }
        sleep(self.settings().timeouts.poll * 2).await;
        Ok(())
    }

    /// The printer refused the document. If it has ended the job already, that says why.
    async fn after_refusal(&mut self, refusal: Error) -> Result<(), Error> {
        match self.look().await {
            Err(why @ (Error::Cancelled | Error::Aborted { .. })) => Err(why),
            _ => Err(refusal),
        }
    }

    /// The connection broke while the document went out. If the printer has ended the job, that says why; if it has the whole
    /// document, it may print on; else nobody knows.
    async fn after_break(&mut self, error: Error, whole: bool) -> Result<(), Error> {
        let began = Instant::now();
        loop {
            match self.look().await {
                Err(why @ (Error::Cancelled | Error::Aborted { .. } | Error::Incomplete { .. })) => return Err(why),
                Ok(_) if whole && self.id().is_some() => return Ok(()),
                Ok(_) if self.id().is_some() => return Err(self.lost()),
                Ok(_) => return Err(if self.has_sent() { self.lost() } else { error }),
                Err(_) if began.elapsed() > self.settings().timeouts.silence => {
                    return Err(if self.has_sent() { self.lost() } else { error });
                }
                Err(_) => {
                    self.tell(State::Silent);
                    sleep(self.settings().timeouts.poll).await;
                }
            }
        }
    }
}
