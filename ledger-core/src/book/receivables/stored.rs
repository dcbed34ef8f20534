//! Receivables and their movements between rows and values, and in the words of the audit log.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::{AccountId, Chart};
use crate::book::Book;
use crate::book::schedules::json_or_text;
use crate::receivable::{
    Fates, Loan, LoanGroupId, LoanTerms, Movement, MovementDetail, MovementKind, Parts, PartyId, Receivable,
    ReceivableDetails, ReceivableId, ReceivableKind, Tracker, check_movement,
};
use crate::store::call;
use crate::store::receivable_rows::{GroupEventRow, LoanGroupRow, MovementRow, ReceivableRow};
use crate::store::rows::{date, day};
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// Some receivables with all that moved them, as they are stored.
#[derive(Debug, Default)]
pub(in crate::book) struct StoredReceivables {
    /// By number.
    pub receivables: BTreeMap<ReceivableId, Receivable>,
    /// The movements of each, by number.
    pub movements: HashMap<ReceivableId, Vec<Movement>>,
    /// What became of their entries.
    pub fates: Fates,
}

impl StoredReceivables {
    /// Reads receivables with these rows; the caller holds a transaction.
    pub fn read(book: &Book<'_>, rows: Vec<ReceivableRow>) -> Result<StoredReceivables> {
        let chart = book.chart()?;
        let ids: Vec<i32> = rows.iter().map(|row| row.receivable_id).collect();
        let receivables: BTreeMap<_, _> = rows
            .iter()
            .map(|row| receivable_of(&chart, row).map(|receivable| (receivable.id, receivable)))
            .collect::<Result<_>>()?;
        let mut movements: HashMap<ReceivableId, Vec<Movement>> = HashMap::new();
        for row in call!(book.db(), "reading movements", receivable::movements_of(book.id(), &ids))? {
            let movement = movement_of(&row)?;
            if let Some(receivable) = receivables.get(&movement.receivable) {
                check_movement(&movement, receivable.is_tab())?;
            }
            movements.entry(movement.receivable).or_default().push(movement);
        }
        let fates = fates_of(book, &receivables, movements.values().flatten())?;
        Ok(StoredReceivables { receivables, movements, fates })
    }

    /// A receivable with all that moved it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where it was not read.
    pub fn tracker(&self, id: ReceivableId) -> Result<Tracker<'_>> {
        let missing =
            || ErrorKind::NotFound { what: "receivable", name: format!("#{id}"), suggestions: Vec::new() };
        let receivable = self.receivables.get(&id).ok_or_else(missing)?;
        let movements = self.movements.get(&id).map_or(&[][..], Vec::as_slice);
        Ok(Tracker { receivable, movements, fates: &self.fates })
    }

    /// All of them, by number.
    pub fn trackers(&self) -> impl Iterator<Item = Tracker<'_>> {
        self.receivables.values().map(|receivable| Tracker {
            receivable,
            movements: self.movements.get(&receivable.id).map_or(&[][..], Vec::as_slice),
            fates: &self.fates,
        })
    }
}

/// What became of the entries of movements.
///
/// The entry in the place of an amended one stands for its movements only where it moves the same on their control
/// accounts; a tie-out names it otherwise.
pub(in crate::book) fn fates_of<'m>(
    book: &Book<'_>,
    receivables: &BTreeMap<ReceivableId, Receivable>,
    movements: impl Iterator<Item = &'m Movement>,
) -> Result<Fates> {
    let mut controls: HashMap<i64, BTreeSet<AccountId>> = HashMap::new();
    let mut undone = HashMap::new();
    for movement in movements {
        if let Some(number) = movement.detail.undoes {
            undone.insert((movement.receivable, number), movement.on);
        }
        if let (Some(entry), Some(receivable)) = (movement.entry, receivables.get(&movement.receivable)) {
            controls.entry(entry).or_default().insert(receivable.account);
        }
    }
    Ok(Fates { undone, ..fates_of_entries(book, controls)? })
}

