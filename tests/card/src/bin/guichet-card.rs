//! Puts a virtual card in a virtual reader, from the command line.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use virtual_card::serve::{Options, serve};
use virtual_card::{Handle, Insert};

/// Virtual CPS cards behind the real pcscd.
#[derive(Parser)]
struct Cli {
    /// The server's socket; without it, the one GUICHET_CARD_SOCKET names.
    #[arg(long, global = true)]
    socket: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Holds the cards; the other commands speak to it.
    Serve {
        /// Directory made by `pki::Pki::create`; made if missing.
        #[arg(long)]
        cards: PathBuf,
        /// Where reader 0 of the vpcd driver listens; reader 1 is on the next port.
        #[arg(long, default_value = "127.0.0.1:35963")]
        vpcd: SocketAddr,
        /// Runs pcscd as well, its files in this directory. Meant for a network and mount
        /// namespace of its own.
        #[arg(long)]
        pcscd: Option<PathBuf>,
        /// Ends when standard input ends.
        #[arg(long)]
        until_eof: bool,
    },
    /// Inserts a card.
    Insert(InsertArgs),
    /// Pulls the card.
    Remove {
        #[arg(long, default_value_t = 0)]
        reader: usize,
    },
    /// Both readers: card, tries left, verified or not, APDUs and bytes since the insertion.
    Status,
    /// The APDUs exchanged with the last card, codes left out.
    Log {
        #[arg(long, default_value_t = 0)]
        reader: usize,
    },
    /// Kills, starts, unplugs or plugs the server's own pcscd.
    Pcscd {
        #[arg(value_parser = ["kill", "start", "unplug", "plug"])]
        what: String,
    },
}

#[derive(Args)]
struct InsertArgs {
    #[arg(value_parser = virtual_card::PROFILES)]
    profile: String,
    #[arg(long, default_value_t = 0)]
    reader: usize,
    /// Code porteur, 4 to 8 digits (1234 if not given).
    #[arg(long)]
    pin: Option<String>,
    /// Tries left, instead of those the card was left with.
    #[arg(long)]
    tries: Option<u8>,
    /// Milliseconds before each answer.
    #[arg(long, default_value_t = 0)]
    delay_ms: u64,
    /// Answers so many APDUs, then none (0: none at all).
    #[arg(long)]
    hang_after: Option<u64>,
    /// Never answers this instruction nor anything after it, in hexadecimal (20, 88).
    #[arg(long, value_parser = hexadecimal)]
    hang_on: Option<u8>,
    /// Answers so many APDUs, then is pulled.
    #[arg(long)]
    remove_after: Option<u64>,
    /// Bytes one GET RESPONSE hands over at most.
    #[arg(long)]
    piece: Option<usize>,
    /// The code goes without padding.
    #[arg(long)]
    exact: bool,
    /// CPS4: must be reached through its other applications.
    #[arg(long)]
    stubborn: bool,
}

fn hexadecimal(text: &str) -> Result<u8, std::num::ParseIntError> {
    u8::from_str_radix(text, 16)
}

impl InsertArgs {
    fn insert(self) -> Insert {
        let mut insert = Insert::new(&self.profile).reader(self.reader).delay(Duration::from_millis(self.delay_ms));
        if let Some(pin) = self.pin {
            insert = insert.pin(&pin);
        }
        if let Some(tries) = self.tries {
            insert = insert.tries(tries);
        }
        if let Some(apdus) = self.hang_after {
            insert = insert.hang_after(apdus);
        }
        if let Some(instruction) = self.hang_on {
            insert = insert.hang_on(instruction);
        }
        if let Some(apdus) = self.remove_after {
            insert = insert.remove_after(apdus);
        }
        if let Some(bytes) = self.piece {
            insert = insert.in_pieces_of(bytes);
        }
        if self.exact {
            insert = insert.exact_code();
        }
        if self.stubborn {
            insert = insert.stubborn();
        }
        insert
    }
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let handle = || cli.socket.as_deref().map_or_else(Handle::from_env, |socket| Ok(Handle::new(socket)));
    let text = match cli.command {
        Command::Serve { cards, vpcd, pcscd, until_eof } => {
            let socket = handle()?.socket().to_path_buf();
            let cards = pki::Pki::create(&cards)?.dir().to_path_buf();
            serve(&Options { cards, socket, vpcd, pcscd, until_eof })?;
            String::new()
        }
        Command::Insert(args) => {
            handle()?.insert_with(&args.insert())?;
            String::new()
        }
        Command::Remove { reader } => {
            handle()?.remove_from(reader)?;
            String::new()
        }
        Command::Status => handle()?.status_text()?,
        Command::Log { reader } => handle()?.log_of(reader)?.join("\n") + "\n",
        Command::Pcscd { what } => {
            let handle = handle()?;
            match what.as_str() {
                "kill" => handle.kill_pcscd()?,
                "start" => handle.start_pcscd()?,
                "unplug" => handle.unplug_reader()?,
                _ => handle.plug_reader()?,
            }
            String::new()
        }
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
