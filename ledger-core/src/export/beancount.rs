//! Ledgers of beancount.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::book::{ExportedBook, JournalWriter};
use super::hledger::day;
use super::lots::{GAINS, LotLine, LotLines, PriceText};
use super::names::Names;
use super::words::exact;
use crate::account::{Account, AccountId, AccountKind};
use crate::journal::{Entry, Source, Tag};
use crate::lot::LotMethod;
use crate::money::{Amount, Commodity, format_minor};

/// Words in capitals that beancount reads as values.
const RESERVED: [&str; 3] = ["TRUE", "FALSE", "NULL"];

/// Writes a ledger of beancount.
///
/// Accounts and commodities get names of beancount's grammar (a root of the account's kind, segments that begin with
/// a capital or a digit), no two alike; the names of the book stand in the metadata of their `open` and `commodity`
/// directives. Prices are written as `@` where they give the stored weight exactly, as `@@` elsewhere. Units that are
/// held in lots stand with cost, day and label, those that go with the lot that they are of, and what a sale gained is
/// a line of its own, which beancount wants posted.
pub struct BeancountWriter<'a> {
    out: &'a mut dyn Write,
    accounts: Names<AccountId>,
    commodities: Names<Commodity>,
    lots: LotLines,
    /// Whether there is an account of gains already.
    has_gains: bool,
    /// What `balance` directives at the end have to say; `None` where none are wanted.
    balances: Option<Balances>,
}

/// Sums by account and commodity, and the last day of an entry.
#[derive(Default)]
struct Balances {
    sums: BTreeMap<String, BTreeMap<Commodity, i128>>,
    last: Option<NaiveDate>,
}

