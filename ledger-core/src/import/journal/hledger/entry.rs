//! Entries of ledger and hledger: the header and its postings.

use std::borrow::Cow;

use memchr::memchr2;

use super::super::cursor::{Cursor, Fault, Lines};
use super::super::model::{AccountIndex, EntryDetail, JournalEntry, JournalLine, LineDetail, LineState};
use super::{Dialect, Reader, comment, date};

impl<'t> Reader<'t> {
    /// Reads an entry; one that cannot be read becomes a problem and is left out as a whole.
    pub(super) fn entry(&mut self, header: &'t str, number: u32, lines: &mut Lines<'t>) {
        let first = self.out.lines.len();
        let mut entry = match self.header(header, number) {
            Ok(entry) => entry,
            Err(fault) => {
                self.problem(header, number, &fault);
                return lines.skip_block();
            }
        };
        let mut sound = true;
        while let Some((line, number)) = lines.next_indented() {
            if let Err(fault) = self.body_line(line, number, first, &mut entry) {
                self.problem(line, number, &fault);
                sound = false;
            }
        }
        let place = self.place(number);
        if !self.out.keeps_entry(self.sources, (place, header), first, sound) {
            return;
        }
        if self.out.lines.len() == first + 1
            && let Some(account) = self.state.bucket
        {
            self.push_line(account, number, LineState::Elided);
        }
        if self.is_repeated(&entry) {
            self.out.leave_out("entry whose UUID an earlier one has", self.place(number), header);
            return self.out.lines.truncate(first);
        }
        entry.count = (self.out.lines.len() - first) as u32;
        if !self.state.rules.is_empty() {
            self.expand_rules(&mut entry);
        }
        self.out.entries.push(entry);
    }

    /// Whether ledger has seen the UUID of an entry before; it counts such entries once.
    fn is_repeated(&mut self, entry: &JournalEntry<'t>) -> bool {
        let Some(detail) = entry.detail.as_deref().filter(|_| self.dialect == Dialect::Ledger) else {
            return false;
        };
        let uuid = detail.tags.iter().find(|(key, value)| key == "UUID" && !value.is_empty());
        uuid.is_some_and(|(_, uuid)| !self.state.uuids.insert(uuid.clone()))
    }

