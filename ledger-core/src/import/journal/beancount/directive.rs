//! Directives of beancount other than transactions.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::cursor::{Cursor, Fault, Lines};
use super::super::model::{AccountIndex, Assertion, JournalPrice, Pad};
use super::booking::Method;
use super::{INCLUDES_MAX, Reader, account_name, date, string};
use crate::account::AccountKind;

impl<'t> Reader<'t> {
    /// Reads a directive that begins with a day.
    pub(super) fn dated(&mut self, line: &'t str, number: u32, lines: &mut Lines<'t>) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line, 0);
        let on = date(&mut cursor)?;
        cursor.skip_blanks();
        let word = cursor.rest().split([' ', '\t']).next().unwrap_or("");
        let start = cursor.at;
        cursor.at += word.len();
        match word {
            "open" => self.open_account(on, &mut cursor, lines)?,
            "close" => {
                let account = self.account(&mut cursor)?;
                self.out.accounts[account as usize].closed_on = Some(on);
                lines.skip_block();
            }
            "commodity" => {
                if self.currency(&mut cursor)?.is_none() {
                    return Err(
                        cursor.fault("unreadable-commodity", "a currency such as USD has to stand here")
                    );
                }
                self.skip_metadata(lines);
            }
            "balance" => {
                self.balance(on, &mut cursor, number)?;
                lines.skip_block();
            }
            "pad" => {
                let (account, from) = (self.account(&mut cursor)?, self.account(&mut cursor)?);
                let place = self.place(number);
                self.out.pads.push(Pad { on, account, from, place });
                lines.skip_block();
            }
            "price" => {
                let commodity = self.currency(&mut cursor)?;
                let (rate, quote) = self.amount(&mut cursor)?;
                let commodity = commodity.ok_or_else(|| {
                    Fault::new(start, "unreadable-price", "a price reads price EUR 1.10 USD")
                })?;
                let place = self.place(number);
                self.out.prices.push(JournalPrice { on, commodity, rate, quote, place });
                lines.skip_block();
            }
            "note" | "document" | "event" | "query" | "custom" => {
                let what = match word {
                    "note" => "note directive",
                    "document" => "document directive",
                    "event" => "event directive",
                    "query" => "query directive",
                    _ => "custom directive",
                };
                self.out.leave_out(what, self.place(number), line);
                lines.skip_block();
            }
            _ if is_flag(word) => self.transaction(on, word, cursor, number, lines)?,
            _ if word.starts_with(['"', '#', '^']) => {
                cursor.at = start;
                self.transaction(on, "*", cursor, number, lines)?;
            }
            _ => {
                let reason = format!("\"{}\" is no directive", crate::text::quote(word));
                return Err(Fault::new(start, "unknown-directive", reason));
            }
        }
        Ok(())
    }

    /// Reads a directive without a day.
    pub(super) fn undated(&mut self, line: &'t str, number: u32) -> Result<(), Fault> {
        let word = line.split([' ', '\t']).next().unwrap_or("");
        let mut cursor = Cursor::new(line, word.len());
        match word {
            "option" => {
                let (key, value) = (string(&mut cursor)?, string(&mut cursor)?);
                self.option(&key, value);
            }
            "plugin" => {
                let name = string(&mut cursor)?;
                match name.ends_with("auto_accounts") {
                    true => self.opens_by_itself = true,
                    false => self.out.leave_out("plugin", self.place(number), line),
                }
            }
            "include" => {
                let path = string(&mut cursor)?;
                self.include(&path, word.len() + 1)?;
            }
            "pushtag" => self.tags.push(pushed(&cursor)),
            "poptag" => {
                let tag = pushed(&cursor);
                match self.tags.iter().rposition(|pushed| *pushed == tag) {
                    Some(at) => drop(self.tags.remove(at)),
                    None => {
                        return Err(cursor.fault("stray-end", format!("the tag \"{tag}\" was not pushed")));
                    }
                }
            }
            "pushmeta" | "popmeta" => self.out.leave_out("pushed metadata", self.place(number), line),
            _ => {
                let reason = format!("\"{}\" is no directive", crate::text::quote(word));
                return Err(Fault::new(0, "unknown-directive", reason));
            }
        }
        Ok(())
    }

    fn account(&mut self, cursor: &mut Cursor<'t>) -> Result<AccountIndex, Fault> {
        match account_name(cursor) {
            Some(name) => Ok(self.names.account(&mut self.out, Cow::Borrowed(name))),
            None => Err(cursor.fault("missing-account", "an account such as Assets:Cash has to stand here")),
        }
    }

    fn open_account(
        &mut self,
        on: NaiveDate,
        cursor: &mut Cursor<'t>,
        lines: &mut Lines<'t>,
    ) -> Result<(), Fault> {
        let index = self.account(cursor)?;
        let mut commodities = Vec::new();
        while let Some(commodity) = self.currency(cursor)? {
            commodities.push(commodity);
            cursor.skip_blanks();
            if !cursor.take(",") {
                break;
            }
        }
        cursor.skip_blanks();
        if cursor.peek() == b'"' {
            let name = string(cursor)?;
            let method = Method::from_name(&name);
            let unknown =
                || cursor.fault("booking", format!("\"{name}\" is no booking method that is understood"));
            let method = method.ok_or_else(unknown)?;
            self.methods.insert(index, method);
            self.out.accounts[index as usize].lot_method = method.of_book();
        }
        let account = &mut self.out.accounts[index as usize];
        account.declared = true;
        account.opened_on = Some(account.opened_on.map_or(on, |before| before.min(on)));
        account.commodities = commodities;
        self.skip_metadata(lines);
        Ok(())
    }

    fn skip_metadata(&mut self, lines: &mut Lines<'t>) {
        while let Some((line, _)) = lines.next_indented() {
            if !line.trim_start().starts_with(';') {
                self.out.count("line of metadata of an account or commodity left out");
            }
        }
    }

    /// `balance ACCOUNT NUMBER [~ TOLERANCE] CURRENCY`.
    fn balance(&mut self, on: NaiveDate, cursor: &mut Cursor<'t>, number: u32) -> Result<(), Fault> {
        let account = self.account(cursor)?;
        let unreadable = |cursor: &Cursor<'_>| {
            cursor.fault("unreadable-amount", "a balance reads balance Assets:Cash 10.00 USD")
        };
        let quantity = self.number(cursor)?.ok_or_else(|| unreadable(cursor))?;
        cursor.skip_blanks();
        let told = if cursor.take("~") { self.number(cursor)? } else { None };
        let commodity = self.currency(cursor)?.ok_or_else(|| unreadable(cursor))?;
        // A whole unit of the last decimal place, as beancount has it.
        let places = quantity.scale();
        let usual = if places == 0 { Decimal::ZERO } else { Decimal::new(1, places) };
        self.out.assertions.push(Assertion {
            on,
            account,
            quantity,
            commodity,
            sole: false,
            with_below: true,
            tolerance: Some(told.unwrap_or(usual)),
            place: self.place(number),
        });
        Ok(())
    }

    fn option(&mut self, key: &str, value: Cow<'t, str>) {
        let kind = match key {
            "name_assets" => Some(AccountKind::Asset),
            "name_liabilities" => Some(AccountKind::Liability),
            "name_equity" => Some(AccountKind::Equity),
            "name_income" => Some(AccountKind::Income),
            "name_expenses" => Some(AccountKind::Expense),
            _ => None,
        };
        if key == "booking_method" {
            match Method::from_name(&value) {
                Some(method) => self.method = method,
                None => self.out.notes.push(format!(
                    "the booking method \"{value}\" is not understood; lots are booked strictly"
                )),
            }
        }
        if let Some(kind) = kind {
            self.roots.insert(value, kind);
        }
    }

    fn include(&mut self, path: &str, at: usize) -> Result<(), Fault> {
        let refuse = |reason: String| Fault::new(at, "include", reason);
        let files = self.sources.included(self.file, path).map_err(refuse)?;
        for &file in files {
            // Beancount reads every file once.
            if self.open.contains(&file) {
                return Err(refuse(format!("\"{path}\" includes itself")));
            }
            if self.open.len() >= INCLUDES_MAX {
                return Err(refuse(format!("files include each other more than {INCLUDES_MAX} deep")));
            }
            self.read_file(file);
        }
        Ok(())
    }
}

/// The tag that a `pushtag` or `poptag` names.
fn pushed<'t>(cursor: &Cursor<'t>) -> &'t str {
    cursor.rest().split(';').next().unwrap_or("").trim().trim_start_matches('#')
}

fn is_flag(word: &str) -> bool {
    let single =
        word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || b"*!&#?%".contains(&byte));
    single || word == "txn"
}
