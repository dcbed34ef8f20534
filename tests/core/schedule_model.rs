//! Random plans against slow and simple models: projections gone through day by day, scenarios made occurrence by
//! occurrence, and occurrences that are moved, skipped and settled in any order.

mod naive;
mod parts;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use ledger_core::account::AccountId;
use ledger_core::money::{Amount, Commodity, Price, PriceTable};
use ledger_core::schedule::{
    Adjustment, AmountChange, Expansion, Floor, Move, OccurrenceChange, OccurrenceKey, OccurrenceState,
    OpeningBalance, Overdue, Pause, Percent, Period, Plan, PlannedLine, PostedMovement, Projection,
    ProjectionInput, ProjectionOptions, Recurrence, Scenario, Schedule, ScheduleId, ScheduleTerms, Scope,
    ShiftBy, Step, WeekendRule, project,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::day;

const AS_OF: &str = "2026-03-15";
/// The days that a projection of these tests has, and those before that can be overdue.
const HORIZON: i64 = 70;
const OVERDUE: i64 = 30;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() }
}

fn account(number: i32) -> AccountId {
    serde_json::from_value(number.into()).unwrap()
}

fn on(offset: i64) -> NaiveDate {
    day(AS_OF) + TimeDelta::days(offset)
}

fn money(code: &str, minor: i64) -> Amount {
    Commodity::iso(code).unwrap().amount(minor)
}

fn any_lines() -> impl Strategy<Value = Vec<PlannedLine>> {
    let pair = (1..=4_i32, 1..=4_i32, 1..9_000_i64, 0..3_000_i64, 0..3_000_i64, any::<bool>());
    let pairs = prop::collection::vec((pair, prop::sample::select(vec!["EUR", "EUR", "USD"])), 1..=2);
    pairs.prop_map(|pairs| {
        let mut lines = Vec::new();
        for ((from, to, minor, less, more, estimate), code) in pairs {
            let low = (minor - less).max(0);
            for (number, sign) in [(from, -1), (to, 1)] {
                let line = PlannedLine::new(account(number), money(code, sign * minor));
                let ends = (money(code, sign * low), money(code, sign * (minor + more)));
                lines.push(if estimate { line.between(ends.0, ends.1) } else { line });
            }
        }
        lines
    })
}

fn any_recurrence() -> impl Strategy<Value = Recurrence> {
    let rules = prop::sample::select(vec![
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,TU",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=WEEKLY;COUNT=6",
        "",
    ]);
    (rules, -80..40_i64).prop_map(|(rule, start)| match rule {
        "" => Recurrence::once(on(start)),
        rule => Recurrence::from_rfc5545(rule, Some(on(start))).unwrap(),
    })
}

fn any_terms() -> impl Strategy<Value = ScheduleTerms> {
    let step = prop::option::weighted(0.3, (-20..60_i64, any_lines()));
    let pause = prop::option::weighted(0.3, (-40..50_i64, prop::option::of(0..30_i64)));
    let percent = prop::sample::select(vec![100_u8, 100, 100, 0, 1, 33, 50, 99]);
    (
        any_recurrence(),
        any_lines(),
        step,
        pause,
        percent,
        prop::sample::select(WeekendRule::ALL.to_vec()),
        -6..6_i32,
    )
        .prop_map(|(recurrence, lines, step, pause, percent, weekend, shift_days)| {
            let mut terms = ScheduleTerms::new("row", recurrence, lines).weekend(weekend);
            terms.steps.extend(step.map(|(from, lines)| Step::from(on(from), lines)));
            terms.pauses.extend(
                pause.map(|(from, days)| Pause { from: on(from), until: days.map(|days| on(from + days)) }),
            );
            terms.probability = Percent::new(percent).unwrap();
            terms.shift_days = shift_days;
            terms
        })
}

/// What is done to single occurrences: which one, and what.
#[derive(Debug, Clone)]
enum Work {
    Move(i64),
    Lines(Vec<PlannedLine>),
    Skip,
    Settle(i64),
    Unsettle,
    Restore,
}

fn any_work() -> impl Strategy<Value = Work> {
    prop_oneof![
        (-50..80_i64).prop_map(Work::Move),
        any_lines().prop_map(Work::Lines),
        Just(Work::Skip),
        (1..9_i64).prop_map(Work::Settle),
        Just(Work::Unsettle),
        Just(Work::Restore),
    ]
}

