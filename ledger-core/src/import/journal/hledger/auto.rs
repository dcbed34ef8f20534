//! Automated transactions: the simple ones are expanded, the others are listed as not imported.

use rust_decimal::Decimal;

use super::super::cursor::{Cursor, Fault, Lines};
use super::super::model::{AccountIndex, CommodityIndex, JournalEntry, JournalLine, LineDetail, LineState};
use super::super::weigh;
use super::{Dialect, Reader};

/// An automated transaction: lines to add for every line whose account fits.
#[derive(Debug)]
pub(super) struct AutoRule {
    patterns: Vec<Pattern>,
    lines: Vec<AutoLine>,
}

#[derive(Debug)]
struct AutoLine {
    account: AccountIndex,
    amount: AutoAmount,
    virtual_unbalanced: bool,
}

#[derive(Debug, Clone, Copy)]
enum AutoAmount {
    /// So many times the amount that fits.
    Times(Decimal),
    Fixed(Decimal, CommodityIndex),
}

/// Text in an account's name, at its start or end where anchored; in small letters.
#[derive(Debug)]
struct Pattern {
    text: String,
    at_start: bool,
    at_end: bool,
}

impl Pattern {
    /// Reads a regular expression that needs none: plain text with `^` and `$`.
    fn plain(text: &str) -> Option<Pattern> {
        let (at_start, text) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        let (at_end, text) = text.strip_suffix('$').map_or((false, text), |rest| (true, rest));
        let plain = !text.is_empty()
            && !text.contains(['.', '*', '+', '?', '(', ')', '[', ']', '{', '}', '\\', '^', '$']);
        plain.then(|| Pattern { text: text.to_lowercase(), at_start, at_end })
    }

    fn fits(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        match (self.at_start, self.at_end) {
            (true, true) => name == self.text,
            (true, false) => name.starts_with(&self.text),
            (false, true) => name.ends_with(&self.text),
            (false, false) => name.contains(&self.text),
        }
    }
}

impl<'t> Reader<'t> {
    /// `= PATTERN` with the lines to add. hledger adds them only when it is asked to, so that they are left out.
    pub(super) fn automated(
        &mut self,
        line: &'t str,
        number: u32,
        lines: &mut Lines<'t>,
    ) -> Result<(), Fault> {
        let pattern = line[1..].split(';').next().unwrap_or("").trim();
        let patterns = match self.dialect {
            Dialect::Ledger => patterns(pattern),
            Dialect::Hledger => None,
        };
        let mut rule = AutoRule { patterns: patterns.unwrap_or_default(), lines: Vec::new() };
        let mut simple = !rule.patterns.is_empty();
        while let Some((body, _)) = lines.next_indented() {
            if !simple || body.trim_start().starts_with(';') {
                continue;
            }
            match self.auto_line(body) {
                Some(line) => rule.lines.push(line),
                None => simple = false,
            }
        }
        if simple && !rule.lines.is_empty() {
            self.state.rules.push(rule);
        } else {
            self.out.leave_out("automated transaction", self.place(number), line);
        }
        Ok(())
    }

    fn auto_line(&mut self, line: &'t str) -> Option<AutoLine> {
        let cursor = Cursor::new(line, 0);
        let text = cursor.line.trim();
        let gap = text.find("  ").or_else(|| text.find('\t'))?;
        let (name, rest) = (text[..gap].trim(), &text[gap..]);
        if name.contains(['$', '%', '@']) {
            return None;
        }
        let (name, virtual_unbalanced) = match name.strip_prefix('(').and_then(|name| name.strip_suffix(')'))
        {
            Some(name) => (name, true),
            None => (name.trim_start_matches('[').trim_end_matches(']'), false),
        };
        let rest = rest.trim();
        let mut cursor = Cursor::new(rest, usize::from(rest.starts_with('*')));
        let written = self.plain_written(&mut cursor)?;
        let behind = cursor.rest().trim();
        if !(behind.is_empty() || behind.starts_with(';')) {
            return None;
        }
        let amount = match written.bare {
            true => AutoAmount::Times(written.quantity),
            false => AutoAmount::Fixed(written.quantity, written.commodity),
        };
        Some(AutoLine { account: self.account(name), amount, virtual_unbalanced })
    }

    fn plain_written(&mut self, cursor: &mut Cursor<'t>) -> Option<super::amount::Written> {
        // A number without a symbol is a factor here, whatever the default commodity is.
        let before = self.state.default_commodity.take();
        let commodities = self.out.commodities.len();
        let written = self.amount(cursor);
        self.state.default_commodity = before;
        let written = written.ok().flatten()?;
        if written.bare && self.out.commodities.len() > commodities {
            self.out.commodities[commodities].decimals = 0;
        }
        Some(written)
    }

    /// Adds what the rules above an entry add to it.
    pub(super) fn expand_rules(&mut self, entry: &mut JournalEntry<'t>) {
        let range = entry.first as usize..self.out.lines.len();
        weigh::fill_elided(&mut self.out, range.clone());
        let mut added = Vec::new();
        for at in range {
            let line = &self.out.lines[at];
            let name = self.out.account_name(line.account);
            for rule in
                self.state.rules.iter().filter(|rule| rule.patterns.iter().any(|pattern| pattern.fits(name)))
            {
                added.extend(
                    rule.lines.iter().map(|auto| (at, auto.account, auto.amount, auto.virtual_unbalanced)),
                );
            }
        }
        if added.is_empty() {
            return;
        }
        for (at, account, amount, virtual_unbalanced) in added {
            let JournalLine { quantity, commodity, state, line, .. } = self.out.lines[at].clone();
            let product = match amount {
                AutoAmount::Fixed(quantity, commodity) => Some((quantity, commodity)),
                AutoAmount::Times(factor) if state == LineState::Written || state == LineState::Filled => {
                    quantity.checked_mul(factor).map(|product| (product, commodity))
                }
                AutoAmount::Times(_) => None,
            };
            let Some((quantity, commodity)) = product else {
                let text = self.sources.line(self.place(line)).to_owned();
                self.out.leave_out("automated posting to a line without amount", self.place(line), &text);
                continue;
            };
            let place = self.push_line(account, line, LineState::Written);
            self.out.lines[place].quantity = quantity;
            self.out.lines[place].commodity = commodity;
            if virtual_unbalanced {
                self.out.lines[place].detail =
                    Some(Box::new(LineDetail { virtual_unbalanced, ..LineDetail::default() }));
            }
        }
        entry.count = self.out.lines.len() as u32 - entry.first;
        self.out.count("entry that automated transactions added to");
    }
}

/// `/a|b/`, `a` or `a or b`; nothing for more than that.
fn patterns(text: &str) -> Option<Vec<Pattern>> {
    let inner = match text.strip_prefix('/') {
        Some(rest) => rest.strip_suffix('/')?,
        None if text.contains([' ', '=', '"', '\'', '@', '%', '&', '<', '>']) || text.starts_with("expr") => {
            return None;
        }
        None => text,
    };
    inner.split('|').map(Pattern::plain).collect()
}
