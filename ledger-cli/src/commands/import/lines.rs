//! Lines of an import as they are named by flags: `3`, `2-5`, `all`, `4=Expenses:Food`.

use ledger_core::import::{CounterSplit, Decision, Decisions};
use ledger_core::{Book, ErrorKind, Result};

/// What is decided about lines. LINES are numbers as `import show` prints them: 3 or 2,5-7.
#[derive(clap::Args, Debug, Default)]
#[command(next_help_heading = "Decisions (LINES are numbers as printed by import show: 3 or 2,5-7)")]
pub(super) struct DecisionFlags {
    /// Do what is proposed for these lines, or for all that are not clear
    #[arg(long, value_name = "LINES|all")]
    accept: Vec<String>,

    /// Post nothing for these lines
    #[arg(long, value_name = "LINES")]
    skip: Vec<String>,

    /// Post these lines, whatever they resemble
    #[arg(long, value_name = "LINES")]
    new: Vec<String>,

    /// Post a line against this account
    #[arg(long, value_name = "LINE=ACCOUNT")]
    set: Vec<String>,

    /// Let an entry of the book stand for a line
    #[arg(long, value_name = "LINE=ENTRY")]
    link: Vec<String>,

    /// Post a line in parts, written without sign; one amount may be left out
    #[arg(long, value_name = "LINE=ACCOUNT AMOUNT,ACCOUNT")]
    split: Vec<String>,

    /// Account of the fees of transfers [default: Expenses:Fees:Bank if the book has it]
    #[arg(long, value_name = "ACCOUNT")]
    fee_account: Option<String>,

    /// Commit although the balances do not follow from the lines
    #[arg(long)]
    accept_gap: bool,
}

impl DecisionFlags {
    /// The decisions; a line that is decided twice is refused.
    pub(super) fn decisions(&self, book: &Book<'_>) -> Result<Decisions> {
        let mut decisions = Decisions { accept_gaps: self.accept_gap, ..Decisions::default() };
        for (flag, lists, decision) in [
            ("--accept", &self.accept, Decision::Accept),
            ("--skip", &self.skip, Decision::Skip),
            ("--new", &self.new, Decision::New),
        ] {
            for list in lists {
                if flag == "--accept" && list == "all" {
                    decisions.accept_all = true;
                    continue;
                }
                for line in numbers(flag, list)? {
                    decide(&mut decisions, line, decision.clone())?;
                }
            }
        }
        if let Some(name) = &self.fee_account {
            decisions.fee_account = Some(book.accounts().get(name)?.id.into());
        }
        for text in &self.set {
            let (line, account) = pair("--set", text)?;
            decide(&mut decisions, line, Decision::Account(book.accounts().get(account)?.id.into()))?;
        }
        for text in &self.link {
            let (line, entry) = pair("--link", text)?;
            let entry = entry.parse().map_err(|_| refused("--link", text, "LINE=ENTRY, such as 3=120"))?;
            decide(&mut decisions, line, Decision::Link(entry))?;
        }
        for text in &self.split {
            let (line, parts) = pair("--split", text)?;
            decide(&mut decisions, line, Decision::Split(splits(book, parts)?))?;
        }
        Ok(decisions)
    }
}

/// Parts as `ACCOUNT AMOUNT` with commas between; one amount may be left out.
pub(super) fn splits(book: &Book<'_>, text: &str) -> Result<Vec<CounterSplit>> {
    let part = |part: &str| {
        let part = part.trim();
        // The account comes first; an account's name may have blanks, an amount begins with a digit or a sign.
        let is_amount = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
        let place =
            part.match_indices(' ').map(|(place, _)| place).find(|place| is_amount(part[place + 1..].trim()));
        let (account, amount) = match place {
            Some(place) => (part[..place].trim(), Some(book.amount(part[place + 1..].trim())?)),
            None => (part, None),
        };
        Ok(CounterSplit { account: book.accounts().get(account)?.id.into(), amount, memo: None })
    };
    text.split(',').map(part).collect()
}

fn decide(decisions: &mut Decisions, line: u32, decision: Decision) -> Result<()> {
    match decisions.lines.insert(line, decision) {
        None => Ok(()),
        Some(_) => {
            Err(ErrorKind::Misuse(format!("line {line} is decided twice: say one thing about it")).into())
        }
    }
}

fn pair<'t>(flag: &str, text: &'t str) -> Result<(u32, &'t str)> {
    let found =
        text.split_once('=').and_then(|(line, value)| Some((line.trim().parse().ok()?, value.trim())));
    found.ok_or_else(|| refused(flag, text, "LINE=…, such as 3=Expenses:Food"))
}

fn numbers(flag: &str, list: &str) -> Result<Vec<u32>> {
    let wrong = || refused(flag, list, "numbers of lines, such as 3 or 2,5-7");
    let mut numbers = Vec::new();
    for part in list.split(',').map(str::trim) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let parse = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
        let (first, last) = (parse(first)?, parse(last)?);
        if first == 0 || last < first || last - first > 1_000_000 {
            return Err(wrong());
        }
        numbers.extend(first..=last);
    }
    Ok(numbers)
}

fn refused(flag: &str, text: &str, wanted: &str) -> ledger_core::Error {
    ErrorKind::Misuse(format!("{flag} \"{text}\" is not understood: it takes {wanted}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_by_numbers_and_ranges() {
        assert_eq!(numbers("--skip", "3").unwrap(), [3]);
        assert_eq!(numbers("--skip", "2, 5-7").unwrap(), [2, 5, 6, 7]);
        for wrong in ["", "0", "x", "7-5", "1-"] {
            let error = numbers("--skip", wrong).unwrap_err().to_string();
            assert!(error.contains(&format!("--skip \"{wrong}\"")), "{error}");
        }
        assert_eq!(pair("--set", "3=Expenses:Food").unwrap(), (3, "Expenses:Food"));
        assert!(pair("--set", "Expenses:Food").is_err());
    }
}