/// What became of entries, each with the accounts on which an entry in its place has to move the same.
pub(in crate::book) fn fates_of_entries(
    book: &Book<'_>,
    mut controls: HashMap<i64, BTreeSet<AccountId>>,
) -> Result<Fates> {
    let mut open: Vec<i64> = controls.keys().copied().collect();
    open.sort_unstable();
    let mut fates = Fates::default();
    // Mirrors and replacements have higher numbers than what they correct, so that this ends.
    while !open.is_empty() {
        let mirrors = call!(book.db(), "reading reversals", receivable::mirrors_of(book.id(), &open))?;
        let reversed: Vec<i64> = mirrors.iter().map(|(of, ..)| *of).collect();
        let replaced =
            call!(book.db(), "reading amendments", receivable::replacements_of(book.id(), &reversed))?;
        let mut next = Vec::with_capacity(mirrors.len());
        for (of, mirror, on) in mirrors {
            fates.mirrors.insert(of, (mirror, date(on)));
            let accounts = controls.get(&of).cloned().unwrap_or_default();
            controls.insert(mirror, accounts);
            next.push(mirror);
        }
        let numbers: Vec<i64> = replaced.iter().flat_map(|(of, by, _)| [*of, *by]).collect();
        let moved = moved_by(book, &numbers)?;
        for (of, by, on) in replaced {
            let accounts = controls.get(&of).cloned().unwrap_or_default();
            let same = |account: &AccountId| {
                let key = |entry: i64| moved.get(&(entry, *account));
                key(of) == key(by)
            };
            if !accounts.is_empty() && accounts.iter().all(same) {
                fates.replacements.insert(of, (by, date(on)));
                controls.insert(by, accounts);
                next.push(by);
            }
        }
        open = next;
    }
    Ok(fates)
}

/// What entries move on each account, by commodity.
fn moved_by(book: &Book<'_>, numbers: &[i64]) -> Result<HashMap<(i64, AccountId), BTreeMap<i32, i128>>> {
    let mut moved: HashMap<(i64, AccountId), BTreeMap<i32, i128>> = HashMap::new();
    for (entry, account, commodity, amount) in
        call!(book.db(), "reading lines", receivable::moved_by(book.id(), numbers))?
    {
        *moved.entry((entry, AccountId(account))).or_default().entry(commodity).or_default() +=
            i128::from(amount);
    }
    Ok(moved)
}

/// What the body of a receivable says, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    loan: Option<LoanTerms>,
    #[serde(default)]
    details: ReceivableDetails,
}

/// The receivable that a row holds.
pub(in crate::book) fn receivable_of(chart: &Chart, row: &ReceivableRow) -> Result<Receivable> {
    let corrupt = |reason: String| -> Error {
        ErrorKind::Corrupt { what: format!("receivables {}: {reason}", row.receivable_id) }.into()
    };
    let kind = ReceivableKind::from_name(&row.kind)
        .ok_or_else(|| corrupt(format!("there is no kind {:?}", row.kind)))?;
    let Body { loan, details } =
        serde_json::from_str(&row.body).map_err(|error| corrupt(error.to_string()))?;
    let loan = loan.map(Loan::new).transpose().map_err(|error| corrupt(error.to_string()))?;
    let commodity = chart
        .commodity(row.commodity_id)
        .ok_or_else(|| corrupt(format!("there is no commodity {}", row.commodity_id)))?;
    let receivable = Receivable {
        id: ReceivableId::new(row.receivable_id),
        kind,
        name: row.name.clone(),
        party: PartyId::new(row.party_id),
        account: AccountId(row.account_id),
        commodity,
        group: row.group_id.map(LoanGroupId::new),
        loan,
        details,
    };
    if due_columns(&receivable) != (row.due_on, row.grace_days, row.planned) {
        return Err(corrupt("its due day is not the one of its terms".to_owned()));
    }
    Ok(receivable)
}

/// The row of a receivable.
pub(in crate::book) fn receivable_row(
    book_id: i64,
    commodity_id: i32,
    receivable: &Receivable,
) -> ReceivableRow {
    let (due_on, grace_days, planned) = due_columns(receivable);
    ReceivableRow {
        book_id,
        receivable_id: receivable.id.get(),
        kind: receivable.kind.as_str().to_owned(),
        name: receivable.name.clone(),
        normalized_name: normalize(&receivable.name),
        party_id: receivable.party.get(),
        account_id: receivable.account.get(),
        commodity_id,
        group_id: receivable.group.map(LoanGroupId::get),
        due_on,
        grace_days,
        planned,
        // By way of a value, so that the text is the same when it was read and written again.
        body: json!(Body {
            loan: receivable.loan.as_ref().map(|loan| loan.terms().clone()),
            details: receivable.details.clone(),
        })
        .to_string(),
    }
}

/// What stands beside the body: the day on which all of it is due, days of grace, and whether a plan says so instead.
fn due_columns(receivable: &Receivable) -> (Option<i32>, i32, i32) {
    let grace = i32::from(receivable.grace_days());
    (receivable.due_on().map(day), grace, i32::from(receivable.is_planned()))
}

