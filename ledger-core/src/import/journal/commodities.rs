//! Which commodity of a book each symbol of a journal means, and how many decimal places it has.

use std::collections::{HashMap, HashSet};

use super::model::{CommodityIndex, JournalFile, LineRate};
use crate::money::Commodity;
use crate::{ErrorKind, Result};

/// Signs that stand for one currency, and those that several share with the one that is meant most.
const SIGNS: [(&str, &str, &[&str]); 18] = [
    ("$", "USD", &["AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD"]),
    ("€", "EUR", &[]),
    ("£", "GBP", &["EGP", "LBP"]),
    ("¥", "JPY", &["CNY"]),
    ("₹", "INR", &[]),
    ("₽", "RUB", &[]),
    ("₩", "KRW", &[]),
    ("₪", "ILS", &[]),
    ("₫", "VND", &[]),
    ("₴", "UAH", &[]),
    ("₺", "TRY", &[]),
    ("₦", "NGN", &[]),
    ("฿", "THB", &[]),
    ("₱", "PHP", &[]),
    ("US$", "USD", &[]),
    ("A$", "AUD", &[]),
    ("C$", "CAD", &[]),
    ("R$", "BRL", &[]),
];

/// The commodities of a book that a journal's symbols mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommodityPlan {
    /// By the journal's index.
    pub commodities: Vec<Commodity>,
    /// What was assumed, each a sentence.
    pub notes: Vec<String>,
}

impl CommodityPlan {
    /// Plans for all commodities of a journal.
    ///
    /// `symbols` says what a symbol means (`$` → `AUD`), `scales` how many decimal places a code gets, `resolve` what
    /// the book knows already, and `base` is the commodity of amounts that name none. A currency of ISO 4217 keeps
    /// the decimal places of ISO, what a book knows keeps those that it has, everything else gets the most that the
    /// journal writes.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidCommodity`] for a symbol that can be no code, and where a book's commodity has too few
    /// decimal places for the journal.
    pub fn new(
        file: &JournalFile<'_>,
        symbols: &HashMap<String, String>,
        scales: &HashMap<String, u8>,
        base: Commodity,
        known: &dyn Fn(&str) -> Option<Commodity>,
    ) -> Result<CommodityPlan> {
        let use_of = Use::of(file);
        let mut plan = CommodityPlan::default();
        let mut taken: HashMap<Commodity, usize> = HashMap::new();
        let mut codes = Codes::of(file);
        for (index, commodity) in file.commodities.iter().enumerate() {
            let symbol = &*commodity.symbol;
            let code = plan.code(
                symbol,
                symbols.get(symbol).map(String::as_str),
                base,
                use_of.amounts[index],
                &mut codes,
            );
            let decimals = match (use_of.amounts[index] || commodity.decimals > 0, use_of.quotes[index]) {
                (true, false) => commodity.decimals,
                (true, true) => commodity.decimals.max(2),
                (false, _) => commodity.decimals.max(use_of.rate_decimals[index]).max(2),
            };
            let scale = scales.get(&code).copied().unwrap_or(decimals.min(Commodity::SCALE_MAX));
            let planned = match known(&code) {
                Some(known) => known,
                None => Commodity::new(&code, scale)?,
            };
            plan.refuse_or_note_places(symbol, planned, commodity.decimals, &code)?;
            if let Some(other) =
                taken.insert(planned, index).filter(|other| use_of.amounts[index] && use_of.amounts[*other])
            {
                let other = &file.commodities[other].symbol;
                plan.notes.push(format!("\"{symbol}\" and \"{other}\" are both taken for {planned}"));
            }
            plan.commodities.push(planned);
        }
        Ok(plan)
    }

    /// The commodity of an index.
    pub fn of(&self, index: CommodityIndex) -> Option<Commodity> {
        self.commodities.get(usize::from(index)).copied()
    }

    fn code(
        &mut self,
        symbol: &str,
        told: Option<&str>,
        base: Commodity,
        used: bool,
        codes: &mut Codes<'_>,
    ) -> String {
        if let Some(told) = told {
            return told.to_owned();
        }
        if symbol.is_empty() {
            if used {
                self.notes.push(format!("amounts without a commodity are taken for {base}"));
            }
            return base.code().to_owned();
        }
        if let Some((_, usual, others)) = SIGNS.iter().find(|(sign, ..)| *sign == symbol) {
            let code = others.iter().find(|code| **code == base.code()).unwrap_or(usual);
            let other = if others.is_empty() {
                String::new()
            } else {
                format!(" (say otherwise with --symbol '{symbol}=CODE')")
            };
            self.notes.push(format!("\"{symbol}\" is taken for {code}{other}"));
            return (*code).to_owned();
        }
        let code = codes.fit(symbol);
        if code != symbol {
            self.notes
                .push(format!("\"{symbol}\" becomes {code} (say otherwise with --symbol '{symbol}=CODE')"));
        }
        code
    }

