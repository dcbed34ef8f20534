//! What the process itself has cost, as the kernel counts it (Linux).

use std::time::{Duration, Instant};

use super::figure::median;

/// Time on the processor of this thread: it is the same on a machine that others use as well.
pub fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// The most memory that the process has held at once, in bytes.
pub fn memory_max() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) * 1024
}

/// Time on the clock and on the processor.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Time on the clock.
    pub wall: Duration,
    /// Time on the processor.
    pub cpu: Duration,
}

impl Cost {
    /// What a piece of work costs.
    pub fn of<T>(work: impl FnOnce() -> T) -> (Cost, T) {
        let (started, cpu) = (Instant::now(), cpu_time());
        let value = work();
        (Cost { wall: started.elapsed(), cpu: cpu_time().saturating_sub(cpu) }, value)
    }

    /// Adds another piece of work.
    pub fn add(&mut self, other: Cost) {
        self.wall += other.wall;
        self.cpu += other.cpu;
    }
}

/// The medians of wall and CPU time, as text: `8.02 ms (CPU 7.51 ms)`.
pub fn medians(costs: &[Cost]) -> String {
    let wall: Vec<Duration> = costs.iter().map(|cost| cost.wall).collect();
    let cpu: Vec<Duration> = costs.iter().map(|cost| cost.cpu).collect();
    format!(
        "{:.2} ms (CPU {:.2} ms)",
        super::figure::millis(median(&wall)),
        super::figure::millis(median(&cpu))
    )
}
