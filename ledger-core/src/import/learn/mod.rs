//! Learned counter accounts: which account a line is likely to belong to, judging by what was chosen before.
//!
//! A [`Learner`] takes past choices one by one, oldest first, and suggests an account for a new line with a
//! confidence that was measured on the same choices: before it learns each one it guesses it. Everything is counted
//! in integers, so that the same history gives the same suggestions on every machine.
//!
//! The way of a line: `words` (texts to words that come again) → `marks` (what is remembered of it) → `tally` (where
//! lines with that mark went) → [`Learner`] (the accounts weighed) → `calibration` (how often such a guess is right).

mod calibration;
mod learner;
mod marks;
mod near;
mod reason;
mod suggester;
mod tally;
mod words;

pub use self::learner::{Confidence, Learner, Suggested};
pub use self::marks::Features;
pub use self::reason::{Likeness, Reason};
pub use self::suggester::Learned;

pub(crate) use self::words::Words;

#[cfg(test)]
mod tests;
