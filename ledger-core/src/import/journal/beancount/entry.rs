//! Transactions of beancount: header, postings and metadata.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::super::cursor::{Cursor, Fault, Lines};
use super::super::hledger::add_comment;
use super::super::model::{EntryDetail, JournalEntry, JournalLine, LineDetail, LineState};
use super::booking::UNKNOWN;
use super::{Reader, account_name, string};

/// What an export of ours says of an entry, and an import gives it anew.
const OWN_KEYS: [&str; 5] = ["entry", "reverses", "amends", "source", "external-id"];

impl<'t> Reader<'t> {
    /// Reads a transaction; one that cannot be read becomes a problem and is left out as a whole.
    pub(super) fn transaction(
        &mut self,
        on: NaiveDate,
        flag: &'t str,
        mut cursor: Cursor<'t>,
        number: u32,
        lines: &mut Lines<'t>,
    ) -> Result<(), Fault> {
        let first = self.out.lines.len();
        let mut entry = JournalEntry {
            description: Cow::Borrowed(""),
            detail: None,
            on,
            first: first as u32,
            count: 0,
            place: self.place(number),
            dropped: false,
        };
        match flag {
            "*" | "txn" => {}
            "!" => tag(&mut entry, "status", "pending"),
            other => tag(&mut entry, "flag", other),
        }
        self.header(&mut cursor, &mut entry)?;
        for at in 0..self.tags.len() {
            tag(&mut entry, self.tags[at], "");
        }
        let mut sound = true;
        while let Some((line, number)) = lines.next_indented_closed() {
            if let Err(fault) = self.body_line(line, number, first, &mut entry) {
                self.problem(line, number, &fault);
                sound = false;
            }
        }
        let end = self.out.lines.len();
        let place = self.place(number);
        if !self.out.keeps_entry(self.sources, (place, cursor.line), first, sound) {
            // Only its own: looking through all of them for every such entry would have no end.
            (first..end).for_each(|line| drop(self.costs.remove(&line)));
            return Ok(());
        }
        entry.count = (end - first) as u32;
        self.out.entries.push(entry);
        Ok(())
    }

    fn header(&mut self, cursor: &mut Cursor<'t>, entry: &mut JournalEntry<'t>) -> Result<(), Fault> {
        let mut texts: Vec<Cow<'t, str>> = Vec::with_capacity(2);
        loop {
            cursor.skip_blanks();
            match cursor.peek() {
                0 => break,
                b';' => {
                    comment(entry, cursor);
                    break;
                }
                b'"' if texts.len() < 2 => texts.push(string(cursor)?),
                b'|' => cursor.at += 1,
                b'^' if self.is_own && cursor.rest().starts_with("^entry-") => {
                    let rest = cursor.rest();
                    cursor.at += rest.find([' ', '\t']).unwrap_or(rest.len());
                }
                b'#' | b'^' => mark(entry, cursor)?,
                _ => return Err(cursor.fault("unreadable-entry", "neither a text, a tag nor a link")),
            }
        }
        let narration = texts.pop().unwrap_or_default();
        if let Some(party) = texts.pop().filter(|party| !party.trim().is_empty()) {
            entry.description = if narration.trim().is_empty() { party.clone() } else { narration };
            entry.detail.get_or_insert_default().party = Some(party);
        } else {
            entry.description = narration;
        }
        Ok(())
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
        match cursor.peek() {
            b';' => match self.out.lines.get_mut(first..).and_then(<[_]>::last_mut) {
                Some(last) => add_comment(last, line[cursor.at + 1..].trim()),
                None => comment(entry, &cursor),
            },
            b'#' | b'^' if self.out.lines.len() == first => {
                while matches!(cursor.peek(), b'#' | b'^') {
                    mark(entry, &mut cursor)?;
                    cursor.skip_blanks();
                }
            }
            b'a'..=b'z' => {
                let (key, value) = metadata(&cursor)?;
                if self.out.lines.len() == first {
                    if !(self.is_own && OWN_KEYS.contains(&key)) {
                        tag(entry, key, value);
                    }
                } else if key != "sold" || !self.sold(value) {
                    let text = cursor.rest().trim();
                    let text = if self.is_own && key == "memo" { value } else { text };
                    if let Some(last) = self.out.lines.last_mut() {
                        add_comment(last, text);
                    }
                }
            }
            _ => self.posting(cursor, number, entry.on)?,
        }
        Ok(())
    }

    /// Takes what an export of ours says of a sale at cost for its price, where that is in another commodity than the cost.
    fn sold(&mut self, value: &'t str) -> bool {
        let place = self.out.lines.len() - 1;
        if !value.starts_with('@') || !self.costs.contains_key(&place) {
            return false;
        }
        let Ok(price) = self.price(&mut Cursor::new(value, 0)) else { return false };
        self.out.lines[place].detail.get_or_insert_default().rate.get_or_insert(price);
        true
    }

