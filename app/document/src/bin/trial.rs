//! Confines itself, then tries what its argument names. For the tests: what is tried must fail, or end the process.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode};

use document::confined::{Hold, confine};

fn main() -> ExitCode {
    let what = std::env::args().nth(1).unwrap_or_default();
    // Made while it was still possible: what a fault of the program might leave open.
    let (Ok(mut file), Ok((mut socket, _other))) = (File::open("/proc/self/cmdline"), UnixStream::pair()) else {
        return ExitCode::from(2);
    };
    let hold = Hold { memory: 256 << 20, cpu: 2 };
    if let Err(why) = confine(&hold) {
        say(&format!("not confined: {why}"));
        return ExitCode::from(70);
    }
    let escaped = match what.as_str() {
        "nothing" => true,
        "read a file" => std::fs::read("/etc/hostname").is_ok(),
        "write a file" => std::fs::write("/tmp/guichet-trial", b"x").is_ok(),
        "list a directory" => std::fs::read_dir("/").is_ok_and(|mut entries| entries.next().is_some()),
        "look at a file" => std::fs::metadata("/etc/hostname").is_ok(),
        "delete a file" => std::fs::remove_file("/tmp/guichet-trial-kept").is_ok(),
        "make a directory" => std::fs::create_dir("/tmp/guichet-trial-dir").is_ok(),
        "read what was open" => file.read(&mut [0; 8]).is_ok_and(|read| read > 0),
        "write to an open socket" => socket.write(b"x").is_ok(),
        "connect" => TcpStream::connect("127.0.0.1:9").is_ok(),
        "listen" => TcpListener::bind("127.0.0.1:0").is_ok(),
        "send a datagram" => UdpSocket::bind("127.0.0.1:0").is_ok(),
        "connect to a local socket" => UnixStream::connect("/run/pcscd/pcscd.comm").is_ok(),
        "start a program" => Command::new("/bin/true").status().is_ok(),
        "become a program" => {
            let _ = std::os::unix::process::CommandExt::exec(&mut Command::new("/bin/true"));
            false
        }
        "start a thread" => std::thread::Builder::new().spawn(|| {}).is_ok_and(|thread| thread.join().is_ok()),
        "end its parent" => {
            let parent = rustix::process::getppid();
            parent.is_some_and(|parent| rustix::process::kill_process(parent, rustix::process::Signal::TERM).is_ok())
        }
        "raise its limits" => {
            let free = rustix::process::Rlimit { current: None, maximum: None };
            rustix::process::setrlimit(rustix::process::Resource::As, free).is_ok()
        }
        "take memory" => {
            let taken: Vec<Vec<u8>> = (0..1024).map(|_| vec![1; 1 << 20]).collect();
            taken.len() == 1024
        }
        "compute forever" => {
            let mut n = 1_u64;
            while n != 0 {
                n = std::hint::black_box(n.wrapping_mul(3) | 1);
            }
            true
        }
        "recurse forever" => deeper(1) > 0,
        _ => return ExitCode::from(2),
    };
    say(if escaped { "done" } else { "refused" });
    // Nothing is dropped: closing files is checked by calls that are not allowed.
    std::process::exit(0)
}

fn say(what: &str) {
    let _ = std::io::stdout().write_all(what.as_bytes());
    let _ = std::io::stdout().flush();
}

fn deeper(n: u64) -> u64 {
    let here = std::hint::black_box([n; 64]);
    if n == 0 { 0 } else { deeper(n + 1).wrapping_add(here.iter().sum::<u64>()) }
}