impl<'a> BeancountWriter<'a> {
    /// Writes options, commodities, accounts and prices; with `balances`, [`JournalWriter::end`] adds a `balance`
    /// directive for each account and commodity on the day after the last entry.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(out: &'a mut dyn Write, book: &ExportedBook<'_>, balances: bool) -> io::Result<Self> {
        let accounts = book.accounts.iter().map(|account| {
            let name = account_name(account);
            let same = name == account.name;
            (account.id, name, same)
        });
        let accounts = Names::new(accounts, |name, number| format!("{name}-{number}"));
        let commodities = book.commodities.iter().map(|commodity| {
            let name = currency(commodity.code());
            let same = name == commodity.code();
            (*commodity, name, same)
        });
        let commodities = Names::new(commodities, |name, number| {
            let number = number.to_string();
            // A name has at most 24 characters, all of them ASCII.
            format!("{}{number}", &name[..name.len().min(24 - number.len())])
        });
        let balances = balances.then(Balances::default);
        let lots = LotLines::new(book.lots, true, book.base_commodity);
        let has_gains = book.accounts.iter().any(|it| accounts.get(it.id) == GAINS);
        let mut writer = BeancountWriter { out, accounts, commodities, lots, has_gains, balances };
        writer.head(book)?;
        Ok(writer)
    }

    fn head(&mut self, book: &ExportedBook<'_>) -> io::Result<()> {
        let first = first_day(book);
        writeln!(self.out, "; Book {}, exported by ledger-core", exact(book.name))?;
        writeln!(self.out, "option \"title\" {}", quoted(book.name))?;
        writeln!(
            self.out,
            "option \"operating_currency\" \"{}\"",
            self.commodities.get(book.base_commodity)
        )?;
        // A total price is divided and multiplied again; where all amounts of an entry are whole, nothing else
        // would allow for the last of its 28 digits.
        writeln!(self.out, "option \"inferred_tolerance_default\" \"*:0.0000001\"")?;
        // Costs of units are not rounded there, as those of lots are here.
        for quote in book.lots.quotes().into_iter().filter(|quote| quote.scale() < 6) {
            let name = self.commodities.get(quote);
            let half = Decimal::new(5, u32::from(quote.scale()) + 1);
            writeln!(self.out, "option \"inferred_tolerance_default\" \"{name}:{half}\"")?;
        }
        for note in &book.lots.notes {
            writeln!(self.out, "; {note}")?;
        }
        writeln!(self.out)?;
        for commodity in book.commodities {
            let name = self.commodities.get(*commodity);
            writeln!(self.out, "{} commodity {name}\n  scale: {}", day(first), commodity.scale())?;
            if name != commodity.code() {
                writeln!(self.out, "  code: {}", quoted(commodity.code()))?;
            }
        }
        writeln!(self.out)?;
        for account in book.accounts {
            self.account(account, book, first)?;
        }
        if !book.prices.is_empty() {
            writeln!(self.out)?;
        }
        for price in book.prices {
            let (commodity, quote) =
                (self.commodities.get(price.commodity), self.commodities.get(price.quote));
            writeln!(self.out, "{} price {commodity} {} {quote}", day(price.on), price.rate)?;
        }
        Ok(())
    }

    fn account(&mut self, account: &Account, book: &ExportedBook<'_>, first: NaiveDate) -> io::Result<()> {
        let name = self.accounts.get(account.id);
        let used = book.used_from.get(&account.id).copied();
        let opened = account.opened_on.into_iter().chain(used).min().unwrap_or(first);
        let booking = account.lot_method.and_then(booking).filter(|_| !book.lots.is_empty());
        let booking = booking.map(|booking| format!(" \"{booking}\"")).unwrap_or_default();
        // Computed gains may be of other commodities.
        let only = account.commodity.filter(|_| name != GAINS || book.lots.is_empty());
        let only = only.map(|only| format!(" {}", self.commodities.get(only))).unwrap_or_default();
        writeln!(self.out, "{} open {name}{only}{booking}", day(opened))?;
        let facts = [
            ("name", (name != account.name).then_some(account.name.as_str())),
            ("subtype", account.subtype.as_deref()),
            ("note", account.note.as_deref()),
        ];
        for (key, value) in facts {
            if let Some(value) = value {
                writeln!(self.out, "  {key}: {}", quoted(value))?;
            }
        }
        // Beancount closes an account on the first day that it takes nothing any more.
        if let Some(closed) = account.closed_on.and_then(after).filter(|closed| *closed > opened) {
            writeln!(self.out, "{} close {}", day(closed), self.accounts.get(account.id))?;
        }
        Ok(())
    }

    fn line(&mut self, of: &LotLine<'_>) -> io::Result<()> {
        let line = of.line;
        let account = self.accounts.get(line.account_id);
        let commodity = self.commodities.get(of.units.commodity());
        write!(self.out, "  {account}  {} {commodity}", of.units.number())?;
        if let Some(mark) = &of.mark {
            let label = mark.label.as_ref().map(|label| format!(", {}", quoted(label))).unwrap_or_default();
            let quote = self.commodities.get(mark.quote);
            write!(self.out, " {{{} {quote}, {}{label}}}", mark.cost, day(mark.on))?;
        }
        match of.price {
            None => writeln!(self.out)?,
            Some(PriceText::Unit(rate, quote)) => {
                writeln!(self.out, " @ {rate} {}", self.commodities.get(quote))?;
            }
            Some(PriceText::Total(total)) => {
                writeln!(self.out, " @@ {} {}", total.number(), self.commodities.get(total.commodity()))?;
            }
        }
        if let Some(rate) = of.rounded_from() {
            writeln!(self.out, "    price: {rate}")?;
        }
        match of.sold {
            None => {}
            Some(PriceText::Unit(rate, quote)) => {
                writeln!(self.out, "    sold: \"@ {rate} {}\"", self.commodities.get(quote))?;
            }
            Some(PriceText::Total(total)) => {
                let quote = self.commodities.get(total.commodity());
                writeln!(self.out, "    sold: \"@@ {} {quote}\"", total.number())?;
            }
        }
        if let Some(memo) = line.memo.as_ref().filter(|_| of.is_first) {
            writeln!(self.out, "    memo: {}", quoted(memo))?;
        }
        if let Some(balances) = &mut self.balances {
            balances.add(account, of.units);
        }
        Ok(())
    }

    /// What a sale gained, and what rounding leaves.
    fn gain(&mut self, gain: Amount) -> io::Result<()> {
        let commodity = self.commodities.get(gain.commodity());
        writeln!(self.out, "  {GAINS}  {} {commodity}\n    computed: \"gain\"", gain.number())?;
        if let Some(balances) = &mut self.balances {
            balances.add(GAINS, gain);
        }
        Ok(())
    }
}

