//! A process: started, spoken to within a time limit, and told apart by the way it ends.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use crate::confined::{Hold, SHARE};
use crate::error::Error;
use crate::limits::Limits;
use crate::room::Program;
use crate::wire::{self, ANSWER, Answer, Confinement, Order, PREFIX};

/// A pipe that takes a page in few turns. The kernel's limit for anybody.
const PIPE: usize = 1 << 20;

/// A confined process.
pub(super) struct Child {
    process: Process,
    input: ChildStdin,
    output: ChildStdout,
    error: ChildStderr,
    /// The largest body that an answer of it may have.
    largest: u64,
}

impl Child {
    /// Starts a process and waits until it is confined.
    pub(super) async fn start(program: &Program, limits: &Limits) -> Result<(Child, Confinement), Error> {
        let mut process = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .env(SHARE, Hold::of(limits).write())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::Start)?;
        let (Some(input), Some(output), Some(error)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(Error::Crashed);
        };
        // A wish: a smaller pipe only takes more turns.
        let _ = rustix::pipe::fcntl_setpipe_size(&output, PIPE);
        let largest = u64::max(limits.message, u64::from(limits.pixels) * 4);
        let mut child = Child { process, input, output, error, largest };
        let deadline = Instant::now() + limits.time;
        match timeout_at(deadline, child.answer()).await {
            Ok(Ok((Answer::Ready(confinement), _))) => Ok((child, confinement)),
            Ok(Ok((Answer::NotConfined(why), _))) => Err(Error::Confinement(why)),
            Ok(Ok(_)) => Err(Error::Crashed),
            Ok(Err(_)) => Err(child.end().await),
            Err(_) => Err(Error::TimedOut),
        }
    }

    /// Asks, and waits for the answer. After an error the process is dead.
    pub(super) async fn ask(
        &mut self,
        order: &Order,
        body: &[u8],
        time: Duration,
    ) -> Result<(Answer, Zeroizing<Vec<u8>>), Error> {
        let head = wire::head(order, body.len()).ok_or(Error::TooLarge)?;
        let exchange = async {
            self.input.write_all(&head).await.map_err(|_| Error::Crashed)?;
            self.input.write_all(body).await.map_err(|_| Error::Crashed)?;
            self.answer().await
        };
        match timeout_at(Instant::now() + time, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(self.end().await),
            Err(_) => {
                let _ = self.process.start_kill();
                Err(Error::TimedOut)
            }
        }
    }

    async fn answer(&mut self) -> Result<(Answer, Zeroizing<Vec<u8>>), Error> {
        let mut prefix = [0; PREFIX];
        let gone = |_| Error::Crashed;
        self.output.read_exact(&mut prefix).await.map_err(gone)?;
        let (head, body) = wire::lengths(prefix, ANSWER, self.largest)?;
        let mut bytes = Zeroizing::new(vec![0; head]);
        let mut payload = Zeroizing::new(vec![0; body]);
        self.output.read_exact(&mut bytes).await.map_err(gone)?;
        self.output.read_exact(&mut payload).await.map_err(gone)?;
        Ok((wire::parse(&bytes)?, payload))
    }

    /// Why it went silent: it ran out of memory, out of CPU time, or it died.
    async fn end(&mut self) -> Error {
        let _ = self.process.start_kill();
        let mut last = [0; 256];
        let mut said = 0;
        let patience = Instant::now() + Duration::from_secs(2);
        while let Some(free) = last.get_mut(said..).filter(|free| !free.is_empty()) {
            match timeout_at(patience, self.error.read(free)).await {
                Ok(Ok(read)) if read > 0 => said += read,
                _ => break,
            }
        }
        // What Rust says when an allocation fails; nothing else of it is looked at or kept.
        let words = b"memory allocation of";
        if last.windows(words.len()).any(|window| window == words) {
            return Error::TooLarge;
        }
        let status = timeout_at(patience, self.process.wait()).await;
        match status.ok().and_then(Result::ok).and_then(|status| status.signal()) {
            Some(signal) if signal == Signal::XCPU.as_raw() => Error::TimedOut,
            _ => Error::Crashed,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fmt::Write as _;

    use super::*;
    use crate::reading::Face;
    use crate::wire::Landlock;

    /// A program that says bytes and then waits.
    fn saying(bytes: &[u8], then: &str) -> Program {
        let mut escaped = String::new();
        for byte in bytes {
            write!(escaped, "\\{byte:03o}").unwrap();
        }
        let script = format!("/usr/bin/printf '{escaped}'; {then}");
        Program { path: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()] }
    }

    fn ready() -> Vec<u8> {
        let held = Confinement { landlock: Landlock::Full, calls: 1 };
        wire::head(&Answer::Ready(held), 0).unwrap().to_vec()
    }

    fn limits() -> Limits {
        Limits { time: Duration::from_millis(400), ..Limits::default() }
    }

    async fn started(program: &Program) -> Result<Child, Error> {
        Ok(Child::start(program, &limits()).await?.0)
    }

    #[tokio::test]
    async fn a_process_that_says_nonsense_or_nothing_is_not_one() {
        let never = "/bin/sleep 100";
        for nonsense in [&b"Bonjour, tout va bien ici."[..], &[0xFF; 64], &[1, 0, 0, 0, 0, 0, 0, 0, 99]] {
            assert!(matches!(started(&saying(nonsense, never)).await, Err(Error::Crashed)));
        }
        assert!(matches!(started(&saying(b"", never)).await, Err(Error::TimedOut)));
        assert!(matches!(started(&saying(b"", "exit 1")).await, Err(Error::Crashed)));
        let refused = wire::head(&Answer::NotConfined("landlock: no".into()), 0).unwrap();
        assert!(
            matches!(started(&saying(&refused, never)).await, Err(Error::Confinement(why)) if why == "landlock: no")
        );
    }

    #[tokio::test]
    async fn lengths_that_a_process_makes_up_are_not_believed() {
        // Four thousand million bytes of pixels.
        let mut bytes = ready();
        bytes.extend_from_slice(&[1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 5]);
        let mut child = started(&saying(&bytes, "/bin/cat")).await.unwrap();
        let order = Order::View { document: 0, face: Face::Text };
        let answer = child.ask(&order, &[], limits().time).await;
        assert!(matches!(answer, Err(Error::Crashed)));
    }

    #[tokio::test]
    async fn a_process_that_dies_after_ready_is_told() {
        let mut child = started(&saying(&ready(), "exit 0")).await.unwrap();
        let order = Order::Page { document: 0, page: 0, width: 1 };
        assert!(matches!(child.ask(&order, &[0; 4 << 20], limits().time).await, Err(Error::Crashed)));
        let out_of_memory = "echo 'memory allocation of 9 bytes failed' >&2; exit 1";
        let mut child = started(&saying(&ready(), out_of_memory)).await.unwrap();
        assert!(matches!(child.ask(&order, &[], limits().time).await, Err(Error::TooLarge)));
    }

    #[tokio::test]
    async fn a_process_that_does_not_answer_is_killed() {
        let mut child = started(&saying(&ready(), "exec /bin/sleep 100")).await.unwrap();
        let order = Order::Attachment { index: 0 };
        assert!(matches!(child.ask(&order, &[], limits().time).await, Err(Error::TimedOut)));
        assert!(child.process.wait().await.unwrap().signal().is_some());
    }
}
