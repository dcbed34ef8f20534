//! Money: properties that hold for every amount, and agreement with vectors that others published.

use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use ledger_core::ErrorKind;
use ledger_core::money::{
    Amount, AmountFormat, CodePlacement, Commodity, DecimalMark, Negative, ParseOptions, Price, PriceTable,
    Rounding, divide, parse_amount, parse_number, sum,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

const ROUNDINGS: [Rounding; 8] = [
    Rounding::HalfEven,
    Rounding::HalfAwayFromZero,
    Rounding::HalfUp,
    Rounding::HalfDown,
    Rounding::Up,
    Rounding::Down,
    Rounding::Ceiling,
    Rounding::Floor,
];

/// Minor units of every size, the edges of the range among them.
fn minor() -> impl Strategy<Value = i64> {
    let edges = vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    prop_oneof![1 => prop::sample::select(edges), 3 => any::<i64>(), 3 => -100_000_000_i64..100_000_000]
}

/// Currencies of ISO 4217 and declared commodities of every scale, with any code that may be declared.
fn commodity() -> impl Strategy<Value = Commodity> {
    let currencies: Vec<_> = Commodity::iso_catalogue().map(|(commodity, _)| commodity).collect();
    let declared = ("[A-Za-zäŁж株][A-Za-z0-9é._'-]{0,9}", 0..=Commodity::SCALE_MAX)
        .prop_filter_map("a code of ISO 4217 has its own scale", |(code, scale)| {
            Commodity::new(&code, scale).ok()
        });
    prop_oneof![prop::sample::select(currencies), declared]
}

fn amount() -> impl Strategy<Value = Amount> {
    (minor(), commodity()).prop_map(|(minor, commodity)| commodity.amount(minor))
}

fn format() -> impl Strategy<Value = AmountFormat> {
    let mark = prop::sample::select(vec![DecimalMark::Point, DecimalMark::Comma]);
    let groups = [',', '.', ' ', '\u{A0}', '\u{202F}', '\u{2009}', '\'', '\u{2019}', 'x', '0'];
    let group = prop::option::of(prop::sample::select(groups.to_vec()));
    let code = prop::sample::select(vec![CodePlacement::Before, CodePlacement::After, CodePlacement::None]);
    let negative = prop::sample::select(vec![Negative::Minus, Negative::Parentheses]);
    (mark, group, code, negative).prop_map(|(decimal_mark, group, code, negative)| AmountFormat {
        decimal_mark,
        group,
        code,
        negative,
    })
}

/// Texts that look like amounts, sound and broken.
fn amount_like_text() -> impl Strategy<Value = String> {
    "[-+(−]?(\\$|EUR ?|US\\$|A1 )?[-(]?[0-9]{0,4}([.,' ]?[0-9]{1,3}){0,4}[.,]?[0-9]{0,3}[-)]?( ?EUR|€|e5)?[)-]?"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_a_format_writes_parses_back_to_the_same_amount(amount in amount(), format in format()) {
        let text = format.format(amount);
        let commodity = amount.commodity();
        let options = ParseOptions { decimal_mark: Some(format.decimal_mark), default: Some(commodity) };
        let declared = |code: &str| (code == commodity.code()).then_some(commodity);
        prop_assert_eq!(parse_amount(&text, &options, &declared).unwrap(), amount, "{}", text);
    }

    #[test]
    fn the_default_format_parses_back_without_being_told_the_mark(amount in amount()) {
        let text = AmountFormat::default().format(amount);
        let declared = |_: &str| Some(amount.commodity());
        prop_assert_eq!(parse_amount(&text, &ParseOptions::default(), &declared).unwrap(), amount, "{}", text);
    }

    #[test]
    fn the_display_of_a_currency_parses_back(amount in amount()) {
        let parsed = amount.to_string().parse::<Amount>();
        match Commodity::iso(amount.commodity().code()) {
            Some(_) => prop_assert_eq!(parsed.unwrap(), amount),
            None => prop_assert!(parsed.is_err()),
        }
    }

    #[test]
    fn a_decimal_and_back_is_the_same_amount(amount in amount()) {
        let number = amount.to_decimal();
        prop_assert_eq!(number.to_string(), amount.number());
        prop_assert_eq!(Amount::from_decimal_exact(number, amount.commodity()).unwrap(), amount);
    }

    #[test]
    fn an_allocation_loses_and_invents_nothing(
        amount in amount(),
        ratios in prop::collection::vec(prop_oneof![Just(0), 1_u64..100, any::<u64>()], 1..12),
    ) {
        let total: i128 = ratios.iter().copied().map(i128::from).sum();
        prop_assume!(total > 0);
        let parts = amount.allocate(&ratios).unwrap();
        prop_assert_eq!(parts.len(), ratios.len());
        prop_assert_eq!(sum(amount.commodity(), parts.iter().copied()).unwrap(), amount);
        let whole = i128::from(amount.minor()).abs();
        for (part, ratio) in parts.iter().zip(&ratios) {
            // A part is its share cut to whole minor units, or one more.
            let share = whole * i128::from(*ratio) / total;
            let extra = i128::from(part.minor()).abs() - share;
            prop_assert!(extra == 0 || extra == 1 && *ratio > 0);
        }
        // Nobody takes a unit that was left over before everybody in front has one.
        let extras: Vec<_> = parts.iter().zip(&ratios).filter(|(_, ratio)| **ratio > 0)
            .map(|(part, ratio)| i128::from(part.minor()).abs() - whole * i128::from(*ratio) / total)
            .collect();
        prop_assert!(extras.is_sorted_by(|before, after| before >= after));
        if let Ok(opposite) = amount.negate() {
            let mirrored: Vec<_> = parts.iter().map(|part| part.negate().unwrap()).collect();
            prop_assert_eq!(opposite.allocate(&ratios).unwrap(), mirrored);
        }
    }

    #[test]
    fn equal_parts_differ_by_one_minor_unit_at_most(amount in amount(), count in 1_usize..50) {
        let parts: Vec<_> = amount.split(count).unwrap().iter().map(Amount::minor).collect();
        prop_assert!(parts.iter().max().unwrap() - parts.iter().min().unwrap() <= 1);
        prop_assert_eq!(parts.iter().copied().map(i128::from).sum::<i128>(), i128::from(amount.minor()));
    }

    #[test]
    fn a_sum_is_exact_or_refused(commodity in commodity(), minors in prop::collection::vec(minor(), 0..20)) {
        let exact: i128 = minors.iter().copied().map(i128::from).sum();
        let total = sum(commodity, minors.iter().map(|&minor| commodity.amount(minor)));
        match (i64::try_from(exact), total) {
            (Ok(fits), Ok(total)) => prop_assert_eq!(total, commodity.amount(fits)),
            (Err(_), Err(refused)) => {
                let overflowed = matches!(refused.kind(), ErrorKind::AmountOverflow { .. });
                prop_assert!(overflowed, "{}", refused)
            }
            (fits, total) => prop_assert!(false, "{:?} against {:?}", fits, total),
        }
    }

    #[test]
    fn arithmetic_is_exact_or_refused_and_never_wraps(commodity in commodity(), left in minor(), right in minor()) {
        let (a, b) = (commodity.amount(left), commodity.amount(right));
        let minor = |outcome: ledger_core::Result<Amount>| outcome.ok().map(|amount| amount.minor());
        prop_assert_eq!(minor(a.checked_add(b)), left.checked_add(right));
        prop_assert_eq!(minor(a.checked_sub(b)), left.checked_sub(right));
        prop_assert_eq!(minor(a.negate()), left.checked_neg());
        prop_assert_eq!(minor(a.abs()), left.checked_abs());
    }

    #[test]
    fn rounding_a_decimal_is_dividing_its_digits(
        mantissa in prop_oneof![-1_000_000_i128..1_000_000, -(1_i128 << 95)..(1_i128 << 95)],
        places in 0_u32..=28,
        commodity in commodity(),
        rounding in prop::sample::select(ROUNDINGS.to_vec()),
    ) {
        let number = Decimal::from_i128_with_scale(mantissa, places);
        let scale = u32::from(commodity.scale());
        let expected = if places <= scale {
            mantissa * 10_i128.pow(scale - places)
        } else {
            divide(mantissa, 10_i128.pow(places - scale), rounding)
        };
        let rounded = Amount::from_decimal(number, commodity, rounding);
        prop_assert_eq!(rounded.as_ref().ok().map(Amount::minor), i64::try_from(expected).ok());
        // The exact conversion accepts just what no rule changes.
        let exact = Amount::from_decimal_exact(number, commodity);
        let unchanged = rounded.is_ok_and(|amount| amount.to_decimal() == number);
        prop_assert_eq!(exact.is_ok(), unchanged);
    }

    #[test]
    fn a_quotient_lies_within_one_of_its_exact_value(
        dividend in any::<i64>(),
        divisor in prop_oneof![-50_i64..50, any::<i64>()],
    ) {
        prop_assume!(divisor != 0);
        let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
        for rounding in ROUNDINGS {
            let distance = divide(dividend, divisor, rounding) * divisor - dividend;
            let bound = match rounding {
                Rounding::Up | Rounding::Down | Rounding::Ceiling | Rounding::Floor => divisor.abs() - 1,
                _ => divisor.abs() / 2,
            };
            prop_assert!(distance.abs() <= bound, "{:?}", rounding);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}", like in amount_like_text()) {
        for text in [text, like] {
            for mark in [None, Some(DecimalMark::Point), Some(DecimalMark::Comma)] {
                let options = ParseOptions { decimal_mark: mark, default: Commodity::iso("EUR") };
                let _ = parse_amount(&text, &options, &|_| None);
                let _ = parse_number(&text, mark);
            }
            let _ = Commodity::new(&text, 2);
        }
    }

    #[test]
    fn without_a_mark_nothing_is_read_that_a_comma_could_have_meant(text in amount_like_text(), scale in 0_u8..=9) {
        let commodity = Commodity::new("Test", scale).unwrap();
        let read = |decimal_mark| {
            parse_amount(&text, &ParseOptions { decimal_mark, default: Some(commodity) }, &|_| Some(commodity)).ok()
        };
        if let Some(assumed) = read(None) {
            prop_assert_eq!(read(Some(DecimalMark::Point)), Some(assumed));
            if let Some(other) = read(Some(DecimalMark::Comma)).filter(|&other| other != assumed) {
                // A lone separator before three digits: a comma where there are no three places to set off,
                // or a point where there are.
                let has_places = scale >= 3;
                prop_assert_eq!(text.contains('.'), has_places, "{} or {}", assumed, other);
                prop_assert_eq!(text.contains(','), !has_places, "{} or {}", assumed, other);
            }
        }
    }

    #[test]
    fn a_conversion_rounds_the_exact_value_once(
        minor in -1_000_000_000_i64..1_000_000_000,
        (rates, inverse) in (prop::collection::vec((1_i64..1_000_000, 0_u32..6), 1..4), any::<[bool; 4]>()),
        rounding in prop::sample::select(ROUNDINGS.to_vec()),
    ) {
        let chain: Vec<_> = (0..=rates.len()).map(|at| Commodity::new(&format!("C{at}x"), 3).unwrap()).collect();
        let (mut numerator, mut denominator) = (i128::from(minor), 1_i128);
        let mut prices = Vec::new();
        for (at, &(mantissa, places)) in rates.iter().enumerate() {
            let (rate, power) = (Decimal::new(mantissa, places), 10_i128.pow(places));
            if inverse[at] {
                prices.push(Price::new(chain[at + 1], rate, chain[at], day(1)).unwrap());
                (numerator, denominator) = (numerator * power, denominator * i128::from(mantissa));
            } else {
                prices.push(Price::new(chain[at], rate, chain[at + 1], day(1)).unwrap());
                (numerator, denominator) = (numerator * i128::from(mantissa), denominator * power);
            }
        }
        let target = chain[rates.len()];
        let worth = PriceTable::new(prices).convert(chain[0].amount(minor), target, day(1), rounding);
        let expected = i64::try_from(divide(numerator, denominator, rounding)).ok();
        prop_assert_eq!(worth.ok().map(|amount| amount.minor()), expected);
    }

    #[test]
    fn the_price_of_a_day_is_the_one_a_search_through_all_finds(
        given in prop::collection::vec((0_usize..6, 0_usize..6, 1_i64..100, 1_u32..28), 0..14),
        (from, to, on) in (0_usize..6, 0_usize..6, 1_u32..31),
    ) {
        let commodities = ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff"].map(|code| Commodity::new(code, 2).unwrap());
        let (from, to) = (commodities[from], commodities[to]);
        prop_assume!(from != to);
        let prices: Vec<_> = given.into_iter()
            .filter_map(|(a, b, rate, on)| Price::new(commodities[a], Decimal::from(rate), commodities[b], day(on)).ok())
            .collect();
        let between = |a: Commodity, b: Commodity| {
            prices.iter().copied().enumerate()
                .filter(|(_, price)| price.on <= day(on))
                .filter(|(_, price)| [(a, b), (b, a)].contains(&(price.commodity, price.quote)))
                .max_by_key(|&(at, price)| (price.on, price.commodity == a, at))
                .map(|(_, price)| price)
        };
        let route = PriceTable::new(prices.iter().copied()).rate(from, to, day(on));
        match between(from, to) {
            Some(price) => prop_assert_eq!(route.unwrap().steps, vec![price]),
            None => {
                let mut reached = vec![from];
                let mut steps = 0;
                while !reached.contains(&to) && steps < commodities.len() {
                    let next: Vec<_> = commodities.into_iter()
                        .filter(|&b| reached.iter().any(|&a| between(a, b).is_some()))
                        .collect();
                    reached.extend(next);
                    steps += 1;
                }
                let steps_min = reached.contains(&to).then_some(steps);
                prop_assert_eq!(route.as_ref().map(|route| route.steps.len()), steps_min);
                let mut held = from;
                for step in route.into_iter().flat_map(|route| route.steps) {
                    let next = if step.commodity == held { step.quote } else { step.commodity };
                    prop_assert_eq!(between(held, next), Some(step));
                    held = next;
                }
            }
        }
    }
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).expect("March 2026 has 31 days")
}

