//! Which commodity an amount of a statement is in: by its sign or code, its row's currency, or the account's.

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
}

/// Currency signs and the ISO 4217 codes of the currencies that are written with them.
const SIGNS: [(&str, &str); 13] = [
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
];

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
}
