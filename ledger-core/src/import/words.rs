//! The words that banks write over their columns, and what each column then holds.
//!
//! Written from the layouts of many banks. Ranks order words for the same thing: a posting date is taken before a
//! plain date, a plain date before a transaction date. Two columns of one rank are never chosen between.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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
}

/// What a header says: compared by its letters and digits alone, in lower case, accents off, a trailing number and
/// a currency code aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeaderName {
    roles: Vec<(Role, usize)>,
    /// The currency code in the header, as in `Betrag (EUR)` or `Credit in CHF`.
    pub code: Option<String>,
}

impl HeaderName {
    /// Takes a header apart; `is_code` says which words are currency codes.
    pub fn new(header: &str, is_code: &dyn Fn(&str) -> bool) -> HeaderName {
        let mut words =
            header.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let code_shaped = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let code_at = words.iter().rposition(|word| code_shaped(word) && is_code(word)).filter(|at| *at > 0);
        let code = code_at.map(|at| words.remove(at).to_owned());
        if code.is_some() && matches!(words.last(), Some(&("in" | "en"))) {
            words.pop();
        }
        let key = key(&words.concat());
        let base = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let roles = ROLES.get(&key).or_else(|| ROLES.get(base)).cloned().unwrap_or_default();
        HeaderName { roles, code }
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

/// What a direction word says about an unsigned amount: true for money out, false for money in.
pub(super) fn is_money_out(word: &str) -> Option<bool> {
    let key = key(word);
    let among = |words: &str| words.split('|').any(|word| word == key);
    if among(OUT) { Some(true) } else { among(IN).then_some(false) }
}

fn key(text: &str) -> String {
    let plain = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .filter(|c| c.is_alphanumeric() || *c == '+' || *c == '-');
    plain.collect::<String>().to_lowercase()
}

/// Direction words, split by bars.
const OUT: &str = "debit|debet|dbit|dr|d|db|soll|s|belastung|lastschrift|af|out|o|uit|addebito|cargo|支出|-";
const IN: &str = "credit|crdt|cr|c|cb|haben|h|gutschrift|bij|in|i|accredito|abono|收入|ingreso|+";

/// Words per role, split by bars; the lines of one role stand in the order of their ranks.
const WORDS: &[(Role, &str)] = &[
    (
        Role::Date,
        "booking date|bookingdate|posting date|post date|posted date|date posted|posted|posted on|\
         booked on|completed date|buchungstag|buchungsdatum|buchung|boekdatum|boekingsdatum|\
         date comptable|date de comptabilisation|fecha contable|data contabile|data registrazione|记账日期",
    ),
    (Role::Date, "date|datum|fecha|data|date utc|dates|日期"),
    (
        Role::Date,
        "transaction date|date de l operation|date operation|date d operation|fecha operacion|\
         fecha de operacion|fecha de la operacion|data operazione|transactiedatum|umsatzdatum|\
         transaktionsdatum|交易时间|交易日期",
    ),
    (Role::Date, "created|created on|created at"),
    (
        Role::ValueDate,
        "value date|valuta|valutadatum|valuta date|wertstellung|wertstellungstag|wertstellungsdatum|\
         wert|rentedatum|date de valeur|date valeur|fecha valor|fecha de valor|data valuta|value",
    ),
    (Role::Amount, "amount|betrag|bedrag|montant|importe|importo|monto|cantidad|betrag in|amount in"),
    (
        Role::Amount,
        "transaction amount|billing amount|umsatz|umsatzbetrag|transaktionsbetrag|buchungsbetrag|\
         montant de l operation|transactiebedrag|importe de la operacion|importo operazione|交易金额|金额|金额元",
    ),
    (
        Role::Debit,
        "debit|debits|debit amount|amount debit|withdrawal|withdrawals|withdrawal amount|money out|\
         paid out|soll|belastung|lastschrift|ausgabe|ausgaben|ausgang|debet|debito|debe|dare|addebito|\
         addebiti|uscite|cargo|cargos|af|uit|gastos",
    ),
    (
        Role::Credit,
        "credit|credits|credit amount|amount credit|deposit|deposits|deposit amount|money in|paid in|\
         haben|gutschrift|einnahme|einnahmen|eingang|avere|haber|credito|accredito|accrediti|entrate|\
         abono|abonos|bij|ingresos",
    ),
    (
        Role::Direction,
        "debit credit|credit debit|dr cr|cr dr|soll haben|af bij|direction|debet credit|\
         credit debit indicator|debit credit indicator|sens|收支",
    ),
    (Role::Direction, "transaction type|type|art|sh|cd|dc|code"),
    (
        Role::Description,
        "description|desc|verwendungszweck|vwz|omschrijving|libelle|libelle de l operation|concepto|\
         descripcion|descrizione|descrizione operazione|causale|narrative|transaction description|\
         notification text|bezeichnung|交易摘要",
    ),
    (
        Role::Description,
        "details|detail|detail de l ecriture|dettagli|detalle|text|bank description|buchungsdetails|\
         communication|mededelingen|mededeling|vrije mededeling|payment reference|name|商品",
    ),
    (Role::Description, "buchungstext|transaktionstyp|transaction type|type|transaction|operation"),
    (
        Role::Payee,
        "payee|empfanger|empfaenger|auftraggeber empfanger|auftraggeber empfaenger|\
         auftraggeber begunstigter|auftraggeber beguenstigter|begunstigter zahlungspflichtiger|\
         beguenstigter zahlungspflichtiger|begunstigter|beguenstigter|zahlungsempfanger|\
         zahlungsempfaenger|empfanger auftraggeber|name zahlungsbeteiligter|partner name|partnername|\
         naam tegenpartij|naam tegenrekening|tegenpartij|counterparty|counterparty name|beneficiaire|\
         contrepartie|beneficiario|controparte|ordenante|merchant|merchant name|对手信息|交易对方",
    ),
    (Role::Payee, "naam|nom|nombre|nome|naam omschrijving"),
    (
        Role::Memo,
        "memo|note|notes|notiz|remark|remarks|bemerkung|additional description|commentaire|opmerking|\
         observaciones|customer note|备注|客户摘要",
    ),
    (
        Role::Reference,
        "transaction id|transactionid|fitid|transaction reference|transactiereferentie|bank reference|\
         buchungsreferenz|transaktions id|id transaction|numero operation|numero de operacion|\
         id transazione|交易单号",
    ),
    (Role::Reference, "id|volgnr"),
    (
        Role::Currency,
        "currency|currency code|transaction currency|billing currency|iso currency code|ccy|wahrung|\
         waehrung|devise|divisa|moneda|munt|munteenheid|货币|币种",
    ),
    (Role::Currency, "valuta"),
    (
        Role::Balance,
        "balance|running balance|account balance|balance after|saldo|saldo nach buchung|kontostand|\
         solde|saldo na trn|saldo na mutatie|saldo disponible|saldo contabile|联机余额|余额",
    ),
    (Role::Balance, "saldo na transactie|balance amount|closing balance"),
    (
        Role::Fee,
        "fee|fees|fee amount|transaction fee|gebuhr|gebuehr|gebuhren|frais|kosten|comision|commission|\
         commissione|commissioni",
    ),
];

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
        assert_eq!(rank_of("Betrag (EUR)", Role::Amount), Some(0));
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
        assert_eq!(is_money_out("Débit"), Some(true));
        assert_eq!(is_money_out("BIJ"), Some(false));
        assert_eq!(is_money_out("fee"), None);
    }
}
