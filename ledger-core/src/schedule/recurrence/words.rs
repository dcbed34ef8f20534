//! Reads what words say about a recurrence, one after the other; what they amount to is for `friendly`.

use chrono::{Datelike, NaiveDate, Weekday};

use super::rule::{End, Frequency};
use super::vocabulary::{
    cardinal, date, is_working_day, month, nearest, ordinal, ordinal_word, period, weekday,
};
use crate::schedule::MonthEnd;

/// A day that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A day of the month; -1 is the last.
    MonthDay(i32),
    /// A day of each week; whether it was said with "every".
    Weekday(Weekday, bool),
    NthWeekday(i32, Weekday),
    /// Monday to Friday.
    WorkingDays,
    NthWorkingDay(i32),
}

/// Days and the months that they were named with.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub days: Vec<Named>,
    pub months: Vec<i32>,
    month_first: bool,
}

/// All that was said.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub period: Option<(u32, Frequency)>,
    pub groups: Vec<Group>,
    pub once: bool,
    /// Days that were written out, where it happens once.
    pub dates: Vec<NaiveDate>,
    pub starts_on: Option<NaiveDate>,
    pub end: Option<End>,
    pub added: Vec<NaiveDate>,
    pub left_out: Vec<NaiveDate>,
    pub week_start: Option<Weekday>,
    pub month_end: Option<MonthEnd>,
}

/// Reads `text`, in which a comma is a word of its own.
///
/// # Errors
///
/// A clause that names the word that is not understood.
pub(super) fn read(text: &str) -> Result<Said, String> {
    let spaced = text.to_lowercase().replace(',', " , ").replace(['&', '+'], " and ");
    let joined = spaced.replace("half year", "half-year").replace(" to last", "-to-last");
    let joined = joined.replace("working day", "workday").replace("business day", "workday");
    let words = joined.split_whitespace().collect::<Vec<_>>();
    let mut reader = Reader { words, at: 0, each: false, said: Said::default() };
    while let Some(word) = reader.next() {
        reader.take(word)?;
    }
    Ok(reader.said)
}