impl JournalWriter for BeancountWriter<'_> {
    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let written = self.lots.entry(entry);
        writeln!(self.out)?;
        if !written.gains.is_empty() && !self.has_gains {
            self.has_gains = true;
            writeln!(self.out, "{} open {GAINS}", day(entry.posted_on))?;
        }
        write!(self.out, "{} *", day(entry.posted_on))?;
        if let Some(party) = &entry.party {
            write!(self.out, " {}", quoted(party))?;
        }
        write!(self.out, " {}", quoted(&entry.description))?;
        let tags: Vec<(String, bool)> = entry.tags.iter().map(tag).collect();
        for (tag, _) in &tags {
            write!(self.out, " #{tag}")?;
        }
        for of in [entry.reverses, entry.amends].into_iter().flatten() {
            write!(self.out, " ^entry-{of}")?;
        }
        writeln!(self.out, "\n  entry: {}", entry.number)?;
        for (key, of) in [("reverses", entry.reverses), ("amends", entry.amends)] {
            if let Some(of) = of {
                writeln!(self.out, "  {key}: {of}")?;
            }
        }
        if tags.iter().any(|(_, same)| !same) {
            let written: Vec<String> = entry.tags.iter().map(Tag::to_string).collect();
            writeln!(self.out, "  tags: {}", quoted(&written.join(", ")))?;
        }
        if let Some(id) = &entry.external_id {
            writeln!(self.out, "  external-id: {}", quoted(id))?;
        }
        if entry.source != Source::Manual {
            writeln!(self.out, "  source: \"{}\"", entry.source.as_str())?;
        }
        if let Some(balances) = &mut self.balances {
            balances.last = balances.last.max(Some(entry.posted_on));
        }
        written.lines.iter().try_for_each(|line| self.line(line))?;
        written.gains.into_iter().try_for_each(|gain| self.gain(gain))
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(Balances { sums, last: Some(last) }) = self.balances.take()
            && let Some(on) = after(last)
        {
            writeln!(self.out)?;
            for (account, commodity, sum) in subtree_sums(&sums) {
                let name = self.commodities.get(commodity);
                let number = format_minor(sum, commodity);
                let number = number.split_once(' ').map_or("0", |(number, _)| number);
                writeln!(self.out, "{} balance {account}  {number} {name}", day(on))?;
            }
        }
        self.out.flush()
    }
}

impl Balances {
    fn add(&mut self, account: &str, amount: Amount) {
        let sums = match self.sums.get_mut(account) {
            Some(sums) => sums,
            None => self.sums.entry(account.to_owned()).or_default(),
        };
        *sums.entry(amount.commodity()).or_default() += i128::from(amount.minor());
    }
}

/// The sums of each account with all accounts below it, which is what a `balance` directive means.
fn subtree_sums(
    sums: &BTreeMap<String, BTreeMap<Commodity, i128>>,
) -> impl Iterator<Item = (&str, Commodity, i128)> {
    sums.keys().flat_map(move |account| {
        let below = format!("{account}:");
        let mut whole: BTreeMap<Commodity, i128> = BTreeMap::new();
        let own = sums.get_key_value(account);
        let others = sums.range(below.clone()..).take_while(move |(name, _)| name.starts_with(&below));
        for (_, sums) in own.into_iter().chain(others) {
            for (commodity, sum) in sums {
                *whole.entry(*commodity).or_default() += sum;
            }
        }
        whole.into_iter().map(move |(commodity, sum)| (account.as_str(), commodity, sum))
    })
}

/// What beancount calls a method; nothing for one that it does not have.
fn booking(method: LotMethod) -> Option<&'static str> {
    match method {
        LotMethod::Fifo => Some("FIFO"),
        LotMethod::Lifo => Some("LIFO"),
        LotMethod::Hifo => Some("HIFO"),
        LotMethod::Named => Some("STRICT"),
        LotMethod::Average => None,
    }
}

/// The day on which everything can be declared: before anything else happens.
fn first_day(book: &ExportedBook<'_>) -> NaiveDate {
    let opened = book.accounts.iter().filter_map(|account| account.opened_on);
    let priced = book.prices.iter().map(|price| price.on);
    let days = book.used_from.values().copied().chain(opened).chain(priced);
    days.min().unwrap_or(NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or(NaiveDate::MIN))
}

/// The next day, as long as a ledger can name it.
fn after(day: NaiveDate) -> Option<NaiveDate> {
    let last = NaiveDate::from_ymd_opt(9999, 12, 31)?;
    day.checked_add_days(Days::new(1)).filter(|next| *next <= last)
}

/// A name of beancount's grammar: a root that tells the kind, and at least one segment below it.
fn account_name(account: &Account) -> String {
    let root = account.kind.root();
    let mut segments: Vec<&str> = account.name.split(':').collect();
    if segments.len() > 1
        && segments.first().and_then(|first| AccountKind::from_root(first)) == Some(account.kind)
    {
        segments.remove(0);
    }
    let segments: Vec<String> = segments.into_iter().map(segment).collect();
    format!("{root}:{}", segments.join(":"))
}

fn segment(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if is_letter_or_digit(c) || c == '-' { c } else { '-' }).collect();
    let mut letters = plain.chars();
    match letters.next() {
        Some(first) if first.is_ascii_digit() || (first.is_uppercase() && is_letter_or_digit(first)) => plain,
        Some(first) if first.is_lowercase() => {
            let upper: String = first.to_uppercase().collect();
            if upper.chars().all(|c| is_letter_or_digit(c) && c.is_uppercase()) {
                return upper + letters.as_str();
            }
            format!("X{plain}")
        }
        _ => format!("X{plain}"),
    }
}

