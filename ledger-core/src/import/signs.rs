//! Whether a file writes money out as negative or, as many card statements do, as positive.
//!
//! The running balance tells, or the rows do: a fee or a purchase is money out, a refund or a salary money in.

use rust_decimal::Decimal;

use super::columns::{AmountColumns, Columns};
use super::evidence::Evidence;
use super::explain::{Confidence, Decisions};
use super::layout::Layout;
use super::profile::CsvProfile;
use super::words::key;

const FLAG: &str = "--negate or --no-negate";

/// How the signs of a file are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SignRule {
    /// Money out is positive.
    pub negate: bool,
    /// The running balance is what is owed, and so positive as well.
    pub negate_balance: bool,
}

/// Finds the rule.
pub(super) fn find(
    layout: &Layout<'_>,
    evidence: &Evidence<'_>,
    columns: &Columns,
    profile: &CsvProfile,
    decisions: &mut Decisions,
    notes: &mut Vec<String>,
) -> SignRule {
    let (negate, confidence, reason) = match (profile.negate, columns.amount) {
        (Some(negate), _) => (negate, Confidence::High, "told, or by the layout".to_owned()),
        (None, AmountColumns::Signed(index)) => signed(layout, evidence, columns, index, notes),
        (None, AmountColumns::Directed { direction, .. }) => {
            let name = layout.column_name(direction);
            if profile.direction.is_none() {
                notes.push(format!("the signs of the amounts are taken from column {name}"));
            }
            (false, Confidence::High, format!("column {name} says it of each row"))
        }
        (None, AmountColumns::Split { .. }) => {
            (false, Confidence::High, "each side has its column".to_owned())
        }
    };
    let choice = if negate { "money out is positive" } else { "money out is negative" };
    decisions.note("sign", FLAG, choice, confidence, reason);
    let negate_balance = negate && ties(evidence, columns, false) > ties(evidence, columns, true);
    SignRule { negate, negate_balance }
}

/// In how many steps the balance follows from the amounts, as they stand or with the opposite sign; none where it
/// does so in few.
fn ties(evidence: &Evidence<'_>, columns: &Columns, negate: bool) -> usize {
    let amount = |row: &[String]| {
        let value = evidence.amount(row, columns.amount)?;
        Some(if negate { -value } else { value })
    };
    let proof = columns.balance.map(|balance| evidence.proof(balance, columns.currency, amount));
    // What seems to be the opposite sign, in an order of time that the dates deny, is a balance before each row.
    let in_time = |newest_first| !negate || evidence.is_newest_first(columns.date) == Some(newest_first);
    proof.filter(|proof| proof.convinces() && in_time(proof.newest_first)).map_or(0, |proof| proof.ties)
}

/// The rule for one column of signed amounts.
fn signed(
    layout: &Layout<'_>,
    evidence: &Evidence<'_>,
    columns: &Columns,
    index: usize,
    notes: &mut Vec<String>,
) -> (bool, Confidence, String) {
    let facts = &evidence.survey.columns[index];
    let is_card = is_card(layout);
    let (usual, opposite) = sign_votes(evidence, columns, index);
    let votes_say_opposite = opposite > 4 * usual && (opposite > 1 || is_card);
    let (as_written, turned) = (ties(evidence, columns, false), ties(evidence, columns, true));
    // Rows of one amount tie both ways, in either order of time; one step alone turns nothing around.
    if turned > as_written.max(1) {
        let reason =
            format!("the running balance follows from the amounts with the opposite sign, in {turned} steps");
        return (true, Confidence::High, reason);
    }
    if as_written > 0 && !(is_card && votes_say_opposite) {
        let reason = format!("the running balance follows from the amounts in {as_written} steps");
        return (false, Confidence::High, reason);
    }
    if votes_say_opposite {
        let reason =
            "rows of purchases and fees are positive, or of payments and refunds negative".to_owned();
        notes.push(format!(
            "money out is positive in column {} ({reason}): if that is wrong, use --no-negate",
            layout.column_name(index)
        ));
        return (true, Confidence::Medium, reason);
    }
    if is_card && usual == 0 && facts.positive > 2 * facts.negative {
        notes.push(format!(
            "most amounts in column {} are positive, and it is a card's: these are read as money out; if that is \
             wrong, use --no-negate",
            layout.column_name(index)
        ));
        return (true, Confidence::Low, "it is a card's statement, and most amounts are positive".to_owned());
    }
    if facts.negative == 0 && facts.positive > 1 {
        notes.push(format!(
            "no amount in column {} is negative: all are read as money in; if the file writes money out as positive, \
             use --negate",
            layout.column_name(index)
        ));
        return (false, Confidence::Low, "no amount is negative".to_owned());
    }
    let confidence = if usual > 0 || facts.negative > 0 { Confidence::High } else { Confidence::Medium };
    (false, confidence, "the usual way, and no row speaks against it".to_owned())
}

