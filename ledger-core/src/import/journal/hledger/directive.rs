//! Directives of ledger and hledger.

use std::borrow::Cow;

use super::super::cursor::{Cursor, Fault, Lines};
use super::super::sources::include_argument;
use super::state::Applied;
use super::{INCLUDES_MAX, Reader};
use crate::account::AccountKind;

impl<'t> Reader<'t> {
    /// Reads a directive with the indented lines below it.
    pub(super) fn directive(
        &mut self,
        line: &'t str,
        number: u32,
        lines: &mut Lines<'t>,
    ) -> Result<(), Fault> {
        let text = line.strip_prefix(['!', '@']).unwrap_or(line);
        let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let argument = rest.trim();
        match word {
            "account" => self.account_directive(argument, lines),
            "commodity" => return self.commodity_directive(argument, line, lines),
            "P" => return self.market_price(line, number),
            "D" => return self.default_commodity(line),
            "include" => return self.include(rest, line),
            "comment" | "test" => skip_to_end(word, lines),
            "alias" => return self.alias(argument),
            "apply" => return self.apply(argument, line, number),
            "end" => return self.end(argument),
            "year" | "Y" => return self.year(argument),
            "bucket" | "A" => self.state.bucket = Some(self.account(argument)),
            "decimal-mark" => self.state.mark_of_all = argument.bytes().next(),
            // What only checks the journal, or tells how to print it, changes no balance.
            "payee" | "tag" | "N" | "assert" | "check" => lines.skip_block(),
            "C" | "capture" | "def" | "define" | "eval" | "expr" | "value" | "python" | "import" => {
                self.out.leave_out("directive", self.place(number), line);
                lines.skip_block();
            }
            "i" | "o" | "b" | "h" | "I" | "O" => {
                let reason = "time clock lines hold no money; take them out of the file";
                return Err(Fault::new(0, "timeclock", reason));
            }
            _ if word.starts_with('Y') && word[1..].bytes().all(|byte| byte.is_ascii_digit()) => {
                return self.year(&word[1..]);
            }
            _ => {
                let reason =
                    format!("\"{}\" begins neither an entry nor a directive", crate::text::quote(word));
                return Err(Fault::new(0, "unknown-directive", reason));
            }
        }
        Ok(())
    }

