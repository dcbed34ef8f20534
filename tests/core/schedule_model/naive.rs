//! Projections the slow way: a flat list of occurrences, changed one by one, and days gone through one by one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use ledger_core::account::AccountId;
use ledger_core::schedule::{
    Adjustment, AmountChange, Floor, Move, OccurrenceChange, Overdue, Plan, PlannedLine, ProjectionInput,
    ProjectionOptions, RowRef, ScheduleId, Scope, ShiftBy, WeekendRule,
};

/// One occurrence, with nothing shared.
#[derive(Debug, Clone)]
pub struct Flat {
    pub row: ScheduleId,
    pub name: String,
    pub on: NaiveDate,
    pub due_on: NaiveDate,
    pub has_own_day: bool,
    pub lines: Vec<PlannedLine>,
    pub has_own_lines: bool,
    pub percent: i128,
    pub skipped: bool,
    pub paused: bool,
    pub settled: bool,
}

/// Every occurrence of a plan that is scheduled within some days.
pub fn flatten(plan: &Plan, from: NaiveDate, to: NaiveDate) -> Vec<Flat> {
    let mut all = Vec::new();
    for schedule in plan.schedules() {
        let terms = schedule.terms();
        for on in terms.recurrence.dates(from, to).unwrap() {
            let mut flat = Flat {
                row: schedule.id(),
                name: terms.name.clone(),
                on,
                due_on: weekday_of(terms.weekend, on) + TimeDelta::days(terms.shift_days.into()),
                has_own_day: false,
                lines: terms
                    .steps
                    .iter()
                    .rfind(|step| step.from.is_none_or(|from| from <= on))
                    .unwrap()
                    .lines
                    .clone(),
                has_own_lines: false,
                percent: terms.probability.get().into(),
                skipped: false,
                paused: terms
                    .pauses
                    .iter()
                    .any(|pause| pause.from <= on && pause.until.is_none_or(|until| on <= until)),
                settled: false,
            };
            let change = plan.changes().iter().find(|(key, _)| key.schedule == flat.row && key.on == on);
            match change.map(|(_, change)| change.clone()) {
                Some(OccurrenceChange::Moved(moved)) => own(&mut flat, moved),
                Some(OccurrenceChange::Settled { moved, .. }) => {
                    flat.settled = true;
                    own(&mut flat, moved.unwrap_or_default());
                }
                Some(OccurrenceChange::Skipped) => flat.skipped = true,
                None => {}
            }
            all.push(flat);
        }
    }
    all
}

fn own(flat: &mut Flat, moved: Move) {
    flat.paused = false;
    if let Some(to) = moved.to {
        (flat.due_on, flat.has_own_day) = (to, true);
    }
    if let Some(lines) = moved.lines {
        (flat.lines, flat.has_own_lines) = (lines, true);
    }
}

fn weekday_of(rule: WeekendRule, on: NaiveDate) -> NaiveDate {
    let is_free = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let before = on.iter_days().rev().find(|day| !is_free(day)).unwrap();
    let after = on.iter_days().find(|day| !is_free(day)).unwrap();
    match rule {
        WeekendRule::AsIs => on,
        WeekendRule::Before => before,
        WeekendRule::After => after,
        WeekendRule::Nearest if on.weekday() == Weekday::Sun => after,
        WeekendRule::Nearest => before,
    }
}

/// Makes an adjustment to each occurrence by itself. Rows have one name each and two lines.
pub fn adjust(all: &mut [Flat], adjustment: &Adjustment) {
    match adjustment {
        Adjustment::Add(_) => {}
        Adjustment::Amount { row, change, scope } => {
            for flat in
                all.iter_mut().filter(|flat| is_of(flat, row) && lies_in(flat.on, scope) && !flat.settled)
            {
                if matches!(scope, Scope::One(_)) {
                    flat.paused = false;
                    flat.skipped = false;
                } else if flat.has_own_lines {
                    continue;
                }
                change_amount(&mut flat.lines, change);
            }
        }
        Adjustment::Shift { row, by, scope } => {
            let meant = |flat: &Flat| is_of(flat, row) && lies_in(flat.on, scope);
            let each = matches!(scope, Scope::Between { .. });
            for flat in all.iter_mut().filter(|flat| meant(flat)) {
                let ShiftBy::Days(days) = by else { unreachable!("moves to a day are tested by themselves") };
                let one = matches!(scope, Scope::One(_));
                let stays = flat.has_own_day && !one || each && (flat.settled || flat.skipped || flat.paused);
                if !stays {
                    flat.due_on += TimeDelta::days((*days).into());
                    flat.paused &= !(one || each);
                    flat.skipped &= !one;
                }
            }
        }
        Adjustment::Skip { row, scope } => skip(all, row, |on| lies_in(on, scope)),
        Adjustment::Stop { row, from } => skip(all, row, |on| on >= *from),
        Adjustment::Start { .. } => unreachable!("starts are tested by themselves"),
        Adjustment::Probability { row, percent } => {
            all.iter_mut()
                .filter(|flat| is_of(flat, row))
                .for_each(|flat| flat.percent = percent.get().into());
        }
    }
}

