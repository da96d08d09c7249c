//! The machine, and a process's memory, from `/proc`.

use anyhow::Context as _;

/// Resident bytes of a process now.
pub fn resident(pid: u32) -> anyhow::Result<f64> {
    status(pid, "VmRSS:")
}

/// Most resident bytes a process ever had.
pub fn peak(pid: u32) -> anyhow::Result<f64> {
    status(pid, "VmHWM:")
}

fn status(pid: u32, field: &str) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).context("no memory figure in /proc")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024.0)
}

/// Processor, cores, kernel.
pub fn describe() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("?", |(_, m)| m);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{model}, {cores} cores, Linux {}", read("/proc/sys/kernel/osrelease").trim())
}