fn work(plan: &mut Plan, key: OccurrenceKey, work: &Work) -> ledger_core::Result<()> {
    match work {
        Work::Move(to) => plan.move_occurrence(key, Move { to: Some(on(*to)), lines: None }),
        Work::Lines(lines) => plan.move_occurrence(key, Move { to: None, lines: Some(lines.clone()) }),
        Work::Skip => plan.skip(key),
        Work::Settle(entry) => plan.settle(key, *entry),
        Work::Unsettle => plan.unsettle(key),
        Work::Restore => plan.restore(key),
    }
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let rows = prop::collection::vec(any_terms(), 1..5);
    let works = prop::collection::vec((any::<Index>(), any::<Index>(), any_work()), 0..12);
    (rows, works).prop_map(|(rows, works)| {
        let mut plan = Plan::default();
        for (place, mut terms) in rows.into_iter().enumerate() {
            terms.name = format!("row {place}");
            plan.add(terms).unwrap();
        }
        for (row, occurrence, done) in works {
            if let Some(key) = some_key(&plan, row, occurrence) {
                let _ = work(&mut plan, key, &done);
            }
        }
        plan
    })
}

fn some_key(plan: &Plan, row: Index, occurrence: Index) -> Option<OccurrenceKey> {
    let schedule = &plan.schedules()[row.index(plan.schedules().len())];
    let days = schedule.terms().recurrence.dates(on(-100), on(HORIZON + 30)).unwrap();
    (!days.is_empty()).then(|| OccurrenceKey::new(schedule.id(), days[occurrence.index(days.len())]))
}

/// What a projection starts from beside the plan.
#[derive(Debug, Clone)]
struct Facts {
    opening: Vec<OpeningBalance>,
    posted: Vec<PostedMovement>,
    options: ProjectionOptions,
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let opening = prop::collection::vec((1..=4_i32, 0..2_usize, -20_000..20_000_i64), 0..5);
    let posted = prop::collection::vec((1..=4_i32, 0..2_usize, -3_000..3_000_i64, 1..HORIZON + 20), 0..4);
    (opening, posted, any::<bool>(), -9_000..9_000_i64, -9_000..9_000_i64).prop_map(
        |(opening, posted, carry, floor, total_floor)| {
            let code = |place: usize| ["EUR", "USD"][place];
            let opening = opening.into_iter().map(|(number, place, minor)| OpeningBalance {
                account: account(number),
                amount: money(code(place), minor),
            });
            // There is always a balance that the floor is of.
            let first = OpeningBalance { account: account(1), amount: money("EUR", 0) };
            let posted =
                posted.into_iter().zip(1..).map(|((number, place, minor, days), entry)| PostedMovement {
                    entry,
                    name: "posted".into(),
                    on: on(days),
                    account: account(number),
                    amount: money(code(place), minor),
                });
            let (usd, eur) = (Commodity::iso("USD").unwrap(), Commodity::iso("EUR").unwrap());
            let price = Price::new(usd, "0.90".parse().unwrap(), eur, on(-9)).unwrap();
            let options =
                ProjectionOptions::new(on(0), on(HORIZON), vec![account(1), account(2), account(3)])
                    .total(eur, Arc::new(PriceTable::new([price])))
                    .floor(Some(account(1)), money("EUR", floor))
                    .floor(None, money("EUR", total_floor))
                    .overdue(if carry { Overdue::Carry } else { Overdue::Drop });
            Facts { opening: opening.chain([first]).collect(), posted: posted.collect(), options }
        },
    )
}

impl Facts {
    fn input<'f>(&'f self, expansion: &'f Expansion) -> ProjectionInput<'f> {
        ProjectionInput { opening: &self.opening, posted: &self.posted, expansion, usual: &[] }
    }
}

fn expansion(plan: &Plan) -> Expansion {
    Expansion::of(plan, on(-OVERDUE), on(HORIZON)).unwrap()
}