fn skip(all: &mut [Flat], row: &RowRef, meant: impl Fn(NaiveDate) -> bool) {
    all.iter_mut().filter(|flat| is_of(flat, row) && meant(flat.on)).for_each(|flat| flat.skipped = true);
}

fn is_of(flat: &Flat, row: &RowRef) -> bool {
    match row {
        RowRef::Id(id) => flat.row == *id,
        RowRef::Name(name) => flat.name == *name,
    }
}

fn lies_in(on: NaiveDate, scope: &Scope) -> bool {
    match *scope {
        Scope::All => true,
        Scope::One(day) => on == day,
        Scope::From(from) => on >= from,
        Scope::Between { from, until } => from <= on && on <= until,
    }
}

fn change_amount(lines: &mut [PlannedLine], change: &AmountChange) {
    let old = i128::from(lines[0].amount.minor().abs());
    let new = match change {
        AmountChange::To(amount) => i128::from(amount.minor()),
        AmountChange::By(amount) => old + i128::from(amount.minor()),
        AmountChange::Percent(percent) => half_even(old * (100 + percent.mantissa()), 100),
    };
    for line in lines {
        let commodity = line.amount.commodity();
        let scale = |end: i64| {
            let magnitude = half_even(i128::from(end).abs() * new, old);
            commodity
                .amount(i64::try_from(magnitude).unwrap() * i64::from(line.amount.minor().signum() as i8))
        };
        let (low, high) = (line.low.map(|end| scale(end.minor())), line.high.map(|end| scale(end.minor())));
        (line.low, line.high, line.amount) = (low, high, scale(line.amount.minor()));
    }
}

/// The balances of an account and commodity, or of the total, at the end of each day: expected, worst, best.
pub struct Naive {
    pub days: Vec<(NaiveDate, [i64; 3])>,
}

/// Euros for a unit of each commodity, in hundredths.
pub fn rate(code: &str) -> i128 {
    if code == "USD" { 90 } else { 100 }
}

/// Goes through the days for one account and commodity.
pub fn account(
    all: &[Flat],
    input: &ProjectionInput<'_>,
    options: &ProjectionOptions,
    account: AccountId,
    code: &str,
) -> Naive {
    days(
        all,
        input,
        options,
        &|line_account, line_code| line_account == account && line_code == code,
        &|_| 100,
    )
}

/// Goes through the days for the total in euros.
pub fn total(all: &[Flat], input: &ProjectionInput<'_>, options: &ProjectionOptions) -> Naive {
    let mut sum: Option<Naive> = None;
    for code in ["EUR", "USD"] {
        let counts =
            |account: AccountId, line_code: &str| options.accounts.contains(&account) && line_code == code;
        let mut naive = days(all, input, options, &counts, &rate);
        for (_, balances) in &mut naive.days {
            *balances =
                balances.map(|minor| i64::try_from(half_even(i128::from(minor) * rate(code), 100)).unwrap());
        }
        sum = Some(match sum {
            None => naive,
            Some(before) => {
                let pairs = before.days.into_iter().zip(naive.days);
                let add = |((on, one), (_, other)): ((NaiveDate, [i64; 3]), (NaiveDate, [i64; 3]))| {
                    (on, [one[0] + other[0], one[1] + other[1], one[2] + other[2]])
                };
                Naive { days: pairs.map(add).collect() }
            }
        });
    }
    sum.unwrap()
}