/// Letters and digits that every version of beancount takes as such: of the scripts that are widely written.
fn is_letter_or_digit(c: char) -> bool {
    match c {
        'A'..='Z' | 'a'..='z' | '0'..='9' => true,
        '\u{C0}'..='\u{24F}' => !matches!(c, '×' | '÷'),
        '\u{386}'
        | '\u{388}'..='\u{38A}'
        | '\u{38C}'
        | '\u{38E}'..='\u{3A1}'
        | '\u{3A3}'..='\u{3CE}'
        | '\u{400}'..='\u{481}'
        | '\u{48A}'..='\u{52F}'
        | '\u{5D0}'..='\u{5EA}'
        | '\u{620}'..='\u{64A}'
        | '\u{1E00}'..='\u{1EFF}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{4E00}'..='\u{9FA5}'
        | '\u{AC00}'..='\u{D7A3}' => true,
        _ => false,
    }
}

/// A commodity's name in beancount's grammar: capitals, digits and `'._-`, beginning with a letter and not ending
/// with a sign.
fn currency(code: &str) -> String {
    let mut name: String = code
        .chars()
        .map(|c| c.to_ascii_uppercase())
        .map(|c| {
            if c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '\'' | '.' | '_' | '-') {
                c
            } else {
                'X'
            }
        })
        .collect();
    if !name.ends_with(|last: char| last.is_ascii_alphanumeric()) {
        name.pop();
        name.push('X');
    }
    // A name of one letter is new to beancount 3.
    while name.len() < 2 || RESERVED.contains(&name.as_str()) {
        name.push('X');
    }
    name
}

/// A tag in beancount's grammar, and whether it tells key and value as they are.
fn tag(tag: &Tag) -> (String, bool) {
    let written = if tag.value.is_empty() { tag.key.clone() } else { format!("{}/{}", tag.key, tag.value) };
    let plain: String = written
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.') { c } else { '-' })
        .collect();
    let same = plain == written && !tag.key.contains('/');
    (plain, same)
}

/// A string of beancount.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Commodity;

    fn named(name: &str, kind: AccountKind) -> String {
        let account = Account {
            id: AccountId(1),
            name: name.to_owned(),
            kind,
            subtype: None,
            commodity: None,
            opened_on: None,
            closed_on: None,
            note: None,
            lot_method: None,
            aliases: Vec::new(),
        };
        account_name(&account)
    }

    #[test]
    fn accounts_get_names_of_beancounts_grammar() {
        for (name, written) in [
            ("Assets:Bank:N26", "Assets:Bank:N26"),
            ("assets:bank giro", "Assets:Bank-giro"),
            ("Assets", "Assets:Assets"),
            ("Vermögen:öffentlich", "Assets:Vermögen:Öffentlich"),
            ("Assets:ßtraße", "Assets:SStraße"),
            ("Assets:日本", "Assets:X日本"),
            ("Assets:(x)", "Assets:X-x-"),
            ("Assets:401k", "Assets:401k"),
            ("Assets:👍", "Assets:X-"),
            ("Income:Odd", "Assets:Income:Odd"),
        ] {
            assert_eq!(named(name, AccountKind::Asset), written);
        }
    }

    #[test]
    fn commodities_get_names_of_beancounts_grammar() {
        for (code, written) in [
            ("EUR", "EUR"),
            ("World.ETF", "WORLD.ETF"),
            ("h", "HX"),
            ("True", "TRUEX"),
            ("Äpfel", "XPFEL"),
            ("A-", "AX"),
            ("株", "XX"),
        ] {
            assert_eq!(currency(code), written);
        }
    }

    #[test]
    fn a_balance_of_an_account_counts_those_below_it() {
        let eur = Commodity::iso("EUR").unwrap();
        let sums = ["Assets:A", "Assets:A:B", "Assets:A-B", "Assets:A:B:C"];
        let sums = sums.iter().map(|name| ((*name).to_owned(), BTreeMap::from([(eur, 1)]))).collect();
        let found: Vec<_> = subtree_sums(&sums).map(|(name, _, sum)| (name, sum)).collect();
        assert_eq!(found, [("Assets:A", 3), ("Assets:A-B", 1), ("Assets:A:B", 2), ("Assets:A:B:C", 1)]);
    }

    #[test]
    fn quotes_and_backslashes_in_strings_are_escaped() {
        assert_eq!(quoted("a \"b\" \\c\nd"), "\"a \\\"b\\\" \\\\c d\"");
    }
}
