//! Loans against published values: the corpus where it is there (`LEDGER_FIXTURES`, or beside the repository), and
//! otherwise nothing. Our own tables stand beside the code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use chrono::NaiveDate;
use ledger_core::money::Amount;
use ledger_core::receivable::{
    Annuity, DatedFlow, Frequency, Instalment, InstalmentKind, InstalmentTerms, InterestTerms, Loan,
    LoanTerms, PaymentTiming, Repayment, UnitPeriod, amortise, annual_percentage_rate, period_count,
};
use rust_decimal::Decimal;

/// The folder of published values; nothing where there is no corpus.
fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let folder = env::var_os("LEDGER_FIXTURES").map_or_else(beside, PathBuf::from).join("finance");
    if !folder.is_dir() {
        println!("no corpus at {}: nothing to compare with", folder.display());
        return None;
    }
    Some(folder)
}

/// The rows of a table with a heading.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let heading: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        heading.iter().zip(line.split('\t')).map(|(name, cell)| (name.to_string(), cell.to_owned())).collect()
    };
    lines.map(row).collect()
}

/// A number, or a quotient such as `0.08/12`.
fn number(text: &str) -> Decimal {
    match text.split_once('/') {
        Some((dividend, divisor)) => number(dividend) / number(divisor),
        None => text.parse().unwrap(),
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn spreadsheet_functions_give_the_published_values() {
    let Some(folder) = corpus() else { return };
    let mut tried = 0;
    for row in rows(&folder.join("annuity.tsv")) {
        let told: BTreeMap<&str, &str> =
            row["args"].split(' ').map(|argument| argument.split_once('=').unwrap()).collect();
        let argument = |name: &str| told.get(name).map_or(Decimal::ZERO, |text| number(text));
        let whole = |name: &str| told[name].parse::<u32>().unwrap();
        let timing = match told.get("when") {
            Some(&"begin") => PaymentTiming::Begin,
            _ => PaymentTiming::End,
        };
        let (rate, present, future) = (argument("rate"), argument("pv"), argument("fv"));
        let annuity = || Annuity { future, timing, ..Annuity::new(rate, whole("nper"), present) };
        let value = match row["function"].as_str() {
            "PMT" => annuity().payment(),
            "IPMT" => annuity().interest_part(whole("per")),
            "PPMT" => annuity().principal_part(whole("per")),
            "CUMIPMT" => annuity().cumulative_interest(whole("from"), whole("to")),
            "CUMPRINC" => annuity().cumulative_principal(whole("from"), whole("to")),
            "FV" => annuity().future_after(whole("nper")),
            "NPER" => period_count(rate, argument("pmt"), present, future, timing),
            other => panic!("{other} of {} is not known", row["id"]),
        };
        let off = (value.unwrap() - number(&row["expected"])).abs();
        assert!(off <= number(&row["tolerance"]), "{}: off by {off}", row["id"]);
        tried += 1;
    }
    assert!(tried > 0, "the table is empty");
}

#[test]
fn annual_percentage_rates_are_the_published_ones() {
    let Some(folder) = corpus() else { return };
    let first = day("2026-01-01");
    let mut tried = 0;
    for row in rows(&folder.join("apr_regz_dev.tsv")) {
        assert_eq!(
            (row["unit_periods_per_year"].as_str(), row["odd_first"].as_str()),
            ("12", "0"),
            "{row:?}"
        );
        let mut payments = Vec::new();
        for part in row["payments"].split(" then ") {
            let (count, amount) = part.split_once(" x ").unwrap();
            for _ in 0..count.parse::<u32>().unwrap() {
                let months = chrono::Months::new(payments.len() as u32 + 1);
                payments.push(DatedFlow { on: first + months, amount: amount.parse::<i64>().unwrap() * 100 });
            }
        }
        let advance = DatedFlow { on: first, amount: row["amount_financed"].parse::<i64>().unwrap() * 100 };
        let rate = annual_percentage_rate(&[advance], &payments, UnitPeriod::MONTH).unwrap();
        let expected = number(&row["expected_apr_percent"]);
        assert_eq!(rate.round_dp(expected.scale()), expected, "{}: {rate}", row["id"]);
        tried += 1;
    }
    assert!(tried > 0, "the table is empty");
}

/// A plan of the corpus is named by its terms: principal, annual rate and number of months.
#[test]
fn plans_are_the_published_ones_to_the_cent() {
    let Some(folder) = corpus() else { return };
    let mut tried = 0;
    for entry in fs::read_dir(folder.join("loan")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let [_, principal, rate, count] = name.split('-').collect::<Vec<_>>()[..] else { panic!("{name}") };
        let kind = InstalmentKind::Annuity { count: count.parse().unwrap() };
        let instalments = InstalmentTerms {
            kind,
            frequency: Frequency::MONTHLY,
            first_due_on: day("2026-02-01"),
            due_day: None,
        };
        let principal: Amount = format!("{principal} EUR").parse().unwrap();
        let mut terms = LoanTerms::new(principal, day("2026-01-01"), Repayment::Instalments(instalments));
        terms.interest = Some(InterestTerms::simple(rate.parse().unwrap()));
        let plan = amortise(&Loan::new(terms).unwrap()).unwrap();
        check_plan(&plan, &fs::read_to_string(&path).unwrap());
        tried += 1;
    }
    assert!(tried > 0, "there are no plans");
}

fn check_plan(plan: &[Instalment], json: &str) {
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    // Numbers of JSON go through floating point on their way in and come out as they were written.
    let cents = |value: &serde_json::Value| -> i64 {
        let mut number: Decimal = value.to_string().parse().unwrap();
        number.rescale(2);
        number.mantissa().try_into().unwrap()
    };
    let published = json["monthlyPayments"].as_array().unwrap();
    assert_eq!(plan.len(), published.len());
    for (row, expected) in plan.iter().zip(published) {
        assert_eq!(row.parts.principal, cents(&expected["debtPaymentAmount"]), "{row:?}");
        assert_eq!(row.parts.interest, cents(&expected["interestPaymentAmount"]), "{row:?}");
        assert_eq!(row.parts.total().unwrap(), cents(&expected["paymentAmount"]), "{row:?}");
        assert_eq!(row.balance + row.parts.principal, cents(&expected["loanBalanceAmount"]), "{row:?}");
    }
    let interest: i64 = plan.iter().map(|row| row.parts.interest).sum();
    assert_eq!(interest, cents(&json["overPaymentAmount"]));
    assert_eq!(plan[0].parts.total().unwrap(), cents(&json["monthlyPaymentAmount"]));
}
