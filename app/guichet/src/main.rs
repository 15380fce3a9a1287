//! The program: builds the parts, joins them, nothing else.

use clap::{Parser, Subcommand};
use guichet::{check, log, run, selftest};
use std::path::PathBuf;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// Every freed piece of memory is wiped: whatever passed through it, in whichever library, is gone with it.
#[global_allocator]
static WIPING: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// La messagerie MSSanté à l'accueil : carte insérée, code, boîte, messages ; carte retirée, plus rien.
#[derive(Parser)]
#[command(version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fait marcher la borne.
    Run {
        /// Le fichier de configuration du site.
        #[arg(long)]
        config: PathBuf,
        /// En dit davantage dans le journal, jamais rien d'une personne.
        #[arg(long)]
        verbose: bool,
    },
    /// Dit ce qui ne va pas dans une configuration, et où.
    Check {
        /// Le fichier de configuration du site.
        #[arg(long)]
        config: PathBuf,
    },
    /// Lit messages et documents, sans aucun autre droit : la borne se démarre ainsi elle-même.
    #[command(hide = true)]
    Confined,
    /// Essaie lecteur, réseau, heure, fournisseur, messagerie et certificats : un tableau à lire au téléphone.
    Selftest {
        /// Le fichier de configuration du site.
        #[arg(long)]
        config: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run { config, verbose } => {
            log::start(verbose);
            run::run(&config)
        }
        Command::Check { config } => check::command(&config),
        Command::Selftest { config } => selftest::command(&config),
        // Nothing else has run before it gives up its rights: no log, no runtime, no file.
        Command::Confined => return document::confined::main(),
    };
    done.unwrap_or_else(|error| {
        log::last_words(&error);
        ExitCode::FAILURE
    })
}