    fn posting(&mut self, mut cursor: Cursor<'t>, number: u32, on: NaiveDate) -> Result<(), Fault> {
        let bytes = cursor.bytes();
        if bytes.len() > 1 && matches!(bytes[1], b' ' | b'\t') && !bytes[0].is_ascii_digit() {
            self.out.count("flag of a line");
            cursor.at += 1;
        }
        let Some(name) = account_name(&mut cursor) else {
            return Err(cursor.fault("missing-account", "an account such as Assets:Cash has to stand here"));
        };
        let account = self.names.account(&mut self.out, Cow::Borrowed(name));
        let quantity = self.number(&mut cursor)?;
        let commodity = self.currency(&mut cursor)?;
        let state = if quantity.is_some() { LineState::Written } else { LineState::Elided };
        let place = self.out.lines.len();
        self.out.lines.push(JournalLine {
            quantity: quantity.unwrap_or_default(),
            account,
            commodity: commodity.unwrap_or(UNKNOWN),
            state,
            line: number,
            detail: None,
        });
        if let (Some(quantity), Some(commodity)) = (quantity, commodity) {
            let seen = &mut self.out.commodities[usize::from(commodity)].decimals;
            *seen = (*seen).max(quantity.scale() as u8);
        }
        cursor.skip_blanks();
        if cursor.peek() == 0 {
            return Ok(());
        }
        let mut detail = LineDetail::default();
        if cursor.peek() == b'{' {
            let mut spec = self.cost(&mut cursor)?;
            if spec.says_more() {
                detail.lot = Some(Cow::Borrowed(spec.text));
            }
            spec.bought_on = on;
            self.costs.insert(place, spec);
            cursor.skip_blanks();
        }
        if cursor.peek() == b'@' {
            detail.rate = Some(self.price(&mut cursor)?);
            cursor.skip_blanks();
        }
        match cursor.peek() {
            0 => {}
            b';' => {
                let text = cursor.rest()[1..].trim();
                detail.comment = (!text.is_empty()).then_some(Cow::Borrowed(text));
            }
            _ => return Err(cursor.fault("unreadable-amount", "neither a cost, a price nor a comment")),
        }
        if quantity.is_none() && (detail.rate.is_some() || self.costs.contains_key(&place)) {
            return Err(cursor.fault("unreadable-amount", "a cost or a price needs a number before it"));
        }
        if detail != LineDetail::default() {
            self.out.lines[place].detail = Some(Box::new(detail));
        }
        Ok(())
    }
}

fn tag<'t>(entry: &mut JournalEntry<'t>, key: &'t str, value: &'t str) {
    entry.detail.get_or_insert_default().tags.push((Cow::Borrowed(key), Cow::Borrowed(value)));
}

fn comment<'t>(entry: &mut JournalEntry<'t>, cursor: &Cursor<'t>) {
    let text = cursor.rest().trim_start_matches(';').trim();
    if !text.is_empty() {
        let detail: &mut EntryDetail<'t> = entry.detail.get_or_insert_default();
        detail.comments.push(text);
    }
}

/// `#tag` or `^link`.
fn mark<'t>(entry: &mut JournalEntry<'t>, cursor: &mut Cursor<'t>) -> Result<(), Fault> {
    let link = cursor.peek() == b'^';
    cursor.at += 1;
    let bytes = cursor.bytes();
    let fits = |byte: &u8| {
        byte.is_ascii_alphanumeric() || *byte >= 0x80 || matches!(byte, b'-' | b'_' | b'/' | b'.')
    };
    let length = bytes.iter().position(|byte| !fits(byte)).unwrap_or(bytes.len());
    let text = cursor.rest().get(..length).unwrap_or("");
    if text.is_empty() {
        return Err(cursor.fault("unreadable-entry", "a tag or a link needs a name"));
    }
    cursor.at += length;
    match link {
        true => tag(entry, "link", text),
        false => tag(entry, text, ""),
    }
    Ok(())
}

/// `key: value`, with the value out of its quotes.
pub(super) fn metadata<'t>(cursor: &Cursor<'t>) -> Result<(&'t str, &'t str), Fault> {
    let fits =
        |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    match cursor.rest().split_once(':') {
        Some((key, value)) if fits(key) => {
            let value = value.trim();
            let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            Ok((key, inner.unwrap_or(value)))
        }
        _ => Err(cursor.fault("unreadable-line", "neither a posting nor metadata such as key: \"value\"")),
    }
}
