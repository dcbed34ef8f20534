use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn item(receivable: i32, instalment: u32, due_on: &str, [fee, interest, principal]: [i64; 3]) -> OpenItem {
    OpenItem {
        receivable: ReceivableId::new(receivable),
        instalment: (instalment > 0).then_some(instalment),
        due_on: (!due_on.is_empty()).then(|| day(due_on)),
        open: Parts { principal, interest, fee },
    }
}

/// Two receivables: one of a plan with two open instalments, one on demand.
fn items() -> [OpenItem; 3] {
    [
        item(1, 0, "", [0, 0, 600]),
        item(2, 2, "2026-03-01", [0, 20, 180]),
        item(2, 1, "2026-02-01", [50, 30, 120]),
    ]
}

/// What is paid as receivable, instalment, fee, interest and principal, and what is left over.
fn paid(minor: i64, order: &AllocationOrder) -> (Vec<[i64; 5]>, i64) {
    let allocation = allocate(eur(minor), &items(), order).unwrap();
    let row = |one: &AllocatedItem| {
        let Parts { principal, interest, fee } = one.paid;
        [one.item.receivable.get().into(), one.item.instalment.unwrap_or(0).into(), fee, interest, principal]
    };
    (allocation.items.iter().map(row).collect(), allocation.left_over)
}

fn eur(minor: i64) -> Amount {
    crate::money::Commodity::iso("EUR").unwrap().amount(minor)
}

fn ordered(items: ItemOrder) -> AllocationOrder {
    AllocationOrder { items, ..AllocationOrder::default() }
}

fn chosen(choices: &[(i32, u32, i64)]) -> AllocationOrder {
    let choice = |&(receivable, instalment, amount): &(i32, u32, i64)| ChosenItem {
        receivable: ReceivableId::new(receivable),
        instalment: (instalment > 0).then_some(instalment),
        amount,
    };
    ordered(ItemOrder::Chosen(choices.iter().map(choice).collect()))
}

#[test]
fn the_oldest_due_is_paid_first_and_of_each_item_fee_then_interest_then_principal() {
    let order = AllocationOrder::default();
    assert_eq!(paid(60, &order), (vec![[2, 1, 50, 10, 0]], 0));
    assert_eq!(paid(230, &order), (vec![[2, 1, 50, 30, 120], [2, 2, 0, 20, 10]], 0));
    let all = vec![[2, 1, 50, 30, 120], [2, 2, 0, 20, 180], [1, 0, 0, 0, 600]];
    assert_eq!(paid(1_000, &order), (all.clone(), 0));
    assert_eq!(paid(1_001, &order), (all, 1), "what is more than all that is open is left over");
}

#[test]
fn the_newest_due_comes_first_where_asked_for_and_what_is_due_on_demand_last() {
    let order = ordered(ItemOrder::NewestDue);
    assert_eq!(paid(500, &order).0, [[2, 2, 0, 20, 180], [2, 1, 50, 30, 120], [1, 0, 0, 0, 100]]);
}

#[test]
fn parts_are_paid_in_the_order_given() {
    let parts = [Part::Principal, Part::Fee, Part::Interest];
    let order = AllocationOrder { parts, ..AllocationOrder::default() };
    assert_eq!(paid(150, &order).0, [[2, 1, 30, 0, 120]]);
    let order = AllocationOrder { parts: [Part::Fee, Part::Fee, Part::Interest], ..order };
    let refused = allocate(eur(1), &items(), &order).unwrap_err().to_string();
    assert_eq!(
        refused,
        "order of parts \"fee, fee, interest\" is refused: fee, interest and principal are each there once"
    );
}

#[test]
fn a_part_of_all_items_comes_before_the_next_part_where_parts_take_precedence() {
    let order = AllocationOrder { precedence: Precedence::Parts, ..AllocationOrder::default() };
    assert_eq!(paid(95, &order).0, [[2, 1, 50, 30, 0], [2, 2, 0, 15, 0]]);
    let order = AllocationOrder { items: ItemOrder::Proportional, ..order };
    // Fee 50; interest 30 and 20 share 25 as 15 and 10.
    assert_eq!(paid(75, &order).0, [[2, 1, 50, 15, 0], [2, 2, 0, 10, 0]]);
}

