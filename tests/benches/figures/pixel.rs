//! One pixel of an X screen, asked for in X's own words: a program that takes pictures would take longer than what is
//! measured.

use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

/// Little-endian, protocol 11.0, no authorisation.
const HELLO: [u8; 12] = [b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const GET_IMAGE: u8 = 73;
const Z_PIXMAP: u8 = 2;

/// A look at a screen.
pub struct Eye {
    server: UnixStream,
    root: [u8; 4],
}

impl Eye {
    /// Opens the display of this name, as `:7`.
    pub fn open(display: &str) -> Result<Self> {
        let mut server = UnixStream::connect(format!("/tmp/.X11-unix/X{}", display.trim_start_matches(':')))?;
        server.write_all(&HELLO)?;
        let mut head = [0; 8];
        server.read_exact(&mut head)?;
        ensure!(head[0] == 1, "X does not let us in");
        let mut setup = vec![0; 4 * usize::from(u16::from_le_bytes([head[6], head[7]]))];
        server.read_exact(&mut setup)?;
        // Fixed part, vendor padded to four bytes, formats of eight; then the first screen, which begins with its root.
        let vendor = usize::from(u16::from_le_bytes([setup[16], setup[17]])).next_multiple_of(4);
        let at = 32 + vendor + 8 * usize::from(setup[21]);
        let root = setup.get(at..at + 4).context("no screen")?.try_into()?;
        Ok(Self { server, root })
    }

    /// Whether anything but the black of the empty root is at this pixel.
    pub fn is_lit(&mut self, [x, y]: [u16; 2]) -> Result<bool> {
        let mut request = vec![GET_IMAGE, Z_PIXMAP, 5, 0];
        request.extend(self.root);
        for number in [x, y, 1, 1] {
            request.extend(number.to_le_bytes());
        }
        request.extend(u32::MAX.to_le_bytes());
        self.server.write_all(&request)?;
        let mut head = [0; 32];
        self.server.read_exact(&mut head)?;
        ensure!(head[0] == 1, "X shows no pixel");
        let mut pixel = vec![0; 4 * u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize];
        self.server.read_exact(&mut pixel)?;
        Ok(pixel.iter().take(3).any(|colour| *colour != 0))
    }

    /// Waits until it is, or is not.
    pub fn wait(&mut self, at: [u16; 2], lit: bool) -> Result<Instant> {
        let until = Instant::now() + Duration::from_secs(30);
        while self.is_lit(at)? != lit {
            ensure!(Instant::now() < until, "the screen stays as it is");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(Instant::now())
    }
}
