//! The closing entries: the mirror of what income and expense accounts hold, against retained earnings.

use std::collections::BTreeMap;

use super::FiscalYear;
use crate::Result;
use crate::account::{AccountId, Chart};
use crate::journal::{EntryDraft, LineDraft, LinePrice, Source};
use crate::money::{Amount, Commodity};
use crate::report::Balance;
use crate::text::normalize;

/// How many lines a closing entry takes; a year with more accounts than that is closed by several.
pub(crate) const ENTRY_LINES_MAX: usize = 10_000;

/// What one account holds in one commodity of one cost, both as they are and at book value; debits positive.
type Holding = (Commodity, Commodity, i128, i128);

/// The entries that take balances of income and expense accounts to exactly zero, in amounts and at book value.
///
/// Accounts stand in the order of a trial balance; what they held stands on `retained` in the same commodities and at
/// the same cost. `lines_max` bounds the lines of an entry that accounts take; none where there is nothing to close.
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`] with the account.
pub(crate) fn drafts(
    balances: &[Balance],
    chart: &Chart,
    year: &FiscalYear,
    retained: AccountId,
    lines_max: usize,
) -> Result<Vec<EntryDraft>> {
    let name = |id: AccountId| chart.account(id).map(|account| account.name.clone()).unwrap_or_default();
    let mut held: Vec<&Balance> = balances.iter().collect();
    held.sort_by_cached_key(|balance| {
        let kind = chart.account(balance.account_id).map(|account| account.kind);
        (kind, normalize(&name(balance.account_id)), balance.commodity, balance.weight_commodity)
    });
    let mut drafts = Vec::new();
    for some in held.chunks(lines_max.max(1)) {
        let mut draft = EntryDraft::new(year.last, format!("Closing of {year}")).source(Source::Closing);
        let mut taken: BTreeMap<(Commodity, Commodity), (i128, i128)> = BTreeMap::new();
        for balance in some {
            let Balance { commodity, weight_commodity, amount, weight, .. } = **balance;
            let sums = taken.entry((commodity, weight_commodity)).or_default();
            *sums = (sums.0 + amount, sums.1 + weight);
            let mirror = (commodity, weight_commodity, -amount, -weight);
            draft.lines.extend(lines(balance.account_id, mirror, &name(balance.account_id))?);
        }
        for ((commodity, weight_commodity), (amount, weight)) in taken {
            let holding = (commodity, weight_commodity, amount, weight);
            draft.lines.extend(lines(retained, holding, &name(retained))?);
        }
        drafts.push(draft);
    }
    Ok(drafts)
}

/// The lines that add a holding to an account.
///
/// A line's amount and weight have one sign, and neither is zero alone. What is left of several lines need not be so
/// (ten dollars bought for 9 euros and sold for 8 leave no dollar and one euro): such a holding takes two lines, a
/// debit and a credit.
fn lines(account: AccountId, holding: Holding, name: &str) -> Result<Vec<LineDraft>> {
    let (commodity, weight_commodity, amount, weight) = holding;
    let line = |amount: i128, weight: i128| -> Result<LineDraft> {
        let what = format!("what {name} holds at closing");
        let price = if commodity == weight_commodity {
            None
        } else {
            Some(LinePrice::Total(Amount::try_from_i128(weight.abs(), weight_commodity, &what)?))
        };
        let amount = Some(Amount::try_from_i128(amount, commodity, &what)?);
        Ok(LineDraft { account: account.into(), amount, price, lot: None, memo: None })
    };
    if (amount, weight) == (0, 0) {
        return Ok(Vec::new());
    }
    if commodity == weight_commodity || amount.signum() * weight.signum() == 1 {
        return Ok(vec![line(amount, weight)?]);
    }
    let (debit, credit) = ((amount.max(0) + 1, weight.max(0) + 1), (amount.min(0) - 1, weight.min(0) - 1));
    Ok(vec![line(debit.0, debit.1)?, line(credit.0, credit.1)?])
}

/// What went to retained earnings, at book value by commodity: a profit is positive.
///
/// # Errors
/// [`crate::ErrorKind::AmountOverflow`].
pub(crate) fn net_income(weights: impl IntoIterator<Item = (Commodity, i128)>) -> Result<Vec<Amount>> {
    let mut sums: BTreeMap<Commodity, i128> = BTreeMap::new();
    for (commodity, weight) in weights {
        *sums.entry(commodity).or_default() -= weight;
    }
    let sums = sums.into_iter().filter(|(_, sum)| *sum != 0);
    sums.map(|(commodity, sum)| Amount::try_from_i128(sum, commodity, "the net income of a year")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, AccountKind};

    fn account(id: i32, name: &str, kind: AccountKind) -> Account {
        Account {
            id: AccountId(id),
            name: name.to_owned(),
            kind,
            subtype: None,
            commodity: None,
            opened_on: None,
            closed_on: None,
            lot_method: None,
            note: None,
            aliases: Vec::new(),
        }
    }

    fn chart() -> Chart {
        let accounts = vec![
            account(1, "Equity:Kept", AccountKind::Equity),
            account(2, "Expenses:Food", AccountKind::Expense),
            account(3, "Income:Salary", AccountKind::Income),
            account(4, "Expenses:Art", AccountKind::Expense),
        ];
        let commodities = ["EUR", "USD"].map(|code| Commodity::iso(code).unwrap()).to_vec();
        Chart::new(accounts, commodities, crate::party::PartyNames::default(), Vec::new())
    }

    fn balance(id: i32, codes: (&str, &str), amount: i128, weight: i128) -> Balance {
        let [commodity, weight_commodity] = [codes.0, codes.1].map(|code| Commodity::iso(code).unwrap());
        Balance { account_id: AccountId(id), commodity, weight_commodity, amount, weight }
    }

    fn balanced(balances: &[Balance], lines_max: usize) -> Vec<String> {
        let year = FiscalYear::calendar(2025).unwrap();
        let drafts = drafts(balances, &chart(), &year, AccountId(1), lines_max).unwrap();
        let line =
            |line: &crate::journal::BalancedLine| format!("{} {} {}", line.account, line.amount, line.weight);
        let entry = |draft: EntryDraft| {
            draft.balance().unwrap().lines().iter().map(line).collect::<Vec<_>>().join(", ")
        };
        drafts.into_iter().map(entry).collect()
    }

    #[test]
    fn accounts_are_mirrored_in_the_order_of_a_trial_balance_against_one_sum() {
        let eur = ("EUR", "EUR");
        let balances = [balance(2, eur, 500, 500), balance(3, eur, -2_000, -2_000), balance(4, eur, 30, 30)];
        assert_eq!(
            balanced(&balances, 100),
            [
                "#3 20.00 EUR 20.00 EUR, #4 -0.30 EUR -0.30 EUR, #2 -5.00 EUR -5.00 EUR, #1 -14.70 EUR -14.70 EUR"
            ]
        );
        assert_eq!(balanced(&balances, 2).len(), 2, "too many for one entry");
        assert!(balanced(&[], 2).is_empty());
    }

    #[test]
    fn what_no_single_line_can_say_takes_a_debit_and_a_credit() {
        let usd = ("USD", "EUR");
        // The same sign is one line; nothing left, cost left, and signs apart are two, which come to the mirror.
        for (amount, weight, lines) in
            [(100, 90, 2), (0, 90, 4), (100, 0, 4), (100, -5, 4), (-7, 90, 4), (-7, -1, 2)]
        {
            let year = FiscalYear::calendar(2025).unwrap();
            let balances = [balance(2, usd, amount, weight)];
            let drafts = drafts(&balances, &chart(), &year, AccountId(1), 10).unwrap();
            let entry = drafts.into_iter().next().unwrap().balance().unwrap();
            assert_eq!(entry.lines().len(), lines, "{amount} at {weight}");
            let food = entry.lines().iter().filter(|line| line.account == AccountId(2).into());
            let sums = food.fold((0, 0), |sums, line| {
                assert_eq!(line.amount.minor().signum(), line.weight.minor().signum());
                (sums.0 + i128::from(line.amount.minor()), sums.1 + i128::from(line.weight.minor()))
            });
            assert_eq!(sums, (-amount, -weight));
        }
    }

    #[test]
    fn a_balance_that_does_not_fit_a_line_is_refused_by_name() {
        let year = FiscalYear::calendar(2025).unwrap();
        let balances = [balance(2, ("EUR", "EUR"), i128::from(i64::MAX) * 2, i128::from(i64::MAX) * 2)];
        let refused = drafts(&balances, &chart(), &year, AccountId(1), 10).unwrap_err().to_string();
        assert!(refused.contains("what Expenses:Food holds at closing"), "{refused}");
    }
}
