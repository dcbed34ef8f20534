//! What flags say about a row: money, days, and what else its entries carry. `schedule add`, `schedule edit` and
//! `scenario adjust … add` take the same.

use ledger_core::journal::Tag;
use ledger_core::schedule::{Percent, ScheduleTerms, Step};
use ledger_core::{Book, ErrorKind, Result};

use super::days::DayArgs;
use super::money::{MoneyReader, line_of, pair, with_inferred};
use crate::commands::Context;
use crate::commands::post::amounts::MarkChoice;
use crate::commands::post::names::Names;
use crate::dates::parse_date;

const MONEY: &str = "Money";

/// The money that moves.
#[derive(clap::Args, Debug, Default)]
pub struct MoneyArgs {
    /// The amount, such as 950 or 950 EUR; a range such as 80..120 is an estimate of its middle
    #[arg(value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Vec<String>,

    /// The account that money goes out of
    #[arg(long, value_name = "ACCOUNT", help_heading = MONEY)]
    from: Option<String>,

    /// The account that it goes to
    #[arg(long, value_name = "ACCOUNT", help_heading = MONEY)]
    to: Option<String>,

    /// The least that an estimate comes to
    #[arg(long, value_name = "AMOUNT", help_heading = MONEY)]
    low: Option<String>,

    /// The most that an estimate comes to
    #[arg(long, value_name = "AMOUNT", help_heading = MONEY)]
    high: Option<String>,

    /// Another amount from a day on: 2027-01-01=990; may be given several times
    #[arg(long, value_name = "DATE=AMOUNT", help_heading = MONEY)]
    then: Vec<String>,

    /// A line of an entry with several, a credit being negative; one amount may be left out
    #[arg(long = "line", value_name = "ACCOUNT[=AMOUNT]", help_heading = MONEY)]
    #[arg(conflicts_with_all = ["amount", "from", "to", "low", "high", "then"])]
    lines: Vec<String>,

    /// The decimal mark of amounts; without it a point, and what needs a comma is refused
    #[arg(long, value_name = "MARK", value_enum, help_heading = MONEY)]
    decimal: Option<MarkChoice>,

    /// Open accounts that are not there; a name close to another one has to be confirmed
    #[arg(long, help_heading = MONEY)]
    create: bool,
}

/// What else a row says; in an edit, an empty text takes away what there was.
#[derive(clap::Args, Debug, Default)]
pub struct MoreArgs {
    /// How likely it is, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    probability: Option<u8>,

    /// With whom: a person or a company
    #[arg(long, value_name = "NAME")]
    party: Option<String>,

    /// A tag of its entries; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    tag: Vec<String>,

    /// The description of its entries, where it is not the name
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// A note on the row
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// The flags of a row together.
#[derive(clap::Args, Debug, Default)]
pub struct TermArgs {
    #[command(flatten)]
    money: MoneyArgs,
    #[command(flatten)]
    days: DayArgs,
    #[command(flatten)]
    more: MoreArgs,
}

impl TermArgs {
    /// The terms of a new row; accounts that are missing are opened where that was asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for what is missing, and those of accounts, amounts and days.
    pub fn new_terms(&self, context: &Context, book: &Book<'_>, name: &str) -> Result<ScheduleTerms> {
        let missing = |what: &str| -> ledger_core::Error { ErrorKind::Misuse(what.to_owned()).into() };
        let recurrence = self.days.recurrence(context, None)?;
        let recurrence =
            recurrence.ok_or_else(|| missing("say when it happens: --every, --rrule or --once DATE"))?;
        let steps = self.money.steps(context, book, None)?;
        let steps =
            steps.ok_or_else(|| missing("say what moves: an amount with --from and --to, or --line"))?;
        let mut terms = ScheduleTerms::new(name, recurrence, Vec::new());
        terms.steps = steps;
        self.change_rest(&mut terms)?;
        Ok(terms)
    }

    /// What the flags say about the days.
    pub fn days(&self) -> &DayArgs {
        &self.days
    }

    /// The terms of a row with what the flags say changed.
    ///
    /// # Errors
    /// As [`TermArgs::new_terms`].
    pub fn changed(&self, context: &Context, book: &Book<'_>, old: &ScheduleTerms) -> Result<ScheduleTerms> {
        let mut terms = self.changed_but_days(context, book, old)?;
        if let Some(recurrence) = self.days.recurrence(context, Some(&old.recurrence))? {
            terms.recurrence = recurrence;
        }
        Ok(terms)
    }

    /// As [`TermArgs::changed`] for a part of a row whose days stay.
    ///
    /// # Errors
    /// As [`TermArgs::new_terms`].
    pub fn changed_but_days(
        &self,
        context: &Context,
        book: &Book<'_>,
        old: &ScheduleTerms,
    ) -> Result<ScheduleTerms> {
        let mut terms = old.clone();
        if let Some(steps) = self.money.steps(context, book, Some(old))? {
            terms.steps = steps;
        }
        self.change_rest(&mut terms)?;
        Ok(terms)
    }

    /// The lines of one occurrence, where the flags say other ones.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for flags that are about more than one occurrence.
    pub fn own_lines(
        &self,
        context: &Context,
        book: &Book<'_>,
        old: &ScheduleTerms,
    ) -> Result<Vec<ledger_core::schedule::PlannedLine>> {
        let alone =
            TermArgs { money: MoneyArgs::default(), days: DayArgs::default(), more: MoreArgs::default() };
        let rest = format!("{:?} {:?}", self.days, self.more) != format!("{:?} {:?}", alone.days, alone.more);
        if rest || !self.money.then.is_empty() {
            let advice = "one occurrence has a day (`ledger schedule move`), an amount and lines of its own; \
                          everything else is changed with --later DATE or --all";
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        }
        match self.money.steps(context, book, Some(old))? {
            Some(mut steps) if !steps.is_empty() => Ok(steps.remove(0).lines),
            _ => Err(ErrorKind::Misuse("say another amount, or --line".to_owned()).into()),
        }
    }