fn days(
    all: &[Flat],
    input: &ProjectionInput<'_>,
    options: &ProjectionOptions,
    counts: &dyn Fn(AccountId, &str) -> bool,
    worth: &dyn Fn(&str) -> i128,
) -> Naive {
    let mut balance = [0_i128; 3];
    for opening in
        input.opening.iter().filter(|opening| counts(opening.account, opening.amount.commodity().code()))
    {
        let minor = i128::from(opening.amount.minor());
        balance = [balance[0] + minor * 100, balance[1] + minor, balance[2] + minor];
    }
    let mut days = Vec::new();
    let mut day = options.as_of;
    while day <= options.to {
        for posted in input.posted.iter().filter(|posted| posted.on == day) {
            if counts(posted.account, posted.amount.commodity().code()) {
                let minor = i128::from(posted.amount.minor());
                balance = [balance[0] + minor * 100, balance[1] + minor, balance[2] + minor];
            }
        }
        for flat in all.iter().filter(|flat| counts_on(flat, day, input, options)) {
            let [expected, worst, best] = outcome(flat, options, counts, worth);
            balance = [balance[0] + expected, balance[1] + worst, balance[2] + best];
        }
        let shown = [half_even(balance[0], 100), balance[1], balance[2]];
        days.push((day, shown.map(|minor| i64::try_from(minor).unwrap())));
        day = day + Days::new(1);
    }
    Naive { days }
}

fn counts_on(flat: &Flat, day: NaiveDate, input: &ProjectionInput<'_>, options: &ProjectionOptions) -> bool {
    if flat.skipped || flat.paused || flat.settled || flat.due_on < input.expansion.from() {
        return false;
    }
    if flat.due_on <= options.as_of {
        return options.overdue == Overdue::Carry && day == options.as_of;
    }
    flat.due_on == day
}

/// What an occurrence does to the balance that is asked for, where lines of all commodities that count for the total
/// decide together what is bad.
fn outcome(
    flat: &Flat,
    options: &ProjectionOptions,
    counts: &dyn Fn(AccountId, &str) -> bool,
    worth: &dyn Fn(&str) -> i128,
) -> [i128; 3] {
    let counted = flat.lines.iter().filter(|line| options.accounts.contains(&line.account));
    let codes: BTreeSet<_> = counted.map(|line| line.amount.commodity()).collect();
    // Within one commodity there is nothing to weigh.
    let of_total = worth("USD") != 100 && codes.len() > 1;
    let sum = |end: usize, all_commodities: bool, valued: bool| -> i128 {
        let mut by_code = BTreeMap::<String, i128>::new();
        for line in &flat.lines {
            let code = line.amount.commodity().code().to_owned();
            let meant = if all_commodities {
                options.accounts.contains(&line.account)
            } else {
                counts(line.account, &code)
            };
            if meant {
                let amounts =
                    [line.low.unwrap_or(line.amount), line.amount, line.high.unwrap_or(line.amount)];
                *by_code.entry(code).or_default() += i128::from(amounts[end].minor());
            }
        }
        let value = |(code, minor): (&String, &i128)| {
            if valued { half_even(minor * worth(code), 100) } else { *minor }
        };
        by_code.iter().map(value).sum()
    };
    let mut ends: Vec<Option<usize>> = match flat.percent {
        0 => vec![None],
        100 => vec![Some(0), Some(1), Some(2)],
        _ => vec![Some(0), Some(1), Some(2), None],
    };
    let value_of = |end: &Option<usize>| {
        end.map_or(0, |end| if of_total { sum(end, true, true) } else { sum(end, false, false) })
    };
    let minor_of = |end: Option<usize>| end.map_or(0, |end| sum(end, false, false));
    ends.sort_by_key(value_of);
    let worst = ends[0];
    let best_value = value_of(ends.last().unwrap());
    let best = *ends.iter().find(|end| value_of(end) == best_value).unwrap();
    [minor_of(Some(1)) * flat.percent, minor_of(worst), minor_of(best)]
}

/// The first day below a floor.
pub fn below(naive: &Naive, floor: Option<&Floor>, reading: usize) -> Option<NaiveDate> {
    let floor = floor?;
    naive.days.iter().find(|(_, balances)| balances[reading] < floor.amount.minor()).map(|(on, _)| *on)
}

fn half_even(number: i128, by: i128) -> i128 {
    let (whole, rest) = (number.div_euclid(by), number.rem_euclid(by));
    match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole.rem_euclid(2),
    }
}