    fn header(&mut self, line: &'t str, number: u32) -> Result<JournalEntry<'t>, Fault> {
        let mut cursor = Cursor::new(line, 0);
        let on = date::date(&mut cursor, self.state.year)?;
        let mut detail: Option<Box<EntryDetail<'t>>> = None;
        if cursor.take("=") {
            let second = date::date(&mut cursor, Some(chrono::Datelike::year(&on)))?;
            detail
                .get_or_insert_default()
                .tags
                .push((Cow::Borrowed("date2"), Cow::Owned(second.to_string())));
        }
        if !matches!(cursor.peek(), 0 | b' ' | b'\t') {
            return Err(cursor.fault("unreadable-date", "a blank has to follow the date"));
        }
        cursor.skip_blanks();
        match cursor.peek() {
            b'*' => cursor.at += 1,
            b'!' => {
                cursor.at += 1;
                detail.get_or_insert_default().tags.push((Cow::Borrowed("status"), Cow::Borrowed("pending")));
            }
            _ => {}
        }
        cursor.skip_blanks();
        if cursor.peek() == b'(' {
            let before = cursor;
            cursor.at += 1;
            match cursor.until(b')') {
                Some(code) if !code.trim().is_empty() && !self.is_own => {
                    detail
                        .get_or_insert_default()
                        .tags
                        .push((Cow::Borrowed("code"), Cow::Borrowed(code.trim())));
                }
                Some(_) => {}
                None => cursor = before,
            }
            cursor.skip_blanks();
        }
        let (text, note) = self.split_comment(cursor.rest());
        if let Some(note) = note {
            comment::keep(detail.get_or_insert_default(), note, self.dialect);
        }
        let mut description = text.trim_end();
        if self.dialect == Dialect::Hledger
            && let Some((party, note)) = description.split_once('|')
        {
            let (party, note) = (party.trim(), note.trim());
            if !party.is_empty() {
                detail.get_or_insert_default().party = Some(Cow::Borrowed(party));
            }
            description = if note.is_empty() { party } else { note };
        }
        for (key, value) in self.state.tags() {
            detail.get_or_insert_default().tags.push((Cow::Borrowed(key), Cow::Borrowed(value)));
        }
        Ok(JournalEntry {
            description: Cow::Borrowed(description),
            detail,
            on,
            first: self.out.lines.len() as u32,
            count: 0,
            place: self.place(number),
            dropped: false,
        })
    }

    /// A description and the comment behind it. Ledger wants a wider gap before the comment.
    fn split_comment(&self, text: &'t str) -> (&'t str, Option<&'t str>) {
        let mut from = 0;
        while let Some(found) = memchr::memchr(b';', &text.as_bytes()[from..]) {
            let at = from + found;
            let before = &text[..at];
            let wide = before.is_empty() || before.ends_with("  ") || before.ends_with('\t');
            if self.dialect == Dialect::Hledger || wide {
                return (before, Some(&text[at + 1..]));
            }
            from = at + 1;
        }
        (text, None)
    }

    fn body_line(
        &mut self,
        line: &'t str,
        number: u32,
        first: usize,
        entry: &mut JournalEntry<'t>,
    ) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line, 0);
        cursor.skip_blanks();
        if cursor.peek() == b';' {
            let text = cursor.line[cursor.at + 1..].trim();
            if self.out.lines.len() > first && self.sold(text) {
                return Ok(());
            }
            match self.out.lines.get_mut(first..).and_then(<[_]>::last_mut) {
                Some(last) => add_comment(last, text),
                None if self.is_own && is_own_fact(text) => {}
                None => comment::keep(entry.detail.get_or_insert_default(), text, self.dialect),
            }
            return Ok(());
        }
        self.posting(cursor, number, entry)
    }

    /// Takes what an export of ours says of a sale at cost for its price: `sold @ 120 USD`.
    fn sold(&mut self, text: &'t str) -> bool {
        let Some(price) = text.strip_prefix("sold ").filter(|rest| self.is_own && rest.starts_with('@'))
        else {
            return false;
        };
        let place = self.out.lines.len() - 1;
        let is_of_lot = |line: &JournalLine<'_>| line.detail.as_deref().is_some_and(|it| it.booked.is_some());
        if !self.out.lines.get(place).is_some_and(is_of_lot) {
            return false;
        }
        let Ok(price) = self.price(&mut Cursor::new(price, 0)) else { return false };
        let Some(detail) = self.out.lines[place].detail.as_deref_mut() else { return false };
        // What stands as the price is the cost: the lot, without that, is no text for people.
        (detail.other_rate, detail.lot) = (None, None);
        if let Some(booked) = detail.booked.as_deref_mut() {
            (booked.price, booked.by_price) = (Some(price), false);
        }
        true
    }

    fn posting(
        &mut self,
        mut cursor: Cursor<'t>,
        number: u32,
        entry: &JournalEntry<'t>,
    ) -> Result<(), Fault> {
        if matches!(cursor.peek(), b'*' | b'!') {
            let mark =
                if cursor.peek() == b'*' { "cleared mark of a line" } else { "pending mark of a line" };
            self.out.count(mark);
            cursor.at += 1;
            cursor.skip_blanks();
        }
        let start = cursor.at;
        let (name, virtual_unbalanced) = posting_account(&mut cursor, self.dialect)?;
        let account = self.account(name);
        let amount = self.amount(&mut cursor)?;
        cursor.skip_blanks();
        // Nearly all lines end here.
        let plain = cursor.peek() == 0 && !virtual_unbalanced;
        if let Some(amount) = &amount {
            self.note_decimals(amount);
        }
        let state = if amount.is_some() { LineState::Written } else { LineState::Elided };
        let at = self.push_line(account, number, state);
        if let Some(amount) = amount {
            self.out.lines[at].quantity = amount.quantity;
            self.out.lines[at].commodity = amount.commodity;
        }
        if plain {
            return Ok(());
        }
        let mut detail = LineDetail { virtual_unbalanced, ..LineDetail::default() };
        if let Some(mut assertion) = self.behind_amount(&mut cursor, amount, &mut detail)? {
            (assertion.on, assertion.account) = (entry.on, account);
            assertion.place = self.place(number);
            if amount.is_none() {
                self.out.lines[at].state = LineState::Assigned;
                self.out.lines[at].commodity = assertion.commodity;
            }
            detail.assertion = Some(Box::new(assertion));
        }
        if virtual_unbalanced && self.out.lines[at].state == LineState::Elided {
            let reason = "a virtual posting in round brackets needs an amount";
            return Err(Fault::new(start, "unreadable-amount", reason));
        }
        let comment = cursor.rest().strip_prefix(';').map(str::trim).filter(|text| !text.is_empty());
        detail.comment = comment.map(Cow::Borrowed);
        if detail != LineDetail::default() {
            self.out.lines[at].detail = Some(Box::new(detail));
        }
        Ok(())
    }

    pub(super) fn push_line(&mut self, account: AccountIndex, line: u32, state: LineState) -> usize {
        let quantity = rust_decimal::Decimal::ZERO;
        self.out.lines.push(JournalLine { quantity, account, commodity: 0, state, line, detail: None });
        self.out.lines.len() - 1
    }

    /// The account with this name, below those applied and by its aliases.
    pub(super) fn account(&mut self, name: &'t str) -> AccountIndex {
        let name = match self.state.plain_names() {
            true => Cow::Borrowed(name),
            false => self.state.full_name(name),
        };
        self.names.account(&mut self.out, name)
    }
}

