//! Each rule of lots on a few movements.

use std::slice::from_ref;

use chrono::NaiveDate;

use super::*;
use crate::account::AccountId;
use crate::journal::LinePrice;
use crate::money::{Amount, Commodity};

const BROKER: AccountId = AccountId(1);
const DEPOT: AccountId = AccountId(2);

pub(super) fn aapl() -> Commodity {
    Commodity::new("AAPL", 0).unwrap()
}

pub(super) fn usd() -> Commodity {
    Commodity::iso("USD").unwrap()
}

fn day(text: &str) -> NaiveDate {
    format!("2026-{text}").parse().unwrap()
}

/// Units at a weight in cents, on a day of 2026 that is also its entry's number.
fn at(on: &str, units: i64, weight: i64) -> Movement {
    Movement { weight: Some(usd().amount(weight)), ..plain(on, units) }
}

fn plain(on: &str, units: i64) -> Movement {
    let entry = on.replace('-', "").parse().unwrap();
    let units = aapl().amount(units);
    Movement { on: day(on), entry, line: 1, account: BROKER, units, weight: None, unit_cost: None, lot: None }
}

fn naming(movement: Movement, lot: LineLot) -> Movement {
    Movement { lot: Some(lot), ..movement }
}

fn fed(method: LotMethod, entries: &[&[Movement]]) -> Inventory {
    let mut lots = Inventory::new(method);
    entries.iter().for_each(|entry| lots.feed(entry).unwrap());
    lots
}

fn cost_text(cost: LotCost) -> String {
    match cost {
        LotCost::Paid(amount) => amount.number(),
        LotCost::Nothing => "nothing".to_owned(),
        LotCost::Unknown => "unknown".to_owned(),
    }
}

/// Open lots as `account day units cost`.
fn open(lots: &Inventory) -> Vec<String> {
    let show = |lot: &Lot| {
        let on = lot.opened_on.format("%m-%d");
        format!("{} {on} {} {}", lot.account, lot.units.number(), cost_text(lot.cost))
    };
    lots.open().map(show).collect()
}

/// Closed lots as `day units cost -> proceeds = gain`.
fn closed(lots: &Inventory) -> Vec<String> {
    let text = |amount: Option<Amount>| amount.map_or("?".to_owned(), |amount| amount.number());
    let show = |it: &Realised| {
        let on = it.opened_on.format("%m-%d");
        let (proceeds, gain) = (text(it.proceeds), text(it.gain().unwrap()));
        format!("{on} {} {} -> {proceeds} = {gain}", it.units.number(), cost_text(it.cost))
    };
    lots.closed().iter().map(show).collect()
}

/// Three purchases at 100, 130 and 110 a share, and a sale of 12 at 120.
fn three_lots(method: LotMethod) -> Inventory {
    let buys = [at("01-05", 10, 100_000), at("02-05", 5, 65_000), at("03-05", 10, 110_000)];
    let sale = at("04-05", -12, -144_000);
    fed(method, &[&buys[..1], &buys[1..2], &buys[2..], &[sale]])
}

#[test]
fn fifo_sells_the_oldest_lot_first() {
    let lots = three_lots(LotMethod::Fifo);
    assert_eq!(closed(&lots), ["01-05 10 1000.00 -> 1200.00 = 200.00", "02-05 2 260.00 -> 240.00 = -20.00"]);
    assert_eq!(open(&lots), ["1 02-05 3 390.00", "1 03-05 10 1100.00"]);
}

#[test]
fn lifo_sells_the_newest_lot_first() {
    let lots = three_lots(LotMethod::Lifo);
    assert_eq!(closed(&lots), ["03-05 10 1100.00 -> 1200.00 = 100.00", "02-05 2 260.00 -> 240.00 = -20.00"]);
    assert_eq!(open(&lots), ["1 01-05 10 1000.00", "1 02-05 3 390.00"]);
}

#[test]
fn hifo_sells_the_dearest_lot_first() {
    let lots = three_lots(LotMethod::Hifo);
    assert_eq!(closed(&lots), ["02-05 5 650.00 -> 600.00 = -50.00", "03-05 7 770.00 -> 840.00 = 70.00"]);
    assert_eq!(open(&lots), ["1 01-05 10 1000.00", "1 03-05 3 330.00"]);
}