/// A file of the shared fixtures, which stand beside the repository (or where `LEDGER_FIXTURES` says); without
/// them the test that asks for it has nothing to compare and says so.
pub(crate) fn fixture(path: &str) -> Option<String> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let folder = std::env::var_os("LEDGER_FIXTURES").map_or_else(beside, PathBuf::from);
    let read = fs::read_to_string(folder.join(path)).ok();
    if read.is_none() {
        println!("skipped: there is no {path} among the fixtures");
    }
    read
}

/// The fields of each row after the heading.
pub(crate) fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| line.split('\t').collect())
}

#[test]
fn allocation_agrees_with_published_vectors() {
    let Some(table) = fixture("money/allocation_dev.tsv") else { return };
    let mut count = 0;
    for row in rows(&table) {
        let ratios: Vec<u64> = row[2].split(',').map(|ratio| ratio.parse().unwrap()).collect();
        let expected: Vec<i64> = row[3].split(',').map(|part| part.parse().unwrap()).collect();
        let amount = Commodity::iso("EUR").unwrap().amount(row[1].parse().unwrap());
        let parts: Vec<_> = amount.allocate(&ratios).unwrap().iter().map(Amount::minor).collect();
        assert_eq!(parts, expected, "{row:?}");
        count += 1;
    }
    assert!(count > 0, "the table has rows");
}

