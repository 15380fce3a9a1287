//! A server played by script over `tokio::io::duplex`.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use mail::{Connect, Error, Server, ServerSource, Settings, Stream, Tls};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};

/// One end of a connection, as the server sees it.
pub struct Peer(BufReader<DuplexStream>);

impl Peer {
    /// Sends bytes. The client may be gone.
    pub async fn say(&mut self, text: impl AsRef<[u8]>) {
        let _ = self.0.get_mut().write_all(text.as_ref()).await;
    }

    /// Reads a line that must hold `word`, and returns its tag.
    pub async fn hear(&mut self, word: &str) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        assert!(line.contains(word), "expected {word:?}, heard {line:?}");
        line.split(' ').next().unwrap_or_default().trim().to_owned()
    }

    /// Reads a command and answers it: `lines` first, then its tag and `end`.
    pub async fn answer(&mut self, command: &str, lines: &str, end: &str) {
        let tag = self.hear(command).await;
        self.say(format!("{lines}{tag} {end}\r\n")).await;
    }

    /// What has already arrived and was not read.
    pub fn waiting(&self) -> String {
        String::from_utf8_lossy(self.0.buffer()).into_owned()
    }

    /// Reads a line, whatever it is; nothing once the client has closed.
    pub async fn line(&mut self) -> String {
        let mut line = String::new();
        let _ = self.0.read_line(&mut line).await;
        line
    }

    /// Reads whatever comes until the client closes.
    pub async fn end(&mut self) -> String {
        let mut rest = vec![];
        let _ = self.0.read_to_end(&mut rest).await;
        String::from_utf8_lossy(&rest).into_owned()
    }
}

type Play = Box<dyn Fn(usize, Peer) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Connects to the script. The first argument of the play is the number of the connection, from 0.
pub struct Script {
    play: Play,
    pub connections: AtomicUsize,
    pub tasks: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

impl Script {
    pub fn new<F, R>(play: F) -> Arc<Script>
    where
        F: Fn(usize, Peer) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let play: Play = Box::new(move |n, peer| Box::pin(play(n, peer)));
        Arc::new(Script { play, connections: AtomicUsize::new(0), tasks: Mutex::default() })
    }

    /// Waits for the script to end: an assertion of its own that failed is a failure of the test.
    pub async fn finish(&self) {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        for task in tasks {
            task.await.unwrap();
        }
    }
}

impl Connect for Script {
    fn find<'a>(&'a self, _address: &'a str) -> BoxFuture<'a, Result<Vec<Server>, Error>> {
        Box::pin(async { Ok(vec![server(Tls::Implicit)]) })
    }

    fn connect<'a>(&'a self, _server: &'a Server) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>> {
        Box::pin(async {
            let (ours, theirs) = tokio::io::duplex(64 * 1024);
            let n = self.connections.fetch_add(1, Ordering::SeqCst);
            let play = tokio::spawn((self.play)(n, Peer(BufReader::new(theirs))));
            self.tasks.lock().unwrap().push(play);
            Ok(Box::new(ours) as Box<dyn Stream>)
        })
    }

    fn secure<'a>(
        &'a self,
        _server: &'a Server,
        mut clear: Box<dyn Stream>,
    ) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>> {
        // A handshake that can be seen in the script, and changes nothing.
        Box::pin(async move {
            clear.write_all(b"HANDSHAKE\r\n").await.unwrap();
            Ok(clear)
        })
    }
}

/// The same script behind STARTTLS.
pub struct Clear(pub Arc<Script>);

impl Connect for Clear {
    fn find<'a>(&'a self, _address: &'a str) -> BoxFuture<'a, Result<Vec<Server>, Error>> {
        Box::pin(async { Ok(vec![server(Tls::StartTls)]) })
    }

    fn connect<'a>(&'a self, server: &'a Server) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>> {
        self.0.connect(server)
    }

    fn secure<'a>(
        &'a self,
        server: &'a Server,
        clear: Box<dyn Stream>,
    ) -> BoxFuture<'a, Result<Box<dyn Stream>, Error>> {
        self.0.secure(server, clear)
    }
}

fn server(tls: Tls) -> Server {
    Server { host: "imap.mss.test".into(), port: 993, tls }
}

/// Settings with short times.
pub fn settings() -> Settings {
    let mut settings = Settings::new(ServerSource::Fixed(server(Tls::Implicit)), vec![]);
    settings.timeouts.command = Duration::from_millis(1500);
    settings.timeouts.greet = Duration::from_millis(500);
    settings.timeouts.poll = Duration::from_millis(50);
    settings.timeouts.idle = Duration::from_millis(400);
    settings
}

/// A greeting with the capabilities of Dovecot before authentication.
pub const HELLO: &str = "* OK [CAPABILITY IMAP4rev1 SASL-IR IDLE AUTH=XOAUTH2 AUTH=OAUTHBEARER] ready\r\n";

/// Rows `low..=high` as a server sends them.
pub fn rows(low: u32, high: u32) -> String {
    (low..=high).map(|n| row(n, &format!("Sujet {n}"))).collect()
}

/// One row.
pub fn row(n: u32, subject: &str) -> String {
    let fields = format!("Subject: {subject}\r\nFrom: A <a@mss.test>\r\n\r\n");
    format!(
        "* {n} FETCH (UID {n} FLAGS (\\Seen) INTERNALDATE \"22-Nov-2026 10:31:00 +0100\" RFC822.SIZE 10 BODYSTRUCTURE \
         (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL NIL NIL NIL) BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {{{}}}\r\n\
         {fields})\r\n",
        fields.len()
    )
}

/// Greeting, authentication and selection of an inbox of `exists` messages.
pub async fn enter(peer: &mut Peer, exists: u32, capabilities: &str) {
    peer.say(HELLO).await;
    let auth = peer.hear("AUTHENTICATE XOAUTH2 ").await;
    peer.say(format!("{auth} OK [CAPABILITY IMAP4rev1 {capabilities}] hello\r\n")).await;
    select(peer, exists).await;
}

/// The answer to `SELECT INBOX`.
pub async fn select(peer: &mut Peer, exists: u32) {
    let lines = format!("* {exists} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {}] x\r\n", exists + 1);
    peer.answer("SELECT", &lines, "OK [READ-WRITE] selected").await;
}