#[test]
fn the_average_method_costs_each_unit_the_same_and_dates_from_the_oldest() {
    let lots = three_lots(LotMethod::Average);
    // 2750.00 for 25: 110.00 each.
    assert_eq!(closed(&lots), ["01-05 10 1100.00 -> 1200.00 = 100.00", "02-05 2 220.00 -> 240.00 = 20.00"]);
    assert_eq!(open(&lots), ["1 02-05 3 330.00", "1 03-05 10 1100.00"]);
}

#[test]
fn the_average_moves_with_each_purchase_and_leaves_no_cent_behind() {
    let entries =
        [at("01-01", 3, 10_000), at("01-02", -1, -4_000), at("01-03", 4, 10_000), at("01-04", -6, -30_000)];
    let lots = fed(LotMethod::Average, &[&entries[..1], &entries[1..2], &entries[2..3], &entries[3..]]);
    assert_eq!(
        closed(&lots),
        [
            "01-01 1 33.33 -> 40.00 = 6.67",
            "01-01 2 55.56 -> 100.00 = 44.44",
            "01-03 4 111.11 -> 200.00 = 88.89"
        ]
    );
    assert_eq!(open(&lots), [""; 0]);
}

#[test]
fn the_named_method_wants_a_lot_unless_only_one_fits_or_all_go() {
    let refused = three_lots(LotMethod::Named);
    assert!(
        matches!(&refused.problems()[0].trouble, LotTrouble::Unnamed { open: 3, lots } if lots.len() == 3)
    );
    assert_eq!(
        refused.problems()[0].reason(),
        "3 open lots fit: {2026-01-05} 10 AAPL for 1000.00 USD, {2026-02-05} 5 AAPL for 650.00 USD, {2026-03-05} 10 AAPL \
         for 1100.00 USD (name one by its day or label: {2026-01-05})"
    );
    let twins =
        fed(LotMethod::Named, &[&[at("01-05", 2, 100)], &[at("01-05", 2, 200)], &[at("01-07", -1, -500)]]);
    assert!(twins.problems()[0].reason().contains("told apart by the cost of a unit"));
    assert_eq!(refused.problems()[0].missing, aapl().amount(12));
    assert_eq!(open(&refused).len(), 3, "nothing was taken");
    let all =
        fed(LotMethod::Named, &[&[at("01-05", 1, 100)], &[at("01-06", 1, 200)], &[at("01-07", -2, -500)]]);
    assert_eq!(closed(&all), ["01-05 1 1.00 -> 2.50 = 1.50", "01-06 1 2.00 -> 2.50 = 0.50"]);
    let one = fed(LotMethod::Named, &[&[at("01-05", 2, 200)], &[at("01-07", -1, -500)]]);
    assert_eq!(closed(&one), ["01-05 1 1.00 -> 5.00 = 4.00"]);
}

#[test]
fn a_sale_closes_the_lot_that_it_names_by_day_or_label() {
    let buys = [at("01-05", 10, 100_000), naming(at("02-05", 5, 65_000), LineLot::labelled("bonus"))];
    let by_day = naming(at("03-05", -2, -30_000), LineLot::opened_on(day("02-05")));
    let by_label = naming(at("03-06", -3, -45_000), LineLot::labelled("bonus"));
    for method in LotMethod::ALL.into_iter().filter(|method| *method != LotMethod::Average) {
        let lots = fed(method, &[&buys[..1], &buys[1..], from_ref(&by_day), from_ref(&by_label)]);
        assert_eq!(closed(&lots), ["02-05 2 260.00 -> 300.00 = 40.00", "02-05 3 390.00 -> 450.00 = 60.00"]);
        assert_eq!(open(&lots), ["1 01-05 10 1000.00"], "{method}");
    }
    let unknown = naming(at("03-05", -2, -30_000), LineLot::opened_on(day("02-06")));
    let lots = fed(LotMethod::Fifo, &[&buys[..1], &buys[1..], &[unknown]]);
    assert!(matches!(&lots.problems()[0].trouble, LotTrouble::NoSuchLot { held, .. } if held.is_zero()));
    assert_eq!(lots.problems()[0].reason(), "no open lot is {2026-02-06} (see `ledger lots`)");
    let too_many = naming(at("03-05", -6, -30_000), LineLot::labelled("bonus"));
    let lots = fed(LotMethod::Fifo, &[&buys[..1], &buys[1..], &[too_many]]);
    assert_eq!(
        lots.problems()[0].reason(),
        "the open lots that are {\"bonus\"} hold 5 AAPL (see `ledger lots`)"
    );
}

