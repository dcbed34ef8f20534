//! The layout of a CSV file, told by flags.

use ledger_core::import::{ColumnRef, CsvProfile};
use ledger_core::money::DecimalMark;
use ledger_core::{ErrorKind, Result};

/// What is known about the file; the rest is detected. A COLUMN is a header or a number from 1.
#[derive(clap::Args, Debug, Default, Clone)]
#[command(next_help_heading = "Layout of the file (a COLUMN is its header, or its number from 1)")]
pub(in crate::commands) struct LayoutFlags {
    /// Column with the posting date
    #[arg(long, value_name = "COLUMN")]
    date_column: Option<ColumnRef>,

    /// Column with the value date
    #[arg(long, value_name = "COLUMN")]
    value_date_column: Option<ColumnRef>,

    /// How dates are written: DD.MM.YYYY, MM/DD/YYYY, "MMM D, YYYY" or %d.%m.%Y
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<String>,

    /// Column with the signed amount
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["debit_column", "credit_column"])]
    amount_column: Option<ColumnRef>,

    /// Column with money out
    #[arg(long, value_name = "COLUMN")]
    debit_column: Option<ColumnRef>,

    /// Column with money in
    #[arg(long, value_name = "COLUMN")]
    credit_column: Option<ColumnRef>,

    /// Column whose word (debit, credit, Soll, Haben, Af, Bij …) gives the amount its sign
    #[arg(long, value_name = "COLUMN")]
    direction_column: Option<ColumnRef>,

    /// What stands before the decimals: point or comma
    #[arg(long, value_name = "MARK")]
    decimal: Option<String>,

    /// What stands between the cells: comma, semicolon, tab, pipe or any character
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<String>,

    /// Encoding of the file, such as windows-1252 [default: as its byte order mark says, or detected]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,

    /// Lines to pass over before anything is read
    #[arg(long, value_name = "N")]
    skip_lines: Option<u64>,

    /// The file has a line of column names
    #[arg(long, overrides_with = "no_header")]
    header: bool,

    /// The file has no line of column names
    #[arg(long)]
    no_header: bool,

    /// The file writes money out as positive
    #[arg(long, overrides_with = "no_negate")]
    negate: bool,

    /// The file writes money out as negative
    #[arg(long)]
    no_negate: bool,

    /// The debit column has its signs: a negative amount is money out, a positive one money back in
    #[arg(long, overrides_with = "debit_unsigned")]
    debit_signed: bool,

    /// The debit column has no signs: an amount is money out, a negative one money back in
    #[arg(long)]
    debit_unsigned: bool,

    /// Column with each row's currency
    #[arg(long, value_name = "COLUMN")]
    currency_column: Option<ColumnRef>,

    /// Column that describes a row; several are joined
    #[arg(long, value_name = "COLUMN")]
    description_column: Vec<ColumnRef>,

    /// Column with the other party
    #[arg(long, value_name = "COLUMN")]
    payee_column: Option<ColumnRef>,

    /// Column with a memo
    #[arg(long, value_name = "COLUMN")]
    memo_column: Option<ColumnRef>,

    /// Column with the bank's own id of a row
    #[arg(long, value_name = "COLUMN")]
    reference_column: Option<ColumnRef>,

    /// Column with the running balance
    #[arg(long, value_name = "COLUMN")]
    balance_column: Option<ColumnRef>,

    /// Column with a fee on top of the amount
    #[arg(long, value_name = "COLUMN", conflicts_with = "fee_included")]
    fee_column: Option<ColumnRef>,

    /// The amount has any fee in it already
    #[arg(long)]
    fee_included: bool,

    /// Column with the own account of each row: each account is a statement of its own
    #[arg(long, value_name = "COLUMN", conflicts_with = "one_account")]
    account_column: Option<ColumnRef>,

    /// The file is of one account, whatever its columns say
    #[arg(long)]
    one_account: bool,

    /// Column that says whether a row is booked
    #[arg(long, value_name = "COLUMN")]
    state_column: Option<ColumnRef>,

    /// State whose rows are left out, in place of the usual ones (pending, declined, reverted …)
    #[arg(long, value_name = "WORD")]
    skip_state: Vec<String>,

    /// Word of the direction column that means money out, besides the usual ones
    #[arg(long, value_name = "WORD")]
    out_word: Vec<String>,

    /// Word of the direction column that means money in, besides the usual ones
    #[arg(long, value_name = "WORD")]
    in_word: Vec<String>,
}

impl LayoutFlags {
    /// The flags as a profile that holds nothing else.
    pub fn profile(self) -> Result<CsvProfile> {
        let switch = |on: bool, off: bool| (on || off).then_some(on);
        Ok(CsvProfile {
            encoding: self.encoding,
            delimiter: self.delimiter.as_deref().map(delimiter).transpose()?,
            skip_lines: self.skip_lines,
            has_header: switch(self.header, self.no_header),
            date: self.date_column,
            value_date: self.value_date_column,
            date_format: self.date_format,
            amount: self.amount_column,
            debit: self.debit_column,
            credit: self.credit_column,
            direction: self.direction_column,
            decimal_mark: self.decimal.as_deref().map(decimal_mark).transpose()?,
            negate: switch(self.negate, self.no_negate),
            debit_signed: switch(self.debit_signed, self.debit_unsigned),
            currency: self.currency_column,
            description: self.description_column,
            payee: self.payee_column,
            memo: self.memo_column,
            reference: self.reference_column,
            balance: self.balance_column,
            fee: self.fee_column,
            fee_included: self.fee_included.then_some(true),
            account: self.account_column,
            one_account: self.one_account.then_some(true),
            state: self.state_column,
            skip_states: self.skip_state,
            out_words: self.out_word,
            in_words: self.in_word,
        })
    }
}

fn delimiter(text: &str) -> Result<char> {
    let mut letters = text.chars();
    match (text.to_lowercase().as_str(), letters.next(), letters.next()) {
        ("tab" | "\\t", ..) => Ok('\t'),
        ("comma", ..) => Ok(','),
        ("semicolon", ..) => Ok(';'),
        ("pipe", ..) => Ok('|'),
        (_, Some(one), None) => Ok(one),
        _ => Err(refused("delimiter", text, "take comma, semicolon, tab, pipe or a single character")),
    }
}

fn decimal_mark(text: &str) -> Result<DecimalMark> {
    match text.to_lowercase().as_str() {
        "." | "point" => Ok(DecimalMark::Point),
        "," | "comma" => Ok(DecimalMark::Comma),
        _ => Err(refused("decimal mark", text, "take point or comma")),
    }
}

fn refused(what: &'static str, value: &str, reason: &str) -> ledger_core::Error {
    ErrorKind::InvalidSetting { what, value: value.to_owned(), reason: reason.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Probe {
        #[command(flatten)]
        layout: LayoutFlags,
    }

    fn profile(words: &[&str]) -> CsvProfile {
        Probe::try_parse_from(std::iter::once(&"csv").chain(words)).unwrap().layout.profile().unwrap()
    }

    #[test]
    fn flags_become_a_profile_and_what_is_not_told_stays_open() {
        assert_eq!(profile(&[]), CsvProfile::default());
        let told = profile(&["--delimiter", "tab", "--decimal", ",", "--no-header", "--date-column", "2"]);
        assert_eq!((told.delimiter, told.has_header), (Some('\t'), Some(false)));
        assert_eq!(told.decimal_mark, Some(DecimalMark::Comma));
        assert_eq!(told.date, Some(ColumnRef::Number(2)));
        assert!(delimiter("both").is_err() && decimal_mark("dot?").is_err());
    }
}
