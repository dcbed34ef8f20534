//! Why conditions hold for a line, in words: slower than a [`super::RuleSet`], and another way to the same answer.

use chrono::Datelike;

use super::condition::{Conditions, Direction};
use super::fold::{Spelling, fold_into, is_within};
use super::line::{LineView, TextField};
use super::text::{TextTest, compile};

/// The texts of a line in one spelling, each ended by a line break, which stands in none of them.
pub(super) struct Texts {
    pub all: String,
    /// Where each text of [`TextField::STORED`] begins and ends.
    pub places: [(usize, usize); 5],
}

impl Texts {
    pub fn of(line: &LineView<'_>, spelling: Spelling) -> Texts {
        let texts = line.texts();
        let mut all = String::with_capacity(texts.iter().map(|text| text.len() + 1).sum());
        let places = texts.map(|text| {
            let start = all.len();
            fold_into(&mut all, text, spelling);
            let end = all.len();
            all.push('\n');
            (start, end)
        });
        Texts { all, places }
    }

    /// The text of a field; of [`TextField::Text`], its three texts with line breaks between.
    pub fn of_field(&self, field: TextField) -> &str {
        let places = field.places();
        &self.all[self.places[places.start].0..self.places[places.end - 1].1]
    }
}

impl Conditions {
    /// Why a line meets the conditions, one clause for each that is set; nothing where it does not.
    ///
    /// ```
    /// use ledger_core::import::rule::{Conditions, LineView, TextTest};
    /// let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-5 EUR".parse()?);
    /// let rewe = Conditions { payee: Some(TextTest::contains("REWE")), ..Conditions::default() };
    /// assert_eq!(rewe.why(&LineView { payee: Some("Rewe City"), ..line }).unwrap(), ["payee contains \"REWE\""]);
    /// assert_eq!(rewe.why(&line), None);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn why(&self, line: &LineView<'_>) -> Option<Vec<String>> {
        let mut reasons = Vec::new();
        for (field, test) in self.texts() {
            reasons.push(why_text(field, test, line)?);
        }
        self.why_amount(line, &mut reasons)?;
        self.why_date(line, &mut reasons)?;
        for nested in &self.all {
            reasons.extend(nested.why(line)?);
        }
        if !self.any.is_empty() {
            reasons.extend(self.any.iter().find_map(|nested| nested.why(line))?);
        }
        if let Some(nested) = &self.not {
            if nested.why(line).is_some() {
                return None;
            }
            reasons.push("what is excepted does not hold".to_owned());
        }
        Some(reasons)
    }

    fn why_amount(&self, line: &LineView<'_>, reasons: &mut Vec<String>) -> Option<()> {
        let number = line.amount.to_decimal();
        for (name, test, number) in
            [("amount", &self.amount, number.abs()), ("signed amount", &self.signed_amount, number)]
        {
            if let Some(test) = test {
                test.holds(number).then(|| reasons.push(format!("{name} {number} is {test}")))?;
            }
        }
        if !self.currency.is_empty() {
            let code = line.amount.commodity();
            self.currency.iter().find(|told| told.trim().eq_ignore_ascii_case(code.code()))?;
            reasons.push(format!("currency is {code}"));
        }
        if !self.account.is_empty() {
            let within = self.account.iter().find(|root| is_within(line.account, root.trim()))?;
            reasons.push(format!("account is {within}"));
        }
        if let Some(direction) = self.direction {
            direction.holds(line).then(|| reasons.push(direction.words().to_owned()))?;
        }
        Some(())
    }

    fn why_date(&self, line: &LineView<'_>, reasons: &mut Vec<String>) -> Option<()> {
        let on = line.posted_on;
        if let Some(from) = self.from {
            (on >= from).then(|| reasons.push(format!("on {from} or later")))?;
        }
        if let Some(to) = self.to {
            (on <= to).then(|| reasons.push(format!("on {to} or earlier")))?;
        }
        if !self.day_of_month.is_empty() {
            let day = self.day_of_month.iter().find(|day| u32::from(**day) == on.day())?;
            reasons.push(format!("on day {day} of the month"));
        }
        if !self.weekday.is_empty() {
            let weekday = self.weekday.iter().find(|weekday| **weekday == on.weekday())?;
            reasons.push(format!("on a {weekday}"));
        }
        Some(())
    }
}

impl Direction {
    pub(super) fn holds(self, line: &LineView<'_>) -> bool {
        match self {
            Direction::In => line.amount.minor() > 0,
            Direction::Out => line.amount.minor() < 0,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Direction::In => "money in",
            Direction::Out => "money out",
        }
    }
}

fn why_text(field: TextField, test: &TextTest, line: &LineView<'_>) -> Option<String> {
    let texts = Texts::of(line, test.spelling());
    for (operator, word) in test.words() {
        let mut folded = String::new();
        fold_into(&mut folded, word, test.spelling());
        for place in field.places() {
            let (start, end) = texts.places[place];
            if operator.holds(&texts.all[start..end], &folded) {
                let name = TextField::STORED[place].as_str();
                return Some(format!("{name} {} \"{word}\"", operator.words()));
            }
        }
    }
    let matches = |pattern: &&String| {
        compile(pattern, test.spelling()).is_ok_and(|regex| regex.is_match(texts.of_field(field)))
    };
    let pattern = test.regex.iter().find(matches)?;
    Some(format!("{} matches /{pattern}/", field.as_str()))
}