/// The movement that a row holds.
pub(in crate::book) fn movement_of(row: &MovementRow) -> Result<Movement> {
    let corrupt = |reason: String| -> Error {
        let place = movement_place(row.receivable_id, row.movement_id);
        ErrorKind::Corrupt { what: format!("receivable_movements {place}: {reason}") }.into()
    };
    let kind = MovementKind::from_name(&row.kind)
        .ok_or_else(|| corrupt(format!("there is no kind {:?}", row.kind)))?;
    let detail = match &row.body {
        Some(body) => serde_json::from_str(body).map_err(|error| corrupt(error.to_string()))?,
        None => MovementDetail::default(),
    };
    Ok(Movement {
        receivable: ReceivableId::new(row.receivable_id),
        number: row.movement_id,
        kind,
        on: date(row.moved_on),
        owed: Parts { principal: row.principal, interest: row.interest, fee: row.fee },
        credit: row.credit,
        entry: row.entry_number,
        detail,
    })
}

/// The row of a movement.
pub(in crate::book) fn movement_row(book_id: i64, movement: &Movement) -> MovementRow {
    let detail = &movement.detail;
    MovementRow {
        book_id,
        receivable_id: movement.receivable.get(),
        movement_id: movement.number,
        kind: movement.kind.as_str().to_owned(),
        moved_on: day(movement.on),
        principal: movement.owed.principal,
        interest: movement.owed.interest,
        fee: movement.owed.fee,
        credit: movement.credit,
        entry_number: movement.entry,
        body: (!detail.is_empty()).then(|| json!(detail).to_string()),
    }
}

/// Where a movement is among its rows.
pub(in crate::book) fn movement_place(receivable: i32, number: i32) -> String {
    format!("{receivable}/{number}")
}

/// What audit events call a receivable.
pub(in crate::book) fn receivable_subject(id: i32) -> String {
    format!("receivable {id}")
}

/// What audit events call a movement.
pub(in crate::book) fn movement_subject(receivable: i32, number: i32) -> String {
    format!("movement {}", movement_place(receivable, number))
}

/// A receivable in the words of the audit log.
pub(in crate::book) fn audited_receivable(row: &ReceivableRow) -> Value {
    json!({
        "kind": row.kind, "name": row.name, "party": row.party_id, "account": row.account_id,
        "commodity": row.commodity_id, "group": row.group_id, "terms": json_or_text(&row.body),
    })
}

/// A movement in the words of the audit log.
pub(in crate::book) fn audited_movement(row: &MovementRow) -> Value {
    json!({
        "kind": row.kind, "on": date(row.moved_on), "principal": row.principal, "interest": row.interest,
        "fee": row.fee, "credit": row.credit, "entry": row.entry_number,
        "detail": row.body.as_deref().map(json_or_text),
    })
}

/// The first day on which parts of what is owed would fall below zero, where they must not.
pub(super) fn first_overdrawn(tracker: &Tracker<'_>) -> Result<Option<(NaiveDate, Parts)>> {
    let mut sum = Parts::ZERO;
    let effects = tracker.effects(NaiveDate::MAX);
    for (place, effect) in effects.iter().enumerate() {
        let owed = effect.movement.owed;
        sum = if effect.counts { sum.plus(owed)? } else { sum.minus(owed)? };
        let ends_day = effects.get(place + 1).is_none_or(|next| next.on != effect.on);
        if ends_day && (sum.principal < 0 || sum.interest < 0 || sum.fee < 0) {
            return Ok(Some((effect.on, sum)));
        }
    }
    Ok(None)
}

/// What audit events call a group.
pub(in crate::book) fn group_subject(id: i32) -> String {
    format!("group {id}")
}

/// Where something that a group shared is among its rows.
pub(in crate::book) fn group_event_place(group: i32, number: i32) -> String {
    format!("{group}/{number}")
}

/// What audit events call something that a group shared.
pub(in crate::book) fn group_event_subject(group: i32, number: i32) -> String {
    format!("shared {}", group_event_place(group, number))
}

/// A group in the words of the audit log.
pub(in crate::book) fn audited_group(row: &LoanGroupRow) -> Value {
    json!({ "name": row.name, "group": json_or_text(&row.body) })
}

/// Something that a group shared in the words of the audit log.
pub(in crate::book) fn audited_group_event(row: &GroupEventRow) -> Value {
    json!({
        "kind": row.kind, "on": date(row.happened_on), "entry": row.entry_number, "what": json_or_text(&row.body),
    })
}
