//! Statement rows to drafts: which account is debited and credited, and texts that the journal takes.

use super::csv::Tally;
use super::fingerprint::fingerprints;
use super::statement::StatementLine;
use crate::journal::{AccountRef, EntryDraft, LineDraft, PARTY_CHARS_MAX, Source, TEXT_CHARS_MAX};
use crate::text::{check_name, fit_text};

/// The accounts on the other side of a statement's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterAccounts {
    /// Debited for money that goes out.
    pub money_out: AccountRef,
    /// Credited for money that comes in.
    pub money_in: AccountRef,
}

impl CounterAccounts {
    /// Where money out goes that nobody has put into a category yet.
    pub const MONEY_OUT: &str = "Expenses:Uncategorized";
    /// Where money in comes from that nobody has put into a category yet.
    pub const MONEY_IN: &str = "Income:Uncategorized";

    /// One account for both directions.
    pub fn both(account: impl Into<AccountRef>) -> Self {
        let account = account.into();
        CounterAccounts { money_out: account.clone(), money_in: account }
    }
}

impl Default for CounterAccounts {
    /// [`CounterAccounts::MONEY_OUT`] and [`CounterAccounts::MONEY_IN`].
    fn default() -> Self {
        CounterAccounts { money_out: Self::MONEY_OUT.into(), money_in: Self::MONEY_IN.into() }
    }
}

/// A draft with the line of the file that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDraft {
    /// The physical line on which the row begins, from 1.
    pub line: u64,
    /// The entry to post; its external id is the row's [`super::Fingerprint`].
    pub draft: EntryDraft,
}

/// What the rows of a statement come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementDrafts {
    /// An entry for each row that moves money, in the order of the file.
    pub drafts: Vec<RowDraft>,
    /// How many rows are of zero and so give no entry.
    pub skipped: u64,
    /// What was left out or changed, each a sentence.
    pub notes: Vec<String>,
}

/// Turns the rows of one file into drafts: money in debits the account `into`, money out credits it.
///
/// `account_key` names the account for good, as [`super::fingerprints`] takes it. The payee becomes the party where
/// it can be a name. A text that the journal refuses is made to fit, and a note says so.
///
/// ```
/// use ledger_core::import::{CounterAccounts, CsvProfile, drafts, read_csv};
/// use ledger_core::money::Commodity;
///
/// let bytes = b"Date,Text,Amount\n2026-03-25,Rewe,-42.10\n2026-03-26,Interest,0.00\n";
/// let eur = Commodity::iso("EUR").unwrap();
/// let reading = read_csv(bytes, "bank.csv", &CsvProfile::default(), eur, &Commodity::iso)?;
/// let made = drafts("home/1", &"Assets:Bank".into(), &CounterAccounts::default(), &reading.rows);
/// let entry = made.drafts[0].draft.clone().balance()?;
/// assert_eq!(entry.lines()[0].amount.to_string(), "-42.10 EUR");
/// assert_eq!(made.skipped, 1);
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn drafts(
    account_key: &str,
    into: &AccountRef,
    counters: &CounterAccounts,
    rows: &[StatementLine],
) -> StatementDrafts {
    let mut made = StatementDrafts { drafts: Vec::with_capacity(rows.len()), ..StatementDrafts::default() };
    let (mut zeros, mut texts, mut payees) = (Tally::default(), Tally::default(), Tally::default());
    for (row, fingerprint) in rows.iter().zip(fingerprints(account_key, rows)) {
        if row.amount.is_zero() {
            zeros.add(row.line.into(), "");
            continue;
        }
        let counter = if row.amount.is_negative() { &counters.money_out } else { &counters.money_in };
        let mut fit = |text: &str| {
            let fitting = fit_text(text, TEXT_CHARS_MAX);
            if fitting != text {
                texts.add(row.line.into(), "");
            }
            fitting.into_owned()
        };
        let mut draft = EntryDraft::new(row.posted_on, fit(&row.description()))
            .external_id(fingerprint.external_id())
            .source(Source::Import);
        let memo = row.memo.as_deref().map(&mut fit);
        draft.lines.push(LineDraft { account: into.clone(), amount: Some(row.amount), price: None, memo });
        draft.party = row.payee.as_deref().and_then(party);
        if row.payee.is_some() && draft.party.is_none() {
            payees.add(row.line.into(), "");
        }
        made.drafts.push(RowDraft { line: row.line.into(), draft: draft.infer(counter.clone()) });
    }
    made.skipped = zeros.count;
    if zeros.count > 0 {
        made.notes.push(format!("{}: an amount of zero, nothing to post", zeros.lines()));
    }
    if texts.count > 0 {
        made.notes.push(format!("{}: texts were shortened or lost hidden characters", texts.lines()));
    }
    if payees.count > 0 {
        made.notes
            .push(format!("{}: the payee cannot be the name of a party, so none was set", payees.lines()));
    }
    made
}

/// The payee as a party's name, after what cannot stand in a name is taken out.
fn party(payee: &str) -> Option<String> {
    let name = fit_text(payee, PARTY_CHARS_MAX);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    check_name("party", &name, PARTY_CHARS_MAX).is_ok().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{CsvProfile, read_csv};
    use crate::money::Commodity;

    fn made(text: &str) -> StatementDrafts {
        let eur = Commodity::iso("EUR").unwrap();
        let reading =
            read_csv(text.as_bytes(), "bank.csv", &CsvProfile::default(), eur, &Commodity::iso).unwrap();
        drafts("book/1", &"Assets:Bank".into(), &CounterAccounts::default(), &reading.rows)
    }

    #[test]
    fn money_in_debits_the_account_and_money_out_credits_it() {
        let made = made("Date,Text,Amount\n2026-03-01,Pay,10.00\n2026-03-02,Tea,-2.00\n");
        let [pay, tea] = made.drafts.as_slice() else { panic!("{made:?}") };
        assert_eq!((pay.line, tea.line), (2, 3));
        let lines = |row: &RowDraft| {
            let entry = row.draft.clone().balance().unwrap();
            let lines = entry.lines().iter().map(|line| format!("{} {}", line.account, line.amount));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(lines(pay), ["Assets:Bank 10.00 EUR", "Income:Uncategorized -10.00 EUR"]);
        assert_eq!(lines(tea), ["Assets:Bank -2.00 EUR", "Expenses:Uncategorized 2.00 EUR"]);
        assert_eq!(made.notes, [] as [&str; 0]);
    }

    #[test]
    fn a_text_that_the_journal_refuses_is_made_to_fit_with_a_note() {
        let long = "x".repeat(1500);
        let made = made(&format!(
            "Date,Payee,Text,Amount\n2026-03-01,Re\u{202e}we,Te\u{200b}a,1.00\n2026-03-02,\u{200b},{long},1.00\n"
        ));
        for row in &made.drafts {
            row.draft.clone().balance().unwrap();
        }
        assert_eq!(made.drafts[0].draft.party.as_deref(), Some("Rewe"));
        assert_eq!(made.drafts[1].draft.party, None);
        let notes = made.notes.join("\n");
        assert!(notes.contains("shortened") && notes.contains("line 3: the payee"), "{notes}");
    }
}
