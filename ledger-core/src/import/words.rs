//! The words that banks write over their columns, and what each column then holds.
//!
//! Ranks order words for the same thing: a posting date is taken before a
//! plain date, a plain date before a transaction date. Two columns of one rank are never chosen between.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::currency::Currencies;
use super::vocabulary::{IN, NEUTRAL, OUT, WORDS};
use crate::money::Commodity;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Date,
    ValueDate,
    Amount,
    Debit,
    Credit,
    Direction,
    Description,
    Payee,
    Memo,
    Reference,
    Currency,
    Balance,
    Fee,
    State,
    /// The own account, not that of the other party.
    Account,
}

/// What a header says: compared by its letters and digits alone, in lower case, accents off, a trailing number and
/// a currency code aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeaderName {
    roles: Vec<(Role, usize)>,
    /// The currency code in the header, as in `Betrag (EUR)` or `Credit in CHF`.
    pub code: Option<String>,
    /// The sign of a currency in the header, as in `Withdrawals ($)`.
    pub sign: Option<String>,
}

impl HeaderName {
    /// Takes a header apart; `is_code` says which words are currency codes.
    pub fn new(header: &str, is_code: &dyn Fn(&str) -> bool) -> HeaderName {
        let plain = without_unit(header);
        let mut words =
            plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let code_shaped = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let code_at = words.iter().rposition(|word| code_shaped(word) && is_code(word)).filter(|at| *at > 0);
        let code = code_at.map(|at| words.remove(at).to_owned());
        if code.is_some() && matches!(words.last(), Some(&("in" | "en"))) {
            words.pop();
        }
        let key = key(&words.concat());
        let base = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let roles = ROLES.get(&key).or_else(|| ROLES.get(base)).cloned().unwrap_or_default();
        HeaderName { roles, code, sign: sign_in(header).map(str::to_owned) }
    }

    /// The commodity that the header names; none also for a sign that does not say which.
    pub fn currency(&self, currencies: Currencies<'_>) -> Option<Commodity> {
        let by_sign = || currencies.of_symbol(self.sign.as_deref()?, currencies.default);
        self.code.as_deref().and_then(currencies.resolve).or_else(by_sign)
    }

    /// The rank of the header for a role, from 0 for the surest word; none where it does not name the role.
    pub fn rank(&self, role: Role) -> Option<usize> {
        self.roles.iter().find(|(named, _)| *named == role).map(|(_, rank)| *rank)
    }
}

/// The roles that each word names, with its rank for each.
static ROLES: LazyLock<HashMap<String, Vec<(Role, usize)>>> = LazyLock::new(|| {
    let mut roles: HashMap<String, Vec<(Role, usize)>> = HashMap::new();
    for (at, (role, words)) in WORDS.iter().enumerate() {
        let rank = WORDS[..at].iter().filter(|(before, _)| before == role).count();
        words.split('|').for_each(|word| roles.entry(key(word)).or_default().push((*role, rank)));
    }
    roles
});

/// A header without a sign of currency or a time zone in brackets: `Saldo (R$)`, `Date (UTC)`.
fn without_unit(header: &str) -> Cow<'_, str> {
    let bracketed = || {
        let (start, end) = (header.find(['(', '（', '['])?, header.rfind([')', '）', ']'])?);
        let inner = header.get(start..end)?.trim_start_matches(['(', '（', '[']).trim();
        let is_sign = inner.chars().count() <= 3 && inner.contains(|c| "€£$¥￥₹₺₽元円".contains(c));
        (is_sign || ["utc", "gmt", "kr", "Rs"].iter().any(|unit| unit.eq_ignore_ascii_case(inner))).then(
            || {
                Cow::from(format!(
                    "{} {}",
                    &header[..start],
                    header[end..].trim_start_matches([')', '）', ']'])
                ))
            },
        )
    };
    bracketed().unwrap_or(Cow::from(header))
}

/// The sign of a currency that stands apart in a header: `$` of `Withdrawals ($)`, `US$` of `US$ paid`.
fn sign_in(header: &str) -> Option<&str> {
    let mut words = header.split(|c: char| c.is_whitespace() || "()（）[]".contains(c));
    words.find(|word| word.chars().count() <= 3 && word.contains(|c| "€£$¥￥₹₺₽元円".contains(c)))
}

/// What a word beside an unsigned amount says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Out,
    In,
    /// Neither: the row moves nothing into or out of the account.
    Neutral,
}

impl Direction {
    /// What a word says; none for one that is not known.
    pub fn of(word: &str) -> Option<Direction> {
        let among = |words: &str, key: &str| words.split('|').any(|word| word == key);
        let key = key(word);
        match key.as_str() {
            "" => (word.trim() == "/").then_some(Direction::Neutral),
            key if among(OUT, key) => Some(Direction::Out),
            key if among(IN, key) => Some(Direction::In),
            key => among(NEUTRAL, key).then_some(Direction::Neutral),
        }
    }
}

/// The letters and digits of a text in lower case, accents off: how names and words are compared.
pub(super) fn key(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || *c == '+' || *c == '-';
    if text.is_ascii() {
        return text.chars().filter(kept).map(|c| c.to_ascii_lowercase()).collect();
    }
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).filter(kept);
    plain.collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank_of(header: &str, role: Role) -> Option<usize> {
        HeaderName::new(header, &|word| ["EUR", "CHF"].contains(&word)).rank(role)
    }

    #[test]
    fn headers_match_without_case_accents_numbers_and_currency() {
        assert_eq!(rank_of("Buchungstag", Role::Date), Some(0));
        assert_eq!(rank_of(" DATE ", Role::Date), Some(1));
        assert_eq!(rank_of("Betrag (EUR)", Role::Amount), Some(1));
        assert_eq!(rank_of("Saldo (R$)", Role::Balance), Some(0));
        assert_eq!(rank_of("Created (UTC)", Role::Date), Some(3));
        assert_eq!(rank_of("Credit in CHF", Role::Credit), Some(0));
        assert_eq!(rank_of("Empfänger", Role::Payee), Some(0));
        assert_eq!(rank_of("Währung", Role::Currency), Some(0));
        assert_eq!(rank_of("Omschrijving-2", Role::Description), Some(0));
        assert_eq!(rank_of("RunningBalance", Role::Balance), Some(0));
        assert_eq!(rank_of("Date de l'opération", Role::Date), Some(2));
    }

    #[test]
    fn columns_of_another_currency_are_not_the_amount() {
        assert_eq!(rank_of("Betrag (Fremdwährung)", Role::Amount), None);
        assert_eq!(rank_of("Original Amount", Role::Amount), None);
        assert_eq!(rank_of("Original Currency", Role::Currency), None);
    }

    #[test]
    fn a_currency_code_in_a_header_is_kept() {
        let name = HeaderName::new("Betrag (EUR)", &|word| word == "EUR");
        assert_eq!(name.code.as_deref(), Some("EUR"));
        assert_eq!(HeaderName::new("EUR", &|_| true).code, None);
    }

    #[test]
    fn no_direction_word_says_both() {
        assert!(OUT.split('|').all(|word| !IN.split('|').any(|other| other == word)));
        assert_eq!(Direction::of("Débit"), Some(Direction::Out));
        assert_eq!(Direction::of("BIJ"), Some(Direction::In));
        assert_eq!(Direction::of("/"), Some(Direction::Neutral));
        assert_eq!((Direction::of("fee"), Direction::of("")), (None, None));
    }
}
