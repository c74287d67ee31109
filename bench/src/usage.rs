//! What a process takes, as Linux says under `/proc`.

use std::fs;
use std::time::Duration;

use crate::Outcome;

/// A line of `/proc/<pid>/status` that is in kB, such as `VmRSS`; in MiB.
pub fn memory(process: u32, line: &str) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let value = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes: f64 = value.and_then(|text| text.trim().strip_suffix(" kB")).ok_or("no such line")?.parse()?;
    Ok(kilobytes / 1024.0)
}

/// Lets `VmHWM`, the most that it had, begin anew from what it has now.
pub fn forget_peak(process: u32) -> Outcome<()> {
    Ok(fs::write(format!("/proc/{process}/clear_refs"), "5")?)
}

/// CPU time of all the threads that it has had, in hundredths of a second: for a process whose threads come and go.
pub fn cpu_of_all(process: u32) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may have anything in it; behind it, the time in user mode is the 12th, in the kernel the 13th.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// CPU time of the threads that it has now, to the nanosecond (`schedstat`); `stat` counts in hundredths of a second.
pub fn cpu(process: u32) -> Outcome<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end while we look.
        if let Ok(line) = fs::read_to_string(thread?.path().join("schedstat")) {
            nanoseconds += line.split_whitespace().next().ok_or("an empty schedstat")?.parse::<u64>()?;
        }
    }
    Ok(Duration::from_nanos(nanoseconds))
}