/// Holds a projection to the days gone through one by one.
fn assert_equals_naive(facts: &Facts, expansion: &Expansion, flat: &[naive::Flat], projection: &Projection) {
    let (input, options) = (facts.input(expansion), &facts.options);
    let floor = |account: Option<AccountId>| options.floors.iter().find(|floor| floor.account == account);
    for series in &projection.accounts {
        let code = series.series.commodity.code().to_owned();
        let naive = naive::account(flat, &input, options, series.account, &code);
        let floor =
            floor(Some(series.account)).filter(|floor| floor.amount.commodity() == series.series.commodity);
        assert_series(&series.series, &naive, floor);
    }
    assert_series(projection.total.as_ref().unwrap(), &naive::total(flat, &input, options), floor(None));
}

fn assert_series(series: &ledger_core::schedule::Series, naive: &naive::Naive, floor: Option<&Floor>) {
    for (on, balances) in &naive.days {
        let point = series.on(*on);
        assert_eq!([point.expected, point.worst, point.best], *balances, "{on} {}", series.commodity);
        assert!(point.worst <= point.best);
    }
    for (reading, outlook) in [series.expected, series.worst, series.best].iter().enumerate() {
        let (lowest_on, lowest) = naive
            .days
            .iter()
            .map(|(on, balances)| (*on, balances[reading]))
            .min_by_key(|(on, minor)| (*minor, *on))
            .unwrap();
        assert_eq!((outlook.lowest_on, outlook.lowest.minor()), (lowest_on, lowest));
        assert_eq!(outlook.end.minor(), naive.days.last().unwrap().1[reading]);
        assert_eq!(outlook.below_floor_on, naive::below(naive, floor, reading));
    }
    let changes = series.points.windows(2).all(|pair| {
        pair[0].on < pair[1].on
            && (pair[0].expected, pair[0].worst, pair[0].best)
                != (pair[1].expected, pair[1].worst, pair[1].best)
    });
    assert!(changes, "points are changes only: {:?}", series.points);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_projection_equals_going_through_the_days(plan in any_plan(), facts in any_facts()) {
        let expansion = expansion(&plan);
        let projection = project(&facts.input(&expansion), &facts.options).unwrap();
        let flat = naive::flatten(&plan, on(-200), on(HORIZON + 200));
        assert_equals_naive(&facts, &expansion, &flat, &projection);
    }

    #[test]
    fn causes_and_rollups_add_up_to_the_balances(plan in any_plan(), facts in any_facts()) {
        let expansion = expansion(&plan);
        let projection = project(&facts.input(&expansion), &facts.options).unwrap();
        for series in &projection.accounts {
            let of_series = |cause: &ledger_core::schedule::Cause| {
                cause.account == series.account && cause.amount.commodity() == series.series.commodity
            };
            let mut hundredths = i128::from(series.series.opening.minor()) * 100;
            for cause in projection.causes().filter(of_series) {
                hundredths += i128::from(cause.amount.minor()) * i128::from(cause.probability.get());
            }
            let off = hundredths - i128::from(series.series.expected.end.minor()) * 100;
            prop_assert!(off.abs() <= 50, "causes are {off} hundredths off");
        }
        for period in [Period::Week, Period::Month] {
            let rows = projection.rollup(period).unwrap();
            let mut before: BTreeMap<_, (NaiveDate, Amount)> = BTreeMap::new();
            for row in &rows {
                let sums = row.opening.minor() + row.money_in.minor() - row.money_out.minor();
                prop_assert_eq!(sums, row.closing.minor());
                prop_assert!(!row.money_in.is_negative() && !row.money_out.is_negative());
                prop_assert!(row.lowest.minor() <= row.closing.minor());
                let key = (row.account, row.opening.commodity());
                if let Some((to, closing)) = before.insert(key, (row.to, row.closing)) {
                    prop_assert_eq!((to.succ_opt().unwrap(), closing), (row.from, row.opening));
                }
            }
            prop_assert!(before.values().all(|(to, _)| *to == on(HORIZON)));
        }
    }

    #[test]
    fn a_scenario_equals_the_adjustments_made_by_hand(
        plan in any_plan(),
        facts in any_facts(),
        adjustments in prop::collection::vec(any_adjustment(), 1..4),
        added in any_terms(),
    ) {
        let (base, mut made) = (expansion(&plan), plan.clone());
        let mut flat = naive::flatten(&plan, on(-200), on(HORIZON + 200));
        // A row that was split has several numbers: each row is adjusted once.
        for (schedule, adjustment) in plan.schedules().iter().zip(&adjustments) {
            if let Some(adjustment) = adjustment.of(schedule, &plan) {
                let scenario = Scenario { name: "what if".to_owned(), adjustments: vec![adjustment.clone()] };
                // One that changes nothing is refused, and then nothing changes by hand either.
                if let Ok(adjusted) = scenario.apply(&made) {
                    made = adjusted;
                    naive::adjust(&mut flat, &adjustment);
                }
            }
        }
        let adding = Scenario { name: "more".to_owned(), adjustments: vec![Adjustment::Add(Box::new(added.clone()))] };
        made = adding.apply(&made).unwrap();
        let mut alone = Plan::default();
        alone.add(added).unwrap();
        flat.extend(naive::flatten(&alone, on(-200), on(HORIZON + 200)));
        let shared = base.of_variant(&made).unwrap();
        prop_assert_eq!(shared.occurrences(), expansion(&made).occurrences());
        let projection = project(&facts.input(&shared), &facts.options).unwrap();
        assert_equals_naive(&facts, &shared, &flat, &projection);
    }

    #[test]
    fn work_in_any_order_neither_loses_nor_doubles_an_occurrence(
        terms in any_terms(),
        works in prop::collection::vec((any::<Index>(), any_work()), 0..40),
    ) {
        let mut plan = Plan::default();
        let id = plan.add(terms.clone()).unwrap();
        let days = terms.recurrence.dates(on(-100), on(HORIZON)).unwrap();
        let paused = |on: NaiveDate| terms.pauses.iter().any(|pause| pause.covers(on));
        let unchanged = |on: NaiveDate| if paused(on) { OccurrenceState::Paused } else { OccurrenceState::Expected };
        // Each day's state, and whether it had been moved when it was settled.
        let mut model: BTreeMap<NaiveDate, (OccurrenceState, bool)> =
            days.iter().map(|day| (*day, (unchanged(*day), false))).collect();
        for (place, done) in works.iter().filter(|_| !days.is_empty()) {
            let on = days[place.index(days.len())];
            let before = plan.clone();
            let result = work(&mut plan, OccurrenceKey::new(id, on), done);
            let (state, was_moved) = model[&on];
            let next = match (done, state) {
                (Work::Settle(entry), OccurrenceState::Settled(by)) if *entry == by => Some((state, was_moved)),
                (Work::Unsettle, OccurrenceState::Settled(_)) if was_moved => Some((OccurrenceState::Moved, false)),
                (Work::Unsettle, OccurrenceState::Settled(_)) => Some((unchanged(on), false)),
                (Work::Unsettle, _) | (_, OccurrenceState::Settled(_)) => None,
                (Work::Move(_) | Work::Lines(_), _) => Some((OccurrenceState::Moved, false)),
                (Work::Skip, _) => Some((OccurrenceState::Skipped, false)),
                (Work::Restore, _) => Some((unchanged(on), false)),
                (Work::Settle(entry), state) => {
                    Some((OccurrenceState::Settled(*entry), state == OccurrenceState::Moved))
                }
            };
            prop_assert_eq!(result.is_ok(), next.is_some(), "{:?} of {:?}", done, state);
            match next {
                Some(next) => { model.insert(on, next); }
                None => prop_assert_eq!(&plan, &before),
            }
            let all = plan.occurrences(on_(-300), on_(HORIZON + 300)).unwrap();
            for (on, (state, _)) in &model {
                let found: Vec<_> = all.iter().filter(|one| one.key.on == *on).map(|one| one.state).collect();
                prop_assert_eq!(found, [*state]);
            }
        }
    }

    #[test]
    fn an_edit_of_this_and_later_keeps_every_other_occurrence(plan in any_plan(), place in any::<Index>(), occurrence in any::<Index>()) {
        let Some(key) = some_key(&plan, place, occurrence) else { return Ok(()) };
        let mut edited = plan.clone();
        let split = edited.edit_later(key.schedule, key.on, ScheduleId::new(99), |terms| terms.name = "later".to_owned()).unwrap();
        let seen = |plan: &Plan| {
            let all = plan.occurrences(on(-300), on(HORIZON + 100)).unwrap();
            let mut seen: Vec<_> = all
                .iter()
                .map(|one| {
                    let id = one.key.schedule;
                    let row = if id == ScheduleId::new(99) { key.schedule } else { id };
                    (row, one.key.on, one.due_on, format!("{:?} {:?}", one.state, one.lines))
                })
                .collect();
            seen.sort();
            seen
        };
        prop_assert_eq!(seen(&plan), seen(&edited));
        for one in edited.occurrences(on(-300), on(HORIZON + 100)).unwrap() {
            let of_row = one.key.schedule == split.successor || one.key.schedule == key.schedule;
            if of_row {
                prop_assert_eq!(one.schedule.name() == "later", split.ended.is_none() || one.key.on >= key.on);
            }
        }
        prop_assert!(edited.stray_changes().unwrap() == plan.stray_changes().unwrap());
    }

    #[test]
    fn a_plan_reads_back_from_its_json(plan in any_plan()) {
        for schedule in plan.schedules() {
            let text = serde_json::to_string(schedule.terms()).unwrap();
            let terms: ScheduleTerms = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&terms).unwrap(), text);
            prop_assert_eq!(&Schedule::new(schedule.id(), terms).unwrap(), schedule.as_ref());
        }
        for change in plan.changes().values() {
            let text = serde_json::to_string(change).unwrap();
            prop_assert_eq!(&serde_json::from_str::<OccurrenceChange>(&text).unwrap(), change);
        }
    }
}

