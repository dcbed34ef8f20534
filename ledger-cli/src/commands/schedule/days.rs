//! What flags say about the days of a row: how often, on which days, from when and until when.

use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use ledger_core::Result;
use ledger_core::schedule::{MonthEnd, Recurrence, RecurrenceChange, RecurrenceOptions, WeekendRule};

use crate::commands::Context;
use crate::dates::{DateRole, parse_date, parse_date_as};

const DAYS: &str = "Days";

/// The days on which it moves.
#[derive(clap::Args, Debug, Default)]
pub struct DayArgs {
    /// How often: month, "2 weeks", "6 months", "last friday", weekday, "15 and last", quarter, year
    #[arg(long, value_name = "WORDS", group = "when", help_heading = DAYS)]
    every: Option<String>,

    /// On which days: 1, "15 and last", friday, "2nd tuesday", "24 december"
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["rrule", "once"], help_heading = DAYS)]
    on: Option<String>,

    /// A rule of RFC 5545: FREQ=MONTHLY;BYDAY=-1FR
    #[arg(long, value_name = "RULE", group = "when", help_heading = DAYS)]
    #[arg(conflicts_with_all = ["until", "times", "month_end"])]
    rrule: Option<String>,

    /// One day alone
    #[arg(long, value_name = "DATE", group = "when", help_heading = DAYS)]
    #[arg(conflicts_with_all = ["start", "until", "times", "month_end"])]
    once: Option<String>,

    /// The day from which it counts [default: today]
    #[arg(long, value_name = "DATE", help_heading = DAYS)]
    start: Option<String>,

    /// The last day on which it may happen; of a month or year its last day
    #[arg(long, value_name = "DATE", conflicts_with = "times", help_heading = DAYS)]
    until: Option<String>,

    /// How often it happens in all
    #[arg(long, value_name = "N", help_heading = DAYS)]
    times: Option<u32>,

    /// What the 29th to 31st mean in shorter months: the last day, or nothing [default: last]
    #[arg(long, value_name = "RULE", value_parser = month_ends(), help_heading = DAYS)]
    month_end: Option<MonthEnd>,

    /// Where a day on a weekend goes: the Friday before, the Monday after, or stays
    #[arg(long, value_name = "RULE", value_parser = weekend_rules(), help_heading = DAYS)]
    pub(super) weekend: Option<WeekendRule>,
}

impl DayArgs {
    /// Whether the flags say anything about when a row happens, but for weekends.
    pub fn say_when(&self) -> bool {
        let DayArgs { every, on, rrule, once, start, until, times, month_end, weekend: _ } = self;
        let texts = [every, on, rrule, once, start, until];
        texts.iter().any(|text| text.is_some()) || times.is_some() || month_end.is_some()
    }

    /// The last day, where the flags say that and nothing else about when a row happens.
    ///
    /// # Errors
    /// Those of dates.
    pub fn only_until(&self, today: NaiveDate) -> Result<Option<NaiveDate>> {
        let DayArgs { every, on, rrule, once, start, until: _, times, month_end, weekend: _ } = self;
        let more = [every, on, rrule, once, start].iter().any(|text| text.is_some());
        match more || times.is_some() || month_end.is_some() {
            true => Ok(None),
            false => self.until(today),
        }
    }

    fn until(&self, today: NaiveDate) -> Result<Option<NaiveDate>> {
        self.until.as_ref().map(|text| parse_date_as(text, today, DateRole::End)).transpose()
    }

    /// The recurrence that the flags say; nothing where they say none.
    pub(super) fn recurrence(
        &self,
        context: &Context,
        old: Option<&Recurrence>,
    ) -> Result<Option<Recurrence>> {
        let today = context.settings.today;
        if let Some(day) = &self.once {
            return Ok(Some(Recurrence::once(parse_date(day, today)?)));
        }
        let start = self.start.as_ref().map(|text| parse_date(text, today)).transpose()?;
        // Other days of a row that is there begin when it began: what is overdue must not vanish.
        let begins = start.or(old.map(Recurrence::starts_on)).unwrap_or(today);
        for text in self.rrule.iter().chain(&self.every) {
            for zone in Recurrence::unknown_zones(text) {
                context.note(format_args!(
                    "the time zone \"{zone}\" is not known: its days are taken as they are written"
                ));
            }
        }
        if let Some(rule) = &self.rrule {
            let own_start = rule.to_ascii_uppercase().contains("DTSTART");
            let start = if own_start { start } else { Some(begins) };
            return Recurrence::from_rfc5545(rule, start).map(Some);
        }
        let until = self.until(today)?;
        if let Some(words) = &self.every {
            let options = RecurrenceOptions {
                on: self.on.clone(),
                month_end: self.month_end.unwrap_or_default(),
                until,
                count: self.times,
            };
            return Recurrence::parse(words, begins, &options).map(Some);
        }
        let change = RecurrenceChange {
            on: self.on.clone(),
            month_end: self.month_end,
            starts_on: start,
            until,
            count: self.times,
        };
        match old.filter(|_| change != RecurrenceChange::default()) {
            Some(old) => old.changed(&change).map(Some),
            None => Ok(None),
        }
    }
}

fn month_ends() -> impl clap::builder::TypedValueParser<Value = MonthEnd> {
    PossibleValuesParser::new(["last", "skip"])
        .map(|name| if name == "skip" { MonthEnd::Skip } else { MonthEnd::LastDay })
}

fn weekend_rules() -> impl clap::builder::TypedValueParser<Value = WeekendRule> {
    PossibleValuesParser::new(WeekendRule::ALL.map(WeekendRule::name))
        .try_map(|name| name.parse::<WeekendRule>())
}
