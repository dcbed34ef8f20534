//! Why an account is suggested, as data and as a sentence.

use chrono::Weekday;

/// What a suggestion rests on most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The words of the line that were met before, as they stand in it.
    pub words: Box<str>,
    /// What has to be alike besides the words.
    pub likeness: Likeness,
    /// How many of the lines with these words went to the suggested account.
    pub times: u32,
    /// How many lines with these words there were.
    pub of: u32,
    /// How many of the latest went there without another between.
    pub lately: u32,
}

/// What lines have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likeness {
    /// The words themselves.
    Text,
    /// The words and about the amount.
    Amount,
    /// The words and the weekday.
    Weekday(Weekday),
    /// Not the words, but this one that is close to them.
    NearWord(Box<str>),
}

impl Reason {
    /// The reason as a sentence, such as `"Rewe" went to Expenses:Groceries 41 of 42 times`.
    pub fn sentence(&self, account: &str) -> String {
        let words = &self.words;
        let what = match &self.likeness {
            Likeness::Text => format!("\"{words}\""),
            Likeness::Amount => format!("\"{words}\" with about this amount"),
            Likeness::Weekday(weekday) => format!("\"{words}\" on a {}", weekday_name(*weekday)),
            Likeness::NearWord(near) => format!("\"{words}\" is close to \"{near}\", which"),
        };
        let (times, of, lately) = (self.times, self.of, self.lately);
        let plural = if of == 1 { "time" } else { "times" };
        let streak = match lately {
            2.. if times < of => format!(", the last {lately} in a row"),
            _ => String::new(),
        };
        format!("{what} went to {account} {times} of {of} {plural}{streak}")
    }
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
