//! Progress on standard error, for a person who waits.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::config::Settings;

/// How often the bar is drawn at most, per second.
const DRAWS_PER_SECOND: u8 = 10;

/// A bar, or nothing where nobody would see it.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts a bar that says `doing` and counts `noun`s; without a total it shows the count alone.
    ///
    /// Nothing is drawn when standard error is no terminal or the user wants quiet.
    pub fn start(settings: &Settings, doing: &'static str, noun: &'static str, total: Option<u64>) -> Self {
        if !settings.progress {
            return Progress { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND));
        let template = match total {
            Some(_) => format!("{{msg}} {{wide_bar}} {{human_pos}}/{{human_len}} {noun}, {{eta}} left"),
            None => format!("{{msg}} {{human_pos}} {noun}, {{per_sec}}"),
        };
        // Both templates are constant but for a noun without braces; should one not parse, the bar looks plain.
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(doing);
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar }
    }

    /// Counts on.
    pub fn add(&self, count: u64) {
        self.bar.inc(count);
    }
}

impl Drop for Progress {
    /// Takes the bar away, also when a command ends with an error, so that messages stand on clean lines.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