struct Reader<'a> {
    words: Vec<&'a str>,
    at: usize,
    /// Whether the word before was "every".
    each: bool,
    said: Said,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.at += 1;
        self.words.get(self.at - 1).copied()
    }

    fn peek(&self, ahead: usize) -> &'a str {
        self.words.get(self.at + ahead).copied().unwrap_or("")
    }

    /// Goes past the next word where it is one of `words`.
    fn skip(&mut self, words: &[&str]) -> bool {
        let found = words.contains(&self.peek(0));
        self.at += usize::from(found);
        found
    }

    fn take(&mut self, word: &str) -> Result<(), String> {
        if matches!(word, "every" | "each") {
            self.each = true;
            return Ok(());
        }
        if matches!(word, "on" | "the" | "of" | "in" | "and" | "," | "for") {
            return Ok(());
        }
        let each = std::mem::take(&mut self.each);
        match word {
            "once" => self.said.once = true,
            "other" | "alternate" => self.take_period(2, word)?,
            "from" | "starting" | "since" | "beginning" => {
                self.skip(&["on"]);
                let starts_on = self.date(word)?;
                once(&mut self.said.starts_on, starts_on, "when it starts")?;
            }
            "until" | "till" | "through" | "before" => {
                let (first, last) = self.span(word)?;
                let until = if word == "before" { first.pred_opt().unwrap_or(first) } else { last };
                once(&mut self.said.end, End::Until(until), "when it ends")?;
            }
            "also" => {
                let dates = self.dates(word)?;
                self.said.added.extend(dates);
            }
            "except" => {
                let dates = self.dates(word)?;
                self.said.left_out.extend(dates);
            }
            "or" => self.month_end(&["the", "last", "day", "of", "shorter", "months"], MonthEnd::LastDay)?,
            "where" => self.month_end(&["there", "is", "one"], MonthEnd::Skip)?,
            "weeks" if self.peek(0) == "from" && weekday(self.peek(1)).is_some() => {
                let start = weekday(self.peek(1));
                self.at += 2;
                self.said.week_start = start;
            }
            _ => return self.take_days(word, each),
        }
        Ok(())
    }

    fn take_days(&mut self, word: &str, each: bool) -> Result<(), String> {
        if let Some(day) = date(word) {
            self.said.dates.push(day?);
        } else if let Some(day) = weekday(word) {
            self.name(Named::Weekday(day, each));
        } else if is_working_day(word) {
            self.name(Named::WorkingDays);
        } else if let Some(month) = month(word) {
            self.name_month(month);
        } else if word == "day" && ordinal(self.peek(0)).is_some() && period(self.peek(1)).is_none() {
            // "day 15"; the number is next.
        } else if period(word).is_some() {
            self.at -= 1;
            self.take_period(1, word)?;
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) && self.is_counted() {
            let number = word.parse().map_err(|_| format!("{word} is too many"))?;
            if self.skip(&["times", "time", "occurrences"]) {
                once(&mut self.said.end, End::Count(number), "when it ends")?;
            } else {
                self.take_period(number, word)?;
            }
        } else if let Some(number) = ordinal(word) {
            self.take_ordinals(number, each)?;
        } else {
            return Err(unknown(word));
        }
        Ok(())
    }

    /// Whether a number stands before what it counts.
    fn is_counted(&self) -> bool {
        let next = self.peek(0);
        let plural_day = next.ends_with("days") && weekday(next).is_some();
        matches!(next, "times" | "time" | "occurrences") || period(next).is_some() || plural_day
    }

    /// Takes the period that the next word names, `number` of it.
    fn take_period(&mut self, number: u32, word: &str) -> Result<(), String> {
        let next = self.next().unwrap_or("");
        if let Some(day) = weekday(next) {
            self.name(Named::Weekday(day, true));
            return once(&mut self.said.period, (number, Frequency::Weekly), "how often");
        }
        let Some((times, frequency)) = period(next) else {
            return Err(format!("after \"{word}\" a period such as week or month is missing"));
        };
        let of_named = self.at >= 2 && self.words[..self.at - 1].iter().rev().any(|word| *word == "of");
        if of_named && times * number != 1 {
            return Err(format!(
                "days of a {next} are not understood; name the months, as the last friday of march"
            ));
        }
        let number = number.checked_mul(times).ok_or_else(|| format!("{number} {next} are too long"))?;
        once(&mut self.said.period, (number, frequency), "how often")
    }

    /// Takes `1st`, `1st and 15th`, `first and third monday`, `last weekday`, `last day`, `2nd week`.
    fn take_ordinals(&mut self, first: i32, each: bool) -> Result<(), String> {
        let mut numbers = vec![self.counted_back(first)?];
        loop {
            let mut ahead = 0;
            while matches!(self.peek(ahead), "and" | "," | "the") {
                ahead += 1;
            }
            let counts = ["times", "time", "occurrences"].contains(&self.peek(ahead + 1));
            let is_period = period(self.peek(ahead + 1)).is_some() && self.peek(ahead + 1) != "day";
            match ordinal(self.peek(ahead)).filter(|_| ahead > 0 && !counts && !is_period) {
                Some(number) => {
                    self.at += ahead + 1;
                    let counted = self.counted_back(number)?;
                    // "1st and 2nd last" may count only the second from the end, or both.
                    if number > 0 && counted < 0 && numbers.iter().any(|before| *before > 0) {
                        return Err(two_ways(&self.words[self.at - ahead - 3..self.at], counted));
                    }
                    numbers.push(counted);
                }
                None => break,
            }
        }
        let next = self.peek(0);
        let interval = u32::try_from(numbers[0]).ok().filter(|_| numbers.len() == 1 && each);
        match (weekday(next), interval) {
            (Some(day), _) => {
                self.at += 1;
                numbers.iter().for_each(|nth| self.name(Named::NthWeekday(*nth, day)));
            }
            _ if is_working_day(next) => {
                self.at += 1;
                numbers.iter().for_each(|nth| self.name(Named::NthWorkingDay(*nth)));
            }
            (None, Some(interval)) if period(next).is_some() && self.peek(1) != "of" => {
                self.take_period(interval, next)?;
            }
            _ => {
                self.skip(&["day", "days"]);
                numbers.iter().for_each(|day| self.name(Named::MonthDay(*day)));
            }
        }
        Ok(())
    }

    /// What an ordinal counts: `2nd last` and `last but one` are the second from the end.
    fn counted_back(&mut self, number: i32) -> Result<i32, String> {
        let word = self.words[self.at - 1];
        match (number, self.peek(0)) {
            (-1, "but") => {
                let more = cardinal(self.peek(1)).ok_or_else(|| {
                    format!("after \"last but\" one, two or three is expected, not \"{}\"", self.peek(1))
                })?;
                self.at += 2;
                Ok(number - more)
            }
            (1.., "last") => {
                // "15 last" may be two days as well.
                let counts_days = matches!(self.peek(1), "day" | "days" | "weekday" | "workday");
                let counts = counts_days || weekday(self.peek(1)).is_some();
                if number < 2 || !counts || word.ends_with(|end: char| end.is_ascii_digit()) {
                    return Err(two_ways(&[word, "last"], -number));
                }
                self.at += 1;
                Ok(-number)
            }
            _ => Ok(number),
        }
    }

    fn name(&mut self, day: Named) {
        let groups = &mut self.said.groups;
        let closed = |group: &Group| !group.months.is_empty() && !group.days.is_empty() && !group.month_first;
        if groups.last().is_none_or(closed) {
            groups.push(Group::default());
        }
        if let Some(group) = groups.last_mut() {
            group.days.push(day);
        }
    }

    fn name_month(&mut self, month: i32) {
        let groups = &mut self.said.groups;
        if groups.last().is_none_or(|group| group.month_first && !group.days.is_empty()) {
            groups.push(Group::default());
        }
        if let Some(group) = groups.last_mut() {
            group.month_first |= group.days.is_empty();
            group.months.push(month);
        }
    }

    fn month_end(&mut self, words: &[&str], month_end: MonthEnd) -> Result<(), String> {
        for word in words {
            if !self.skip(&[word]) {
                return Err(unknown(self.words[self.at - 1]));
            }
        }
        self.said.month_end = Some(month_end);
        Ok(())
    }

    fn date(&mut self, before: &str) -> Result<NaiveDate, String> {
        let word = self.next().unwrap_or("");
        let missing = || format!("after \"{before}\" a day such as 2026-05-01 is expected, not \"{word}\"");
        date(word).ok_or_else(missing)?
    }

    fn dates(&mut self, before: &str) -> Result<Vec<NaiveDate>, String> {
        self.skip(&["on"]);
        let mut dates = vec![self.date(before)?];
        loop {
            let ahead = usize::from(matches!(self.peek(0), "and" | ","));
            if date(self.peek(ahead)).is_none() {
                return Ok(dates);
            }
            self.at += ahead;
            dates.push(self.date(before)?);
        }
    }

    /// The first and the last day of a day, month or year.
    fn span(&mut self, before: &str) -> Result<(NaiveDate, NaiveDate), String> {
        while self.skip(&["the", "end", "of"]) {}
        let word = self.next().unwrap_or("");
        if let Some(day) = date(word) {
            let day = day?;
            return Ok((day, day));
        }
        let in_words = month(word).map(|month| (self.next().unwrap_or(""), Some(month)));
        let in_digits = word.split_once('-').map(|(year, month)| (year, month.parse::<i32>().ok()));
        let (year, month) = in_words.or(in_digits).unwrap_or((word, Some(0)));
        let year = year.parse::<i32>().ok().filter(|number| (1..=9999).contains(number) && year.len() == 4);
        let (first_month, last_month) = if month == Some(0) { (Some(1), Some(12)) } else { (month, month) };
        let first_of = |month: Option<i32>| NaiveDate::from_ymd_opt(year?, u32::try_from(month?).ok()?, 1);
        let last = first_of(last_month).and_then(|day| day.with_day(u32::from(day.num_days_in_month())));
        first_of(first_month).zip(last).ok_or_else(|| {
            format!(
                "after \"{before}\" a day, month or year is expected, such as 2028-03-01, 2028-03 or 2028"
            )
        })
    }
}

fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("it says {what} twice")),
    }
}

fn two_ways(words: &[&str], from_end: i32) -> String {
    let several = words.iter().filter(|word| !matches!(**word, "and" | "," | "the"));
    let several = several.copied().collect::<Vec<_>>().join(" and ");
    let words = words.join(" ");
    format!(
        "\"{words}\" can be read in two ways; write \"{several}\" for each of these days, or \"{}\" for the one that \
         counts from the end",
        ordinal_word(from_end)
    )
}

fn unknown(word: &str) -> String {
    let hint = nearest(word).map(|near| format!(" (did you mean {near}?)")).unwrap_or_default();
    format!("\"{word}\" is not understood{hint}; {EXAMPLES}")
}

/// How a recurrence can be written.
pub(super) const EXAMPLES: &str =
    "write it as \"every 2 weeks on friday\", \"15th and last\" or \"every 6 months until 2028-12-31\"";