/// The account of a posting, up to two blanks or a tab, and whether it is one in round brackets.
fn posting_account<'t>(cursor: &mut Cursor<'t>, dialect: Dialect) -> Result<(&'t str, bool), Fault> {
    let start = cursor.at;
    let bytes = cursor.bytes();
    let mut length = bytes.len();
    let mut from = 0;
    while let Some(found) = memchr2(b' ', b'\t', &bytes[from..]) {
        let at = from + found;
        if bytes[at] == b'\t' || matches!(bytes.get(at + 1), Some(b' ' | b'\t')) {
            length = at;
            break;
        }
        from = at + 1;
    }
    let name = cursor.rest().get(..length).unwrap_or("").trim_end();
    cursor.at += length;
    let inner = |open: char, close: char| name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    // Ledger posts an account in angle brackets after all others, which changes no balance.
    let deferred = inner('<', '>').filter(|_| dialect == Dialect::Ledger);
    let (name, unbalanced) = match (inner('(', ')'), inner('[', ']').or(deferred)) {
        (Some(name), _) => (name, true),
        (_, Some(name)) => (name, false),
        _ => (name, false),
    };
    if name.trim().is_empty() {
        return Err(Fault::new(start, "missing-account", "an account has to stand here"));
    }
    Ok((name.trim(), unbalanced))
}

/// Whether a comment of an entry is what an export of ours says of it, and an import gives it anew.
fn is_own_fact(text: &str) -> bool {
    ["reverses: ", "amends: ", "source: ", "external id "].iter().any(|fact| text.starts_with(fact))
}

/// Adds a comment to a line, below one that it has.
pub(in super::super) fn add_comment<'t>(line: &mut JournalLine<'t>, text: &'t str) {
    if text.is_empty() {
        return;
    }
    append(&mut line.detail.get_or_insert_default().comment, "; ", text);
}

/// Adds a text behind one that is there, in place: there may be very many.
pub(super) fn append<'t>(to: &mut Option<Cow<'t, str>>, between: &str, text: &'t str) {
    match to {
        Some(before) if !before.is_empty() => {
            let before = before.to_mut();
            before.push_str(between);
            before.push_str(text);
        }
        _ => *to = Some(Cow::Borrowed(text)),
    }
}