    fn refuse_or_note_places(
        &mut self,
        symbol: &str,
        planned: Commodity,
        decimals: u8,
        code: &str,
    ) -> Result<()> {
        if decimals <= planned.scale() {
            return Ok(());
        }
        let (scale, iso) = (planned.scale(), Commodity::iso(planned.code()).is_some());
        if !iso && scale < Commodity::SCALE_MAX {
            let reason = format!(
                "the book holds it with {scale} decimal places, and the journal writes {decimals} (give it another code, \
                 --symbol '{symbol}={code}2')"
            );
            return Err(ErrorKind::InvalidCommodity { code: code.to_owned(), reason }.into());
        }
        self.notes.push(format!(
            "amounts of {planned} with more than {scale} decimal places are rounded; what an entry lacks by that goes to {}",
            super::settle::ROUNDING
        ));
        Ok(())
    }
}

/// How the commodities of a journal are used.
struct Use {
    amounts: Vec<bool>,
    quotes: Vec<bool>,
    rate_decimals: Vec<u8>,
}

impl Use {
    fn of(file: &JournalFile<'_>) -> Use {
        let count = file.commodities.len();
        let mut used =
            Use { amounts: vec![false; count], quotes: vec![false; count], rate_decimals: vec![0; count] };
        for line in &file.lines {
            if line.state != super::model::LineState::Elided
                && let Some(amounts) = used.amounts.get_mut(usize::from(line.commodity))
            {
                *amounts = true;
            }
            let Some(detail) = &line.detail else { continue };
            for rate in [detail.rate, detail.other_rate].into_iter().flatten() {
                let (LineRate::Unit(number, quote) | LineRate::Total(number, quote)) = rate;
                used.quotes[usize::from(quote)] = true;
                let places = &mut used.rate_decimals[usize::from(quote)];
                *places = (*places).max(number.normalize().scale().min(9) as u8);
            }
        }
        used
    }
}

/// Codes for symbols that can be none: each its own, and none that is the symbol of another commodity.
struct Codes<'f> {
    symbols: HashSet<&'f str>,
    given: HashSet<String>,
    /// By the code that a symbol would have: how many have asked for it.
    asked: HashMap<String, usize>,
}

impl Codes<'_> {
    fn of<'f>(file: &'f JournalFile<'_>) -> Codes<'f> {
        let symbols = file.commodities.iter().map(|commodity| &*commodity.symbol).collect();
        Codes { symbols, given: HashSet::new(), asked: HashMap::new() }
    }

    /// A code as near to a symbol as codes can be.
    fn fit(&mut self, symbol: &str) -> String {
        let fits = |c: char| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '\'');
        let code: String = symbol.chars().map(|c| if fits(c) { c } else { '_' }).collect();
        let code = if code.starts_with(char::is_alphabetic) { code } else { format!("C{code}") };
        let first = start(&code, Commodity::CODE_LEN_MAX).to_owned();
        if first == symbol {
            return first;
        }
        loop {
            let asked = self.asked.entry(first.clone()).or_default();
            *asked += 1;
            let code = match asked {
                1 => first.clone(),
                number => {
                    let number = number.to_string();
                    format!("{}{number}", start(&first, Commodity::CODE_LEN_MAX - number.len()))
                }
            };
            if !self.symbols.contains(code.as_str()) && self.given.insert(code.clone()) {
                return code;
            }
        }
    }
}

/// The start of a text in at most so many bytes.
fn start(text: &str, bytes_max: usize) -> &str {
    let ends = text.char_indices().map(|(at, char)| at + char.len_utf8());
    &text[..ends.take_while(|end| *end <= bytes_max).last().unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::super::model::JournalCommodity;
    use super::*;

    #[test]
    fn symbols_that_can_be_no_code_get_one_each() {
        let symbols = [
            "Recipe: Elixir of Giant Growth",
            "Recipe: Elixir of Giant Strength",
            "M&M",
            "M-M",
            "M_M",
            "12",
            "株".repeat(9).as_str(),
        ]
        .map(str::to_owned);
        let commodity = |symbol: &String| JournalCommodity { symbol: symbol.clone().into(), decimals: 0 };
        let file =
            JournalFile { commodities: symbols.iter().map(commodity).collect(), ..JournalFile::default() };
        let mut codes = Codes::of(&file);
        let given: Vec<String> = symbols.iter().map(|symbol| codes.fit(symbol)).collect();
        assert_eq!(
            given,
            [
                "Recipe__Elixir_of_Giant_",
                "Recipe__Elixir_of_Giant2",
                "M_M2",
                "M-M",
                "M_M",
                "C12",
                "株株株株株株株株"
            ]
        );
        assert!(given.iter().all(|code| Commodity::new(code, 0).is_ok()));
    }
}
