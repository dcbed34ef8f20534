//! Which commodity an amount of a statement is in: by its sign or code, its row's currency, or the account's.

use super::describe::excerpt;
use crate::ErrorKind;
use crate::money::Commodity;

/// The commodities that a statement can name.
#[derive(Clone, Copy)]
pub(super) struct Currencies<'r> {
    /// The account's own, for amounts that name none.
    pub default: Commodity,
    /// Looks up a code, or a sign that the caller knows.
    pub resolve: &'r dyn Fn(&str) -> Option<Commodity>,
}

impl Currencies<'_> {
    /// The commodity of a code, in either case.
    pub fn of_code(&self, code: &str) -> Option<Commodity> {
        (self.resolve)(code).or_else(|| (self.resolve)(&code.to_uppercase()))
    }

    /// The commodity that a sign or code beside an amount names.
    ///
    /// Most signs stand for several currencies: such a sign agrees with `expected` when that is one of them, and
    /// says nothing (none) otherwise.
    pub fn of_symbol(&self, symbol: &str, expected: Commodity) -> Option<Commodity> {
        let symbol = symbol.trim();
        let shares = SIGNS.iter().find(|(sign, _)| *sign == symbol).map_or("", |(_, codes)| codes);
        if shares.split(' ').any(|code| code == expected.code()) {
            return Some(expected);
        }
        let only = (!shares.is_empty() && !shares.contains(' ')).then(|| self.of_code(shares)).flatten();
        only.or_else(|| self.of_code(symbol))
    }

    /// The commodity that a cell of a currency column names: by its code, its sign or its name in ISO 4217.
    ///
    /// # Errors
    /// A clause with the way out, for a sign that several currencies share and for a word that is none.
    pub fn of_cell(&self, text: &str) -> Result<Commodity, String> {
        let found = self.of_code(text).or_else(|| self.of_symbol(text, self.default));
        found.or_else(|| self.of_name(text)).ok_or_else(|| match self.shared_sign(text) {
            Some(clause) => clause,
            None => ErrorKind::UnknownCommodity { code: excerpt(text).into_owned() }.to_string(),
        })
    }

    /// Why a sign leaves open which currency it stands for; none for one that no or one currency is written with.
    pub fn shared_sign(&self, sign: &str) -> Option<String> {
        let (sign, codes) = SIGNS.iter().find(|(known, codes)| *known == sign && codes.contains(' '))?;
        let shown = codes.split(' ').take(4).collect::<Vec<_>>().join(", ");
        Some(format!(
            "\"{sign}\" stands for several currencies ({shown} …), and {} is none of them: tell which with --commodity",
            self.default.code()
        ))
    }

    fn of_name(&self, text: &str) -> Option<Commodity> {
        let named = |(_, name): &(Commodity, &str)| name.eq_ignore_ascii_case(text);
        Commodity::iso_catalogue().find(named).and_then(|(listed, _)| self.of_code(listed.code()))
    }
}

/// Currency signs and the ISO 4217 codes of the currencies that are written with them.
const SIGNS: [(&str, &str); 24] = [
    (
        "$",
        "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP UYU BRL BBD BMD BSD BZD FJD GYD JMD LRD NAD SBD SRD TTD XCD",
    ),
    ("€", "EUR"),
    ("£", "GBP EGP FKP GIP SHP SYP LBP SSP SDG"),
    ("¥", "JPY CNY"),
    ("￥", "JPY CNY"),
    ("元", "CNY TWD HKD"),
    ("₹", "INR"),
    ("₩", "KRW KPW"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("kr", "SEK NOK DKK ISK"),
    ("zł", "PLN"),
    ("円", "JPY"),
    ("RMB", "CNY"),
    ("US$", "USD"),
    ("C$", "CAD"),
    ("CA$", "CAD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("R$", "BRL"),
];

/// Whether a cell could name a currency, known or not: a few words without a digit.
pub(super) fn looks_like_currency(cell: &str) -> bool {
    cell.len() <= 32 && !cell.contains(|c: char| c.is_ascii_digit()) && cell.split_whitespace().count() <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_sign_never_overrides_the_expected_currency() {
        let [cad, eur] = ["CAD", "EUR"].map(|code| Commodity::iso(code).unwrap());
        let currencies = Currencies { default: eur, resolve: &Commodity::iso };
        assert_eq!(currencies.of_symbol("$", cad), Some(cad));
        assert_eq!(currencies.of_symbol("$", eur), None);
        assert_eq!(currencies.of_symbol("€", cad), Some(eur));
        assert_eq!(currencies.of_symbol("cad", eur), Some(cad));
    }

    #[test]
    fn a_currency_is_known_by_its_code_its_own_sign_and_its_name() {
        let eur = Commodity::iso("EUR").unwrap();
        let currencies = Currencies { default: eur, resolve: &Commodity::iso };
        for (text, code) in
            [("usd", "USD"), ("US Dollar", "USD"), ("RMB", "CNY"), ("R$", "BRL"), ("€", "EUR")]
        {
            assert_eq!(currencies.of_cell(text).unwrap().code(), code, "{text}");
        }
        assert!(currencies.of_cell("$").unwrap_err().ends_with("tell which with --commodity"));
        assert!(currencies.of_cell("BTC").unwrap_err().starts_with("unknown commodity \"BTC\""));
    }
}
