//! How figures are summed up and printed.

use std::time::Duration;

/// The middle of the values.
pub fn median<T: PartialOrd + Copy>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).expect("a measured value is a number"));
    sorted[sorted.len() / 2]
}

/// The value that 99 of 100 do not pass.
pub fn percentile_99<T: PartialOrd + Copy>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).expect("a measured value is a number"));
    sorted[(sorted.len() * 99 / 100).min(sorted.len() - 1)]
}

/// Milliseconds with three digits after the point.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// `71,234/s`.
pub fn rate(count: usize, time: Duration) -> String {
    format!("{}/s", grouped((count as f64 / time.as_secs_f64()) as u64))
}

/// `1,000,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Prints a figure without a bar.
pub fn print_fact(what: &str, value: &str) {
    println!("{what:<66} {value}");
}

/// Prints what was measured, our figure, the reference's, the ratio and whether the bar is met.
pub fn print(what: &str, ours: &str, reference: &str, ratio: Option<f64>, bar: &str, met: bool) {
    let ratio = ratio.map_or(String::from("-"), |ratio| format!("{:.1} %", ratio * 100.0));
    let verdict = if met { "met" } else { "NOT MET" };
    println!(
        "{what:<66} ours {ours:>12}   reference {reference:>12}   ratio {ratio:>8}   bar {bar:<22} {verdict}"
    );
}