#[test]
fn a_sale_at_cost_gains_by_the_price_beside_it() {
    let price = LinePrice::unit("120".parse().unwrap(), usd());
    let sale = naming(at("04-05", -2, -26_000), LineLot::at_cost(Some(price)));
    let sale = Movement { unit_cost: Some("130".parse().unwrap()), ..sale };
    let lots = fed(LotMethod::Named, &[&[at("01-05", 10, 100_000)], &[at("02-05", 5, 65_000)], &[sale]]);
    assert_eq!(closed(&lots), ["02-05 2 260.00 -> 240.00 = -20.00"]);
}

#[test]
fn a_sale_at_cost_without_a_price_has_a_gain_that_is_unknown() {
    let sale = naming(at("04-05", -2, -20_000), LineLot::at_cost(None));
    let lots = fed(LotMethod::Fifo, &[&[at("01-05", 10, 100_000)], &[sale]]);
    assert_eq!(closed(&lots), ["01-05 2 200.00 -> ? = ?"]);
}

#[test]
fn units_that_move_to_another_account_keep_day_and_cost() {
    let out = plain("03-01", -12);
    let into = Movement { account: DEPOT, line: 2, ..plain("03-01", 12) };
    let buys = [at("01-05", 10, 100_000), at("02-05", 5, 65_000)];
    for lines in [[out.clone(), into.clone()], [into, out]] {
        let lots = fed(LotMethod::Fifo, &[&buys[..1], &buys[1..], &lines]);
        assert_eq!(open(&lots), ["1 02-05 3 390.00", "2 01-05 10 1000.00", "2 02-05 2 260.00"]);
        assert_eq!(closed(&lots), [""; 0], "nothing was sold");
    }
}

#[test]
fn units_that_move_at_cost_are_not_sold_and_a_split_keeps_the_cost() {
    let out = naming(at("03-01", -10, -100_000), LineLot::at_cost(None));
    let again = LineLot { opened_on: Some(day("01-05")), ..LineLot::at_cost(None) };
    let twice = Movement { line: 2, ..naming(at("03-01", 20, 100_000), again) };
    let lots = fed(LotMethod::Named, &[&[at("01-05", 10, 100_000)], &[out, twice]]);
    assert_eq!((open(&lots), closed(&lots)), (vec!["1 01-05 20 1000.00".to_owned()], vec![]));
}

#[test]
fn units_that_come_without_a_price_cost_an_unknown_amount_or_nothing_if_it_is_said() {
    let gift = naming(plain("02-01", 5), LineLot::for_nothing());
    let lots = fed(LotMethod::Fifo, &[&[plain("01-01", 5)], &[gift], &[at("03-01", -10, -50_000)]]);
    assert_eq!(closed(&lots), ["01-01 5 unknown -> 250.00 = ?", "02-01 5 nothing -> 250.00 = 250.00"]);
}

#[test]
fn a_sale_of_more_than_is_held_says_by_how_much() {
    let lots = fed(LotMethod::Fifo, &[&[at("01-05", 4, 40_000)], &[at("02-05", -10, -120_000)]]);
    assert_eq!(lots.problems()[0].reason(), "4 AAPL is held in lots on that day (6 AAPL missing)");
    assert_eq!(closed(&lots), ["01-05 4 400.00 -> 480.00 = 80.00"], "its share of the proceeds");
}

#[test]
fn lots_that_cannot_be_compared_are_not_chosen_among() {
    for method in [LotMethod::Hifo, LotMethod::Average] {
        let lots = fed(method, &[&[at("01-05", 4, 40_000)], &[plain("02-05", 4)], &[at("03-05", -5, -100)]]);
        assert_eq!(lots.problems()[0].trouble, LotTrouble::Incomparable, "{method}");
        assert_eq!(open(&lots).len(), 2);
    }
}

#[test]
fn parts_of_a_lot_cost_exactly_what_it_did() {
    let sales: Vec<Movement> = (1..=7).map(|n| at(&format!("02-{n:02}"), -1, -100)).collect();
    let mut lots = fed(LotMethod::Fifo, &[&[at("01-05", 7, 10_000)]]);
    for sale in &sales {
        lots.feed(from_ref(sale)).unwrap();
    }
    let costs: Vec<i64> = lots.closed().iter().map(|it| it.cost.amount().unwrap().minor()).collect();
    assert_eq!(costs.iter().sum::<i64>(), 10_000);
    assert!(costs.iter().all(|cost| (1_428..=1_429).contains(cost)), "{costs:?}");
}