#[test]
fn rounding_agrees_with_published_vectors() {
    let Some(table) = fixture("money/rounding_dev.tsv") else { return };
    let mut count = 0;
    for row in rows(&table) {
        let rounding = match row[0] {
            "half_even" => Rounding::HalfEven,
            "half_away_from_zero" => Rounding::HalfAwayFromZero,
            "half_up(toward +inf)" => Rounding::HalfUp,
            "half_down(toward -inf)" => Rounding::HalfDown,
            "up(ceil)" => Rounding::Ceiling,
            "down(floor)" => Rounding::Floor,
            other => panic!("a rule without a name here: {other}"),
        };
        let quotient = divide(row[1].parse().unwrap(), row[2].parse().unwrap(), rounding);
        assert_eq!(quotient, row[3].parse().unwrap(), "{row:?}");
        count += 1;
    }
    assert!(count > 0, "the table has rows");
}

#[test]
fn scales_agree_with_joda_money() {
    let Some(table) = fixture("money/joda-CurrencyData.csv") else { return };
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let fields: Vec<_> = line.split('#').next().unwrap_or_default().split(',').map(str::trim).collect();
        let (code, places) = (fields[0], fields[2].parse::<i8>().unwrap());
        // Its -1 says that ISO 4217 names no minor unit (metals, XDR, XXX …): such a code is left to be
        // declared. In nothing else do the two differ.
        let expected = u8::try_from(places).ok();
        assert_eq!(Commodity::iso(code).map(|commodity| commodity.scale()), expected, "{code}");
        count += 1;
    }
    assert!(count > 150, "the table has the currencies of the world");
}

#[test]
fn naughty_strings_become_a_code_as_they_are_or_are_refused() {
    let Some(text) = fixture("security/blns.json") else { return };
    let strings: Vec<String> = serde_json::from_str(&text).unwrap();
    assert!(!strings.is_empty());
    for string in strings {
        if let Ok(commodity) = Commodity::new(&string, 2) {
            assert_eq!(commodity.code().to_lowercase(), string.to_lowercase());
            assert!(!commodity.code().chars().any(char::is_control));
        }
        if let Err(refused) = parse_amount(&string, &ParseOptions::default(), &|_| None) {
            assert!(refused.to_string().chars().all(|shown| !shown.is_control()), "{refused}");
        }
    }
}
