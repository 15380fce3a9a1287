//! A screen without a desk: Xvfb, real touches by XTEST (xdotool), pictures by ImageMagick.

use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A virtual screen at work; ended when dropped.
pub struct Screen {
    server: Child,
    name: String,
    /// Width and height in pixels.
    pub size: [u32; 2],
    taken: u32,
}

impl Screen {
    /// Starts one of this size on a display number of its own choice.
    ///
    /// # Errors
    /// When Xvfb is missing or does not start.
    pub fn start(size: [u32; 2]) -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-noreset", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{}x{}x24", size[0], size[1]))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut number = String::new();
        let output = server.stdout.take().context("no output of Xvfb")?;
        BufReader::new(output.take(16)).read_line(&mut number)?;
        let number = number.trim();
        if number.is_empty() {
            let _ = server.kill();
            let _ = server.wait();
            bail!("Xvfb did not start");
        }
        Ok(Self { server, name: format!(":{number}"), size, taken: 0 })
    }

    /// What `DISPLAY` must be.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Touches the glass at this pixel.
    ///
    /// # Errors
    /// When xdotool is missing.
    pub fn touch(&self, [x, y]: [u32; 2]) -> Result<()> {
        let args = ["mousemove", &x.to_string(), &y.to_string(), "click", "1"].map(str::to_owned);
        let done =
            Command::new("xdotool").args(args).env("DISPLAY", &self.name).status().context("cannot run xdotool")?;
        ensure!(done.success(), "xdotool could not touch the screen");
        thread::sleep(Duration::from_millis(60));
        Ok(())
    }

    /// Writes what is on the screen to `folder`, numbered.
    ///
    /// # Errors
    /// When ImageMagick is missing or the folder cannot be written.
    pub fn picture(&mut self, folder: &Path, name: &str) -> Result<()> {
        self.taken += 1;
        let path = folder.join(format!("{:02}-{name}.png", self.taken));
        let done = Command::new("import")
            .args(["-window", "root"])
            .arg(&path)
            .env("DISPLAY", &self.name)
            .status()
            .context("cannot run import")?;
        ensure!(done.success(), "no picture of the screen");
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
