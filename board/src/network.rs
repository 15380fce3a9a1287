//! Whether a network is there: the kernel tells of every change (rtnetlink), so nothing polls.

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType};
use std::path::Path;
use std::thread;

/// `RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR` of linux/rtnetlink.h.
const GROUPS: u32 = 0x1 | 0x10 | 0x100;

/// Reports the state once, then each change, from a thread of its own that lasts as long as the program.
///
/// `interfaces` names the ones that count; empty: any but the loopback.
///
/// # Errors
/// When the kernel gives no netlink socket or no thread.
pub fn watch(interfaces: Vec<String>, report: impl Fn(bool) + Send + 'static) -> std::io::Result<()> {
    // NETLINK_ROUTE is protocol 0, which rustix writes as none.
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    thread::Builder::new().name("network".into()).spawn(move || {
        let mut was = None;
        let mut message = vec![0_u8; 8192];
        loop {
            let up = is_up(Path::new("/sys/class/net"), &interfaces);
            if was != Some(up) {
                was = Some(up);
                report(up);
            }
            // What the message says does not matter: the state is read afresh.
            if let Err(error) = rustix::net::recv(&socket, message.as_mut_slice(), RecvFlags::empty())
                && error != rustix::io::Errno::INTR
                && error != rustix::io::Errno::NOBUFS
            {
                tracing::warn!(%error, "network changes are no longer seen");
                return;
            }
        }
    })?;
    Ok(())
}

/// Whether one of the interfaces carries traffic (`operstate`, kernel Documentation/ABI/testing/sysfs-class-net).
#[must_use]
pub fn is_up(folder: &Path, interfaces: &[String]) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let counts = if interfaces.is_empty() { name != "lo" } else { interfaces.contains(&name) };
        let state = std::fs::read_to_string(entry.path().join("operstate")).unwrap_or_default();
        // The loopback and some virtual devices never know their state.
        counts && matches!(state.trim(), "up" | "unknown")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn interface(folder: &Path, name: &str, state: &str) {
        std::fs::create_dir_all(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("operstate"), format!("{state}\n")).unwrap();
    }

    #[test]
    fn a_cable_counts_and_the_loopback_does_not() {
        let folder = tempfile::tempdir().unwrap();
        interface(folder.path(), "lo", "unknown");
        interface(folder.path(), "eth0", "down");
        assert!(!is_up(folder.path(), &[]));
        assert!(is_up(folder.path(), &["lo".into()]));
        interface(folder.path(), "eth0", "up");
        assert!(is_up(folder.path(), &[]));
        assert!(!is_up(folder.path(), &["wlan0".into()]));
    }
}