/// Whether the columns are those of a card's statement: a card, a merchant, and no balance.
fn is_card(layout: &Layout<'_>) -> bool {
    let Some(header) = &layout.header else { return false };
    let names = header.written.iter().map(|name| key(name)).collect::<Vec<_>>();
    let speaks = |words: &[&str]| names.iter().any(|name| words.iter().any(|word| name.contains(word)));
    speaks(&["card", "karte", "carte", "tarjeta", "kaart", "merchant"])
        && !speaks(&["balance", "saldo", "solde"])
}

/// How many rows of plain meaning have the usual sign, and how many the opposite one.
fn sign_votes(evidence: &Evidence<'_>, columns: &Columns, amount: usize) -> (usize, usize) {
    let (mut usual, mut opposite) = (0, 0);
    for row in &evidence.survey.sample {
        let Some(value) = evidence.value(row, amount).filter(|value| !value.is_zero()) else { continue };
        match meaning(row, columns.date) {
            // No bank account thanks for a payment: such a row alone tells a card.
            Some(is_out) if is_out == (value < Decimal::ZERO) => usual += weight(row),
            Some(_) => opposite += weight(row),
            None => {}
        }
    }
    (usual, opposite)
}

fn weight(row: &[String]) -> usize {
    let thanks = |cell: &String| {
        let cell = cell.to_lowercase();
        cell.contains("payment") && cell.contains("thank")
    };
    if row.iter().any(thanks) { 2 } else { 1 }
}

/// For two columns of which each row fills one: how many rows speak for `one`, and for the other, as money out.
pub(super) fn out_votes(evidence: &Evidence<'_>, date: usize, one: usize) -> (usize, usize) {
    let (mut votes_one, mut votes_other) = (0, 0);
    for row in &evidence.survey.sample {
        let has = |index| evidence.value(row, index).is_some_and(|value| !value.is_zero());
        match (meaning(row, date), has(one)) {
            (Some(is_out), in_one) if is_out == in_one => votes_one += 1,
            (Some(_), _) => votes_other += 1,
            (None, _) => {}
        }
    }
    (votes_one, votes_other)
}

/// Whether the texts of a row speak of money out (true) or of money in; none where they speak of neither or both.
fn meaning(row: &[String], date: usize) -> Option<bool> {
    let (mut out, mut r#in) = (false, false);
    for (_, cell) in row.iter().enumerate().filter(|(index, cell)| *index != date && !cell.is_empty()) {
        let text = cell.to_lowercase();
        let words =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let says = |phrases: &str| {
            phrases.split('|').any(|phrase| {
                let length = phrase.split(' ').count();
                words.windows(length).any(|window| window.iter().copied().eq(phrase.split(' ')))
            })
        };
        out |= says(OUT);
        r#in |= says(IN);
    }
    (out != r#in).then_some(out)
}

/// Words for money out, and for money in, whatever kind of account the row is of.
const OUT: &str = "purchase|sale|pos|atm|fee|fees|withdrawal|cash advance|interest charge|interest charged|\
    card payment|direct debit|debit|bankomat|kartenzahlung|lastschrift|gebühr|gebühren|entgelt|auszahlung|abbuchung|\
    buchungsentgelt|kapitalertragsteuer|achat|retrait|frais|prélèvement|paiement carte|compra|comisión|cajero|\
    prelievo|acquisto|commissione|betaalautomaat|geldautomaat|kosten|saque|tarifa|köp|uttag|dankort|zakup|wypłata|消费";
const IN: &str = "refund|refunded|reversal|payment thank you|payment thank|payment received|autopay|deposit|salary|payroll|wages|\
    interest earned|interest paid|interest payment|dividend|cashback|cash back|credit|gutschrift|gehalt|lohn|\
    einzahlung|erstattung|rückerstattung|habenzinsen|virement reçu|vir recu|remboursement|salaire|versement|abono|\
    nomina|nómina|devolución|ingreso|stipendio|rimborso|salaris|storting|terugbetaling|estorno|depósito|lön|\
    insättning|zwrot|wynagrodzenie|wpłata|退款|工资";
