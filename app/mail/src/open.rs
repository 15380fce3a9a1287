//! An open mailbox: its first rows.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::auth::Tokens;
use crate::error::Error;
use crate::line::Line;
use crate::prepare::Dialer;
use crate::rows::{self, Items, follow};
use crate::session::{self, News, Session};
use crate::snapshot::{Order, Snapshot};
use crate::summary::Page;

/// A mailbox that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The newest rows of the inbox.
    pub page: Page,
    /// The connection. Dropping it closes the socket at once.
    pub session: Session,
    /// What happens in the inbox from now on.
    pub news: mpsc::Receiver<News>,
}

/// Reads the first rows and hands the connection to its session.
pub(crate) async fn opened(
    dialer: Dialer,
    address: &str,
    tokens: Arc<dyn Tokens>,
    mut line: Line,
    mut snapshot: Snapshot,
    window: u32,
) -> Result<Opened, Error> {
    let page = rows::at(&mut line, &mut snapshot, 0, window, Order::NewestFirst, Items::Inbox).await?;
    learn(&mut line, &mut snapshot).await?;
    let (session, news) = session::start(dialer, address.to_owned(), tokens, line, snapshot);
    Ok(Opened { page, session, news })
}

/// Asks what the server can do, unless it said so already.
pub(crate) async fn learn(line: &mut Line, snapshot: &mut Snapshot) -> Result<(), Error> {
    if line.capabilities.is_some() {
        return Ok(());
    }
    line.run("CAPABILITY", "CAPABILITY", &mut |u| follow(snapshot, &u)).await
}
