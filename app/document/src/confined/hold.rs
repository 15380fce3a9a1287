//! What holds the process. Each is a wall of its own; the order is that in which they can still be built.
//!
//! 1. Its end: SIGKILL when the thread that started it ends, so that it never outlives the program.
//! 2. No core dump, and no other process of the same user may look into its memory.
//! 3. Limits of the kernel: address space, CPU time, no written file, no new descriptor, no process.
//! 4. No new privileges.
//! 5. Landlock: no file and no network. Refused only where the kernel has none, and said.
//! 6. A filter of system calls: what is not in the list kills the process. Reading is possible from standard input alone
//!    and writing to standard output and error alone, so that a descriptor inherited by mistake is of no use.

use std::collections::BTreeMap;
use std::time::Duration;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, RulesetStatus,
    Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Op, SeccompCondition as Condition,
    SeccompFilter, SeccompRule as Rule,
};

use crate::limits::Limits;
use crate::wire::{Confinement, Landlock};

/// The share of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Address space, in bytes.
    pub memory: u64,
    /// CPU time, in whole seconds.
    pub cpu: u64,
}

/// The stack, in bytes. Readers of nested formats are bounded well below it.
const STACK: u64 = 8 << 20;

impl Hold {
    pub(crate) fn of(limits: &Limits) -> Hold {
        Hold { memory: limits.memory, cpu: limits.cpu.max(Duration::from_secs(1)).as_secs() }
    }

    pub(crate) fn write(&self) -> String {
        format!("{}:{}", self.memory, self.cpu)
    }

    pub(crate) fn parse(text: &str) -> Option<Hold> {
        let (memory, cpu) = text.split_once(':')?;
        Some(Hold { memory: memory.parse().ok()?, cpu: cpu.parse().ok()? })
    }
}

/// Confines this process for good. An error says which wall could not be built; the process must then end.
pub fn confine(hold: &Hold) -> Result<Confinement, String> {
    // If memory runs out, the kernel ends this process rather than the program. A request, not a wall.
    let _ = std::fs::write("/proc/self/oom_score_adj", "900");
    let wall = |name: &'static str| move |error: rustix::io::Errno| format!("{name}: {error}");
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(wall("parent death signal"))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(wall("dumpable"))?;
    limits(hold)?;
    rustix::thread::set_no_new_privs(true).map_err(wall("no new privileges"))?;
    let landlock = landlock()?;
    // Only now: Landlock takes a descriptor and gives it back.
    limit(Resource::Nofile, 0)?;
    let calls = filter()?;
    Ok(Confinement { landlock, calls })
}

fn limits(hold: &Hold) -> Result<(), String> {
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
        (Resource::Nproc, 0),
        (Resource::Stack, STACK),
        (Resource::Cpu, hold.cpu),
        (Resource::As, hold.memory),
    ] {
        limit(resource, most)?;
    }
    Ok(())
}

fn limit(resource: Resource, most: u64) -> Result<(), String> {
    // Never above what the program itself was given.
    let given = rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let most = Some(u64::min(most, given));
    let limit = Rlimit { current: most, maximum: most };
    rustix::process::setrlimit(resource, limit).map_err(|error| format!("limit {resource:?}: {error}"))
}

/// Nothing at all: no rule is added to the set.
fn landlock() -> Result<Landlock, String> {
    let failed = |error: landlock::RulesetError| format!("landlock: {error}");
    let abi = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))
        .map_err(failed)?
        .handle_access(AccessNet::from_all(abi))
        .map_err(failed)?
        .scope(Scope::from_all(abi))
        .map_err(failed)?
        .create()
        .map_err(failed)?
        .restrict_self()
        .map_err(failed)?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Landlock::Full,
        RulesetStatus::PartiallyEnforced => Landlock::Partial,
        RulesetStatus::NotEnforced => Landlock::Absent,
    })
}

/// Calls that a library may try on its way and can do without (the number of processors, a file of settings): they fail.
/// Everything else outside the list of what is allowed kills.
const FAIL: [libc::c_long; 9] = [
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_fstat,
    libc::SYS_ioctl,
    libc::SYS_sched_getaffinity,
    libc::SYS_prlimit64,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
];

/// Calls allowed whatever their arguments: memory that is already there, signals of the process itself, time, its end.
const FREE: [libc::c_long; 18] = [
    libc::SYS_munmap,
    libc::SYS_close,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

type Rules = BTreeMap<i64, Vec<Rule>>;

/// Two filters: the kernel takes the stricter answer of both.
fn filter() -> Result<u32, String> {
    let failed = |error: seccompiler::BackendError| format!("filter: {error}");
    let mut allowed = rules().map_err(failed)?;
    let calls = allowed.len() as u32;
    allowed.extend(FAIL.map(|call| (call, Vec::new())));
    let failing: Rules = FAIL.map(|call| (call, Vec::new())).into();
    let errno = SeccompAction::Errno(libc::EPERM as u32);
    for (rules, otherwise, matched) in
        [(failing, SeccompAction::Allow, errno), (allowed, SeccompAction::KillProcess, SeccompAction::Allow)]
    {
        let arch = std::env::consts::ARCH.try_into().map_err(failed)?;
        let filter = SeccompFilter::new(rules, otherwise, matched, arch).map_err(failed)?;
        let program: BpfProgram = filter.try_into().map_err(failed)?;
        seccompiler::apply_filter_all_threads(&program).map_err(|error| format!("filter: {error}"))?;
    }
    Ok(calls)
}

fn rules() -> Result<Rules, seccompiler::BackendError> {
    let word = |argument, op, value| Condition::new(argument, Length::Dword, op, value);
    let mut rules: Rules = FREE.map(|call| (call, Vec::new())).into();
    let executable = libc::PROT_EXEC as u64;
    let anonymous = libc::MAP_ANONYMOUS as u64;
    let own = u64::from(std::process::id());
    rules.insert(libc::SYS_read, vec![Rule::new(vec![word(0, Op::Eq, 0)?])?]);
    rules.insert(libc::SYS_write, vec![Rule::new(vec![word(0, Op::Eq, 1)?])?, Rule::new(vec![word(0, Op::Eq, 2)?])?]);
    // Memory of its own, never to be run, never a file's.
    let plain = word(2, Op::MaskedEq(executable), 0)?;
    rules.insert(libc::SYS_mmap, vec![Rule::new(vec![plain.clone(), word(3, Op::MaskedEq(anonymous), anonymous)?])?]);
    rules.insert(libc::SYS_mprotect, vec![Rule::new(vec![plain])?]);
    // abort(3) sends the signal to the process itself.
    rules.insert(libc::SYS_tgkill, vec![Rule::new(vec![word(0, Op::Eq, own)?])?]);
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_written_and_read() {
        let hold = Hold::of(&Limits::default());
        assert_eq!(Hold::parse(&hold.write()), Some(hold));
        assert_eq!(Hold::parse("1"), None);
        assert_eq!(Hold::parse("a:b"), None);
    }

    #[test]
    fn no_call_both_fails_and_is_allowed() {
        let allowed: Vec<i64> = rules().map(|rules| rules.into_keys().collect()).unwrap_or_default();
        assert!(allowed.len() > 20);
        assert!(!FAIL.iter().any(|call| allowed.contains(call)));
        for forbidden in [libc::SYS_socket, libc::SYS_clone, libc::SYS_execve, libc::SYS_openat, libc::SYS_ptrace] {
            assert!(!allowed.contains(&forbidden));
        }
    }
}