fn on_(offset: i64) -> NaiveDate {
    on(offset)
}

/// An adjustment of a row that is not known yet.
#[derive(Debug, Clone)]
struct Sketch {
    kind: u8,
    minor: i64,
    days: i32,
    percent: u8,
    scope: u8,
    occurrence: Index,
    length: i64,
}

fn any_adjustment() -> impl Strategy<Value = Sketch> {
    let sketch = (0..7_u8, 1..9_000_i64, -20..20_i32, 0..=100_u8, 0..4_u8, any::<Index>(), 0..40_i64);
    sketch.prop_map(|(kind, minor, days, percent, scope, occurrence, length)| Sketch {
        kind,
        minor,
        days,
        percent,
        scope,
        occurrence,
        length,
    })
}

impl Sketch {
    fn of(&self, schedule: &Schedule, plan: &Plan) -> Option<Adjustment> {
        let terms = schedule.terms();
        let days = terms.recurrence.dates(on(-100), on(HORIZON + 30)).unwrap();
        let first = *days.get(self.occurrence.index(days.len().max(1)))?;
        let scope = match self.scope {
            0 => Scope::All,
            1 => Scope::One(first),
            2 => Scope::From(first),
            _ => Scope::Between { from: first, until: first + TimeDelta::days(self.length) },
        };
        let row = ledger_core::schedule::RowRef::Id(schedule.id());
        // Amounts change in proportion: by hand that is simple for two lines of one commodity.
        let simple = |lines: &[PlannedLine]| lines.len() == 2 && lines[0].amount.commodity().code() == "EUR";
        let own_lines = plan.changes().iter().filter(|(key, _)| key.schedule == schedule.id());
        let mut own_lines = own_lines.filter_map(|(_, change)| match change {
            OccurrenceChange::Moved(moved) | OccurrenceChange::Settled { moved: Some(moved), .. } => {
                moved.lines.as_ref()
            }
            _ => None,
        });
        let simple =
            terms.steps.iter().all(|step| simple(&step.lines)) && own_lines.all(|lines| simple(lines));
        let change = |change| simple.then_some(Adjustment::Amount { row: row.clone(), change, scope });
        match self.kind {
            0 => change(AmountChange::To(money("EUR", self.minor))),
            1 => change(AmountChange::By(money("EUR", self.minor))),
            2 => change(AmountChange::Percent(self.days.into())),
            3 => Some(Adjustment::Shift { row, by: ShiftBy::Days(self.days), scope }),
            4 => Some(Adjustment::Skip { row, scope }),
            5 => Some(Adjustment::Stop { row, from: first }),
            _ => Some(Adjustment::Probability { row, percent: Percent::new(self.percent).unwrap() }),
        }
    }
}