#[test]
fn shares_in_proportion_are_exact_and_the_largest_fractions_take_what_does_not_divide() {
    let order = ordered(ItemOrder::Proportional);
    assert_eq!(paid(500, &order).0, [[2, 1, 50, 30, 20], [2, 2, 0, 20, 80], [1, 0, 0, 0, 300]]);
    // 0.2, 0.2 and 0.6 of a unit.
    assert_eq!(paid(1, &order).0, [[1, 0, 0, 0, 1]]);
    // 0.6, 0.6 and 1.8: the oldest of the equal fractions.
    assert_eq!(paid(3, &order).0, [[2, 1, 1, 0, 0], [1, 0, 0, 0, 2]]);
    assert_eq!(paid(1_200, &order).1, 200);
}

#[test]
fn chosen_items_get_what_was_chosen_and_the_rest_is_left_over() {
    assert_eq!(
        paid(100, &chosen(&[(1, 0, 40), (2, 2, 30)])),
        (vec![[1, 0, 0, 0, 40], [2, 2, 0, 20, 10]], 30)
    );
    // A receivable without an instalment is all of its items, the oldest first.
    assert_eq!(paid(260, &chosen(&[(2, 0, 260)])), (vec![[2, 1, 50, 30, 120], [2, 2, 0, 20, 40]], 0));
    assert_eq!(paid(400, &chosen(&[(2, 1, 10), (2, 0, 390)])).0, [[2, 1, 50, 30, 120], [2, 2, 0, 20, 180]]);
}

#[test]
fn a_choice_that_cannot_be_met_is_refused_with_the_numbers() {
    let refused = |minor, choices: &[(i32, u32, i64)]| {
        allocate(eur(minor), &items(), &chosen(choices)).unwrap_err().to_string()
    };
    assert_eq!(
        refused(500, &[(2, 1, 201)]),
        "repayment \"2.01 EUR\" is refused: instalment 1 of receivable 2 has only 2.00 EUR open"
    );
    assert_eq!(
        refused(50, &[(2, 1, 40), (2, 2, 20)]),
        "repayment \"0.20 EUR\" is refused: only 0.10 EUR are left of 0.50 EUR"
    );
    assert_eq!(refused(50, &[(2, 3, 40)]), "there is no open item \"instalment 3 of receivable 2\"");
    assert!(refused(50, &[(3, 0, 40)]).contains("\"receivable 3\""));
    assert!(refused(50, &[(2, 1, 0)]).contains("more than zero"));
    assert!(refused(50, &[(2, 1, -5)]).contains("-0.05 EUR"));
}

#[test]
fn repayments_and_open_items_below_zero_are_refused() {
    for minor in [0, -1, i64::MIN] {
        let refused = allocate(eur(minor), &items(), &AllocationOrder::default()).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::InvalidSetting { what: "repayment", .. }), "{refused}");
    }
    let credit = item(1, 1, "", [0, -3, 5]);
    let refused = allocate(eur(1), &[credit], &AllocationOrder::default()).unwrap_err().to_string();
    assert_eq!(refused, "receivable 1 has -0.03 EUR of interest open: a credit is no open item");
    let large = item(1, 1, "", [0, i64::MAX, 1]);
    assert!(allocate(eur(1), &[large], &AllocationOrder::default()).is_err());
    let nothing = allocate(eur(7), &[], &AllocationOrder::default()).unwrap();
    assert_eq!((nothing.items.len(), nothing.left_over), (0, 7));
}

#[test]
fn what_each_receivable_gets_is_the_sum_of_its_items() {
    let allocation = allocate(eur(900), &items(), &AllocationOrder::default()).unwrap();
    let sums = allocation.by_receivable().unwrap();
    assert_eq!(sums[&ReceivableId::new(1)], Parts::of(Part::Principal, 500));
    assert_eq!(sums[&ReceivableId::new(2)], Parts { principal: 300, interest: 50, fee: 50 });
}
