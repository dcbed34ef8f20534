//! What a bench was asked to do: `cargo bench --bench NAME -- --quick`, `--entries N`, `--runs N`, `--large`.

/// The arguments of a bench.
pub struct Settings {
    /// How many entries a book has.
    pub entries: usize,
    /// How often the whole measurement is repeated; the median is shown.
    pub runs: usize,
    /// Whether the measurement at ten times the size is made as well.
    pub large: bool,
}

impl Settings {
    /// Reads the arguments; nothing when the bench was only built or started by `cargo test`.
    pub fn from_arguments(runs: usize) -> Option<Settings> {
        let arguments: Vec<String> = std::env::args().collect();
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        if !has("--bench") {
            return None;
        }
        let number = |flag: &str| -> Option<usize> {
            let at = arguments.iter().position(|argument| argument == flag)?;
            let text = arguments.get(at + 1)?;
            Some(text.parse().unwrap_or_else(|_| panic!("{flag} takes a number, not {text:?}")))
        };
        let entries = number("--entries").unwrap_or(if has("--quick") { 100_000 } else { 1_000_000 });
        Some(Settings { entries, runs: number("--runs").unwrap_or(runs).max(1), large: has("--large") })
    }
}