    fn change_rest(&self, terms: &mut ScheduleTerms) -> Result<()> {
        let MoreArgs { probability, party, tag, description, note } = &self.more;
        if let Some(rule) = self.days.weekend {
            terms.weekend = rule;
        }
        if let Some(percent) = probability {
            terms.probability = Percent::new(*percent)?;
        }
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        for (now, then) in
            [(party, &mut terms.party), (description, &mut terms.description), (note, &mut terms.note)]
        {
            if let Some(text) = now {
                *then = given(text);
            }
        }
        if !tag.is_empty() {
            terms.tags = tag.iter().filter_map(given).map(|text| Tag::parse(&text)).collect();
        }
        Ok(())
    }
}

impl MoneyArgs {
    /// The steps that the flags say; nothing where they say none.
    fn steps(
        &self,
        context: &Context,
        book: &Book<'_>,
        old: Option<&ScheduleTerms>,
    ) -> Result<Option<Vec<Step>>> {
        let named: Vec<&str> = self.accounts().collect();
        if named.is_empty()
            && self.amount.is_empty()
            && self.low.is_none()
            && self.high.is_none()
            && self.then.is_empty()
        {
            return Ok(None);
        }
        self.open_missing(context, book, &named)?;
        let reader = MoneyReader::new(book, self.decimal)?;
        let base = old.and_then(|terms| terms.steps.last());
        let reader = base.map_or_else(
            || reader.in_commodity_of_lines(&[]),
            |step| reader.in_commodity_of_lines(&step.lines),
        );
        if !self.lines.is_empty() {
            let lines =
                self.lines.iter().map(|text| line_of(book, &reader, text)).collect::<Result<Vec<_>>>()?;
            return Ok(Some(vec![Step::new(with_inferred(lines)?)]));
        }
        let text = self.amount.join(" ");
        let sides = self.sides(book, base)?;
        let money = match (text.is_empty(), base) {
            (false, _) => reader.money(&text, self.low.as_deref(), self.high.as_deref())?,
            // An edit that leaves the amount as it is.
            (true, Some(step)) => reader.kept(step, self.low.as_deref(), self.high.as_deref())?,
            (true, None) => return Err(ErrorKind::Misuse("the amount is missing".to_owned()).into()),
        };
        let mut steps = match (sides, base, old) {
            (Some((to, from)), _, _) => vec![Step::new(pair(to, from, money)?)],
            (None, Some(step), Some(terms)) => vec![Step::new(money.in_proportion(terms, &step.lines)?)],
            _ => return Err(ErrorKind::Misuse("say both --from and --to, or --line".to_owned()).into()),
        };
        for text in &self.then {
            let told = text.split_once('=').ok_or_else(|| -> ledger_core::Error {
                ErrorKind::Misuse(format!("--then \"{text}\" reads DATE=AMOUNT, such as 2027-01-01=990"))
                    .into()
            });
            let (day, amount) = told?;
            let Some((to, from)) = sides else {
                let advice = "--then goes with --from and --to; a row with --line changes with `ledger schedule edit \
                              ROW --later DATE`";
                return Err(ErrorKind::Misuse(advice.to_owned()).into());
            };
            let later = reader.in_commodity_of(&money).money(amount, None, None)?;
            steps.push(Step::from(parse_date(day, context.settings.today)?, pair(to, from, later)?));
        }
        steps[1..].sort_by_key(|step| step.from);
        Ok(Some(steps))
    }

    /// The account debited and the account credited, as said now or as they were.
    fn sides(
        &self,
        book: &Book<'_>,
        base: Option<&Step>,
    ) -> Result<Option<(ledger_core::account::AccountId, ledger_core::account::AccountId)>> {
        let id = |name: &Option<String>| {
            name.as_ref().map(|name| book.accounts().get(name).map(|account| account.id)).transpose()
        };
        let (to, from): (Option<_>, Option<_>) = (id(&self.to)?, id(&self.from)?);
        let known = base.filter(|step| step.lines.len() == 2).map(|step| {
            let (first, second) = (&step.lines[0], &step.lines[1]);
            let debit_first = !first.amount.is_negative();
            if debit_first { (first.account, second.account) } else { (second.account, first.account) }
        });
        Ok(match (to, from, known) {
            (Some(to), Some(from), _) => Some((to, from)),
            (to, from, Some((old_to, old_from))) => Some((to.unwrap_or(old_to), from.unwrap_or(old_from))),
            _ => None,
        })
    }

    fn accounts(&self) -> impl Iterator<Item = &str> {
        let of_lines = self.lines.iter().map(|text| super::money::account_of(text));
        self.to.as_deref().into_iter().chain(self.from.as_deref()).chain(of_lines)
    }

    fn open_missing(&self, context: &Context, book: &Book<'_>, named: &[&str]) -> Result<()> {
        self.lines.iter().try_for_each(|text| super::money::check_line(text))?;
        Names::new(context, book, self.create).check_names(named.iter().copied())?;
        for name in named {
            if self.create && book.accounts().get(name).is_err() {
                let account = book.accounts().open(ledger_core::account::NewAccount::new(*name))?;
                context.note(format_args!("opened account {}", account.name));
            }
        }
        Ok(())
    }
}
