//! Rows in several parts, which one name means: they are adjusted as the whole row would be.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// The adjustment of a row that is told by its name.
fn by_name(adjustment: Adjustment, name: &str) -> Adjustment {
    let row = ledger_core::schedule::RowRef::from(name);
    match adjustment {
        Adjustment::Amount { change, scope, .. } => Adjustment::Amount { row, change, scope },
        Adjustment::Shift { by, scope, .. } => Adjustment::Shift { row, by, scope },
        Adjustment::Skip { scope, .. } => Adjustment::Skip { row, scope },
        Adjustment::Stop { from, .. } => Adjustment::Stop { row, from },
        Adjustment::Probability { percent, .. } => Adjustment::Probability { row, percent },
        other => other,
    }
}

/// The plan with rows split at some of their days, which changes nothing about any occurrence.
fn split(plan: &Plan, cuts: &[(Index, Index)]) -> Plan {
    let mut split = plan.clone();
    for (row, occurrence) in cuts {
        if let Some(key) = some_key(&split, *row, *occurrence) {
            let next = split.next_id();
            split.edit_later(key.schedule, key.on, next, |_| {}).unwrap();
        }
    }
    split
}

/// The occurrences by the names of their rows.
fn seen(plan: &Plan) -> Vec<(String, NaiveDate, NaiveDate, String)> {
    let all = plan.occurrences(on(-300), on(HORIZON + 100)).unwrap();
    let mut seen: Vec<_> = all
        .iter()
        .map(|one| {
            let told = format!("{:?} {:?} {}", one.state, one.lines, one.schedule.terms().probability);
            (one.schedule.name().to_owned(), one.key.on, one.due_on, told)
        })
        .collect();
    seen.sort();
    seen
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_adjustment_by_name_does_to_all_parts_what_it_does_to_the_whole(
        plan in any_plan(),
        adjustments in prop::collection::vec(any_adjustment(), 1..4),
        cuts in prop::collection::vec((any::<Index>(), any::<Index>()), 1..4),
    ) {
        let (mut whole, mut parts) = (plan.clone(), split(&plan, &cuts));
        prop_assert_eq!(seen(&whole), seen(&parts));
        for (schedule, adjustment) in plan.schedules().iter().zip(&adjustments) {
            let Some(adjustment) = adjustment.of(schedule, &plan) else { continue };
            let scenario = Scenario { name: "what if".to_owned(), adjustments: vec![by_name(adjustment, schedule.name())] };
            match (scenario.apply(&whole), scenario.apply(&parts)) {
                (Ok(made), Ok(of_parts)) => (whole, parts) = (made, of_parts),
                (Err(of_whole), Err(of_parts)) => prop_assert_eq!(of_whole.to_string(), of_parts.to_string()),
                (whole, parts) => prop_assert!(false, "{:?}: {whole:?} {parts:?}", scenario.adjustments),
            }
        }
        prop_assert_eq!(seen(&whole), seen(&parts));
    }
}