    /// `account NAME  ; type: E`, with notes and aliases below.
    fn account_directive(&mut self, argument: &'t str, lines: &mut Lines<'t>) {
        let (name, comment) = match argument.split_once(';') {
            Some((name, comment)) => (name.trim_end(), comment),
            None => (argument, ""),
        };
        // Older hledger wrote the type behind a gap.
        let (name, letter) = match name.split_once("  ") {
            Some((name, letter)) => (name.trim_end(), letter.trim()),
            None => (name, ""),
        };
        let index = self.account(name);
        self.out.accounts[index as usize].declared = true;
        let mut kind = kind_of_type(letter).or_else(|| tagged_kind(comment));
        while let Some((line, _)) = lines.next_indented() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix(';') {
                kind = kind.or_else(|| tagged_kind(comment));
                continue;
            }
            let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            match word {
                "alias" => {
                    let full = Cow::Owned(self.out.account_name(index).to_owned());
                    self.state.aliases.push((Cow::Borrowed(rest.trim()), full));
                }
                "note" => self.out.accounts[index as usize].note = Some(rest.trim().to_owned()),
                "default" => self.state.bucket = Some(index),
                _ => self.out.count("line below an account directive"),
            }
        }
        if kind.is_some() {
            self.out.accounts[index as usize].kind = kind;
        }
    }

    /// `commodity SYMBOL` or `commodity 1,000.00 SYMBOL`, with `format` below.
    fn commodity_directive(
        &mut self,
        argument: &'t str,
        line: &'t str,
        lines: &mut Lines<'t>,
    ) -> Result<(), Fault> {
        let format = argument.split(';').next().unwrap_or("").trim();
        if format.bytes().any(|byte| byte.is_ascii_digit()) && !format.starts_with('"') {
            self.format(format)?;
        } else if !format.is_empty() {
            let mut cursor = Cursor::new(format, 0);
            if self.symbol(&mut cursor)?.is_none() {
                return Err(Fault::new(
                    line.len() - argument.len(),
                    "unreadable-commodity",
                    "a symbol has to stand here",
                ));
            }
        }
        while let Some((line, _)) = lines.next_indented() {
            let line = line.trim();
            match line.split_once([' ', '\t']) {
                Some(("format", format)) => self.format(format.trim())?,
                _ => self.out.count("line below a commodity directive"),
            }
        }
        Ok(())
    }

    /// Learns decimal mark and decimal places from an amount that shows how a commodity is written.
    fn format(&mut self, format: &'t str) -> Result<(), Fault> {
        let mut cursor = Cursor::new(format, 0);
        // What was learnt so far must not decide how the format itself is read.
        let groups = format.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
        let amount = self.amount(&mut cursor)?;
        let Some(mut amount) = amount else {
            return Err(Fault::new(0, "unreadable-commodity", "a format is an amount such as 1,000.00 EUR"));
        };
        let mark = format.bytes().rev().find(|byte| matches!(byte, b'.' | b','));
        if let Some(mark) = mark {
            let behind = format.bytes().rev().filter(u8::is_ascii_digit).count();
            let decimals = format
                .rsplit(char::from(mark))
                .next()
                .unwrap_or("")
                .bytes()
                .filter(u8::is_ascii_digit)
                .count();
            let kinds = usize::from(format.contains('.')) + usize::from(format.contains(','));
            // The last mark is the decimal mark, unless it stands several times.
            let mark = if groups > 1 && kinds == 1 { if mark == b'.' { b',' } else { b'.' } } else { mark };
            amount.decimals = if groups > 1 && kinds == 1 { 0 } else { decimals.min(behind).min(28) as u8 };
            self.state.set_mark(amount.commodity, mark);
        }
        self.note_decimals(&amount);
        Ok(())
    }

    fn default_commodity(&mut self, line: &'t str) -> Result<(), Fault> {
        let argument = line[1..].trim();
        self.format(argument)?;
        let mut cursor = Cursor::new(argument, 0);
        self.state.default_commodity = None;
        self.state.default_commodity =
            self.amount(&mut cursor)?.filter(|amount| !amount.bare).map(|amount| amount.commodity);
        Ok(())
    }

    fn include(&mut self, rest: &str, line: &str) -> Result<(), Fault> {
        let argument = include_argument(rest);
        let at = line.len() - rest.trim_start().len();
        let refuse = |reason: String| Fault::new(at, "include", reason);
        let files = self.sources.included(self.file, argument).map_err(refuse)?;
        for &file in files {
            if self.open.contains(&file) {
                return Err(refuse(format!("\"{argument}\" includes itself")));
            }
            if self.open.len() >= INCLUDES_MAX {
                return Err(refuse(format!("files include each other more than {INCLUDES_MAX} deep")));
            }
            self.read_file(file);
        }
        Ok(())
    }

    fn alias(&mut self, argument: &'t str) -> Result<(), Fault> {
        if argument.starts_with('/') {
            let reason = "an alias that is a regular expression is not understood; write it as OLD = NEW";
            return Err(Fault::new(0, "alias", reason));
        }
        let Some((old, new)) = argument.split_once('=') else {
            return Err(Fault::new(0, "alias", "an alias reads OLD = NEW"));
        };
        self.state.aliases.push((Cow::Borrowed(old.trim()), Cow::Borrowed(new.trim())));
        Ok(())
    }

    fn apply(&mut self, argument: &'t str, line: &str, number: u32) -> Result<(), Fault> {
        let (what, rest) = argument.split_once([' ', '\t']).unwrap_or((argument, ""));
        let rest = rest.trim();
        let applied = match what {
            "account" => Applied::Account(rest),
            "tag" => {
                let (key, value) = rest.split_once(':').unwrap_or((rest, ""));
                Applied::Tag(key.trim(), value.trim())
            }
            "year" => {
                let before = self.state.year;
                self.year(rest)?;
                Applied::Year(before)
            }
            _ => {
                self.out.leave_out("directive", self.place(number), line);
                Applied::Other
            }
        };
        self.state.applied.push(applied);
        Ok(())
    }

    fn end(&mut self, argument: &str) -> Result<(), Fault> {
        let what = argument.strip_prefix("apply").map_or(argument, str::trim_start);
        if what == "aliases" {
            self.state.aliases.clear();
            return Ok(());
        }
        let fits = |applied: &Applied<'_>| match applied {
            Applied::Account(_) => matches!(what, "" | "account"),
            Applied::Tag(..) => matches!(what, "" | "tag"),
            Applied::Year(_) => matches!(what, "" | "year"),
            Applied::Other => true,
        };
        match self.state.applied.pop() {
            Some(Applied::Year(before)) if fits(&Applied::Year(before)) => {
                self.state.year = before;
                Ok(())
            }
            Some(applied) if fits(&applied) => Ok(()),
            Some(applied) => {
                self.state.applied.push(applied);
                Err(Fault::new(
                    0,
                    "stray-end",
                    format!("\"end {argument}\" closes something else than was applied last"),
                ))
            }
            None => Err(Fault::new(0, "stray-end", format!("\"end {argument}\" closes nothing"))),
        }
    }

    fn year(&mut self, argument: &str) -> Result<(), Fault> {
        let year = argument.parse().ok().filter(|year| (1..=9999).contains(year));
        let reason = format!("\"{}\" is not a year", crate::text::quote(argument));
        self.state.year = Some(year.ok_or_else(|| Fault::new(0, "unreadable-date", reason))?);
        Ok(())
    }
}

/// Passes over a block up to its `end comment` or `end test`.
fn skip_to_end(word: &str, lines: &mut Lines<'_>) {
    while let Some((line, _)) = lines.next() {
        let rest = line.strip_prefix("end").map(str::trim_start);
        if rest.is_some_and(|rest| rest.trim_end() == word || (word == "test" && rest.is_empty())) {
            return;
        }
    }
}

/// The kind in a comment such as `type: A`.
fn tagged_kind(comment: &str) -> Option<AccountKind> {
    let at = comment.find("type:")?;
    let value = comment[at + "type:".len()..].split(',').next()?;
    kind_of_type(value.trim())
}

/// The kind that hledger's letter or word tells; cash is an asset, conversion is equity.
fn kind_of_type(text: &str) -> Option<AccountKind> {
    match text.to_ascii_lowercase().as_str() {
        "a" | "asset" | "assets" | "c" | "cash" => Some(AccountKind::Asset),
        "l" | "liability" | "liabilities" => Some(AccountKind::Liability),
        "e" | "equity" | "v" | "conversion" => Some(AccountKind::Equity),
        "r" | "revenue" | "revenues" | "income" | "g" | "gain" => Some(AccountKind::Income),
        "x" | "expense" | "expenses" => Some(AccountKind::Expense),
        _ => None,
    }
}
