//! The chain of audit events, and what it says of everything that can change besides the journal.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::assertions::StoredAssertions;
use super::chart::State;
use super::closings::StoredClosings;
use super::lots::StoredLots;
use super::parties::StoredParties;
use super::receivables::StoredItems;
use super::schedules::StoredSchedules;
use super::{CHUNK, Check};
use crate::Result;
use crate::audit::{AuditEvent, Hash, event_hash, genesis};
use crate::book::reconciliations::marked;
use crate::store::call;
use crate::store::rows::{EventRow, date, instant};
use crate::text::normalize;

/// The last state of each subject, as the events tell it.
type States = BTreeMap<String, String>;

/// Actions whose event holds the whole row as it was left, or nothing where it was taken away.
const WHOLE_ROWS: [&str; 21] = [
    "account.open",
    "account.rename",
    "account.close",
    "account.reopen",
    "account.change",
    "commodity.declare",
    "party.add",
    "party.rename",
    "party.remove",
    "party.alias",
    "party.unalias",
    "party.change",
    "party.merge",
    "party.unmerge",
    "price.add",
    "price.remove",
    "rule.add",
    "rule.change",
    "rule.remove",
    "lot.method",
    "lot.line",
];

impl Check<'_> {
    /// Recomputes the chain of audit events and compares all rows with what the last of their events left.
    pub(super) fn events(&mut self) -> Result<()> {
        let mut hash = genesis(&self.book.info().uid);
        let mut last = 0;
        let mut states = States::new();
        loop {
            let id = self.book.id();
            let rows = call!(self.book.db(), "reading the audit log", event::after(id, last, CHUNK))?;
            let ended = (rows.len() as i64) < CHUNK;
            for row in rows {
                self.event(row, &mut last, &mut hash, &mut states);
            }
            if ended {
                break;
            }
        }
        let row = format!("book_heads {}", self.book.id());
        if (self.head.last_event_number, Hash::from_slice(&self.head.event_hash)) != (last, Some(hash)) {
            let difference =
                format!("it says event {}, the events end at {last}:{hash}", self.head.last_event_number);
            self.found("head", row.clone(), difference);
        }
        let locked = self.head.locked_through.map(|day| date(day).to_string());
        let left = states.remove("lock");
        if locked.as_ref().map(|day| Value::from(day.as_str()).to_string()) != left {
            let difference = format!("the lock is {locked:?}, the last event left {left:?}");
            self.found("event", row, difference);
        }
        let (schedules, parties) = (StoredSchedules::read(self.book)?, StoredParties::read(self.book)?);
        let items = StoredItems::read(self.book)?;
        let lots = StoredLots::read(self.book)?;
        let closings = StoredClosings::read(self.book)?;
        let others = schedules.states().into_iter().chain(parties.states()).chain(items.states());
        let others = others
            .chain(lots.states())
            .chain(closings.states())
            .chain(StoredAssertions::read(self.book)?.states());
        self.states(states, others);
        Ok(())
    }

    fn event(&mut self, row: EventRow, last: &mut i64, hash: &mut Hash, states: &mut States) {
        let place = format!("audit_events {}", row.number);
        let stored = Hash::from_slice(&row.hash);
        let event = AuditEvent {
            number: row.number,
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by,
            action: row.action,
            subject: row.subject,
            before: row.before,
            after: row.after,
            hash: stored.unwrap_or(*hash),
        };
        self.events += 1;
        if row.recorded_at < self.recorded.1 {
            let (now, before) = (event.recorded_at, instant(self.recorded.1));
            let difference = format!("it was recorded at {now}, the event before it at {before}");
            self.found("instant", place.clone(), difference);
        }
        self.recorded.1 = row.recorded_at;
        if event.number != *last + 1 {
            self.found("event", format!("audit_events {}", *last + 1), "the event is missing".to_owned());
        }
        let recomputed = event_hash(hash, &event);
        if stored != Some(recomputed) {
            let stored = stored.map_or_else(|| "not 32 bytes".to_owned(), |hash| hash.to_string());
            self.found("event", place, format!("its hash is {stored}, its content gives {recomputed}"));
        }
        // Go on from what is stored, so that one change is one finding and not all that follow.
        (*last, *hash) = (event.number, event.hash);
        remember(states, event);
    }

    /// What can change besides the journal has to be as the last event left it.
    fn states(&mut self, mut left: States, others: impl Iterator<Item = (String, State)>) {
        for (subject, state) in self.chart.states().into_iter().chain(others) {
            match left.remove(&subject) {
                Some(left) if left == state.now => {}
                Some(left) => {
                    let difference = format!("it is {}, the last audit event left {left}", state.now);
                    self.found(state.check, state.row, difference);
                }
                None => self.found(state.check, state.row, "no audit event tells of it".to_owned()),
            }
        }
        for (subject, state) in left {
            let check = if subject.starts_with("account") { "account" } else { "reference" };
            let difference = format!("it is missing, the last audit event left {state}");
            self.found(check, row_of(&subject), difference);
        }
        for (row, difference) in self.chart.wrong_keys() {
            self.found("reference", row, difference);
        }
    }
}

/// The row that a subject of the audit log stands for.
fn row_of(subject: &str) -> String {
    let tables = [
        ("account ", "accounts "),
        ("alias ", "account_aliases "),
        ("commodity ", "commodities "),
        // What a party is called before what it is: its subjects begin with the same word.
        ("party alias ", "party_aliases "),
        ("party details ", "party_details "),
        ("party ", "parties "),
        ("subtype ", "subtypes "),
        ("price ", "prices "),
        ("settings ", "saved_settings "),
        ("rule ", "rules "),
        ("checkpoint ", "checkpoints "),
        ("marks ", "line_marks of account "),
        ("import ", "imports "),
        ("schedule ", "schedules "),
        ("occurrence ", "occurrence_changes "),
        ("scenario ", "scenarios "),
        ("forecast ", "forecasts "),
        ("recurring ", "recurring_decisions "),
        ("receivable ", "receivables "),
        ("movement ", "receivable_movements "),
        ("group ", "loan_groups "),
        ("shared ", "group_events "),
        ("closing ", "closings "),
        ("assertion ", "assertions "),
        ("lot method ", "lot_accounts "),
        ("lot ", "line_lots "),
    ];
    let found =
        tables.iter().find_map(|(noun, table)| Some(format!("{table}{}", subject.strip_prefix(noun)?)));
    found.unwrap_or_else(|| subject.to_owned())
}

/// Keeps the last state of everything that events tell of.
fn remember(states: &mut States, event: AuditEvent) {
    let AuditEvent { action, subject, before, after, .. } = event;
    let text = |json: &Option<String>| -> String {
        let value = json.as_deref().and_then(|json| serde_json::from_str::<Value>(json).ok());
        value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    match action.as_str() {
        "book.create" => {
            let value = after.and_then(|json| serde_json::from_str::<Value>(&json).ok()).unwrap_or_default();
            for field in ["name", "kind", "base_commodity", "time_zone"] {
                states.insert(format!("book {field}"), value[field].to_string());
            }
            states.insert("book archived".to_owned(), "false".to_owned());
        }
        "book.rename" => set(states, "book name".to_owned(), after),
        "book.archive" | "book.unarchive" => set(states, "book archived".to_owned(), after),
        "book.lock" => set(states, "lock".to_owned(), after),
        "account.alias" => {
            let alias = text(&after);
            let state = format!("{subject} {}", Value::from(alias.as_str()));
            states.insert(format!("alias {}", normalize(&alias)), state);
        }
        "account.unalias" => {
            states.remove(&format!("alias {}", normalize(&text(&before))));
        }
        "subtype.add" => {
            let value = after.as_deref().and_then(|json| serde_json::from_str::<Value>(json).ok());
            let kind = value.as_ref().and_then(|value| value["kind"].as_str()).unwrap_or_default();
            let name = subject.strip_prefix("subtype ").unwrap_or_default();
            set(states, format!("subtype {kind}/{name}"), after);
        }
        "settings.save" | "settings.remove" => {
            let (purpose, name) = subject.split_once(' ').unwrap_or((&subject, ""));
            let subject = format!("settings {purpose} {}", normalize(name));
            // Settings may be JSON's null, which the log keeps as nothing.
            let saved = action == "settings.save";
            set(states, subject, if saved { after.or_else(|| Some(Value::Null.to_string())) } else { None });
        }
        action if action.starts_with("import.") => remember_import(states, subject, action, after),
        "schema.rollback" => forget(states, after),
        action if action.starts_with("reconciliation.") => remember_reconciliation(states, subject, after),
        // An event that writes many rows tells all of them.
        "scenario.apply" | "scenario.undo" => {
            let value = after.and_then(|json| serde_json::from_str::<Value>(&json).ok()).unwrap_or_default();
            set(states, subject, Some(value["scenario"].to_string()));
            for (subject, state) in value["rows"].as_object().into_iter().flatten() {
                set(states, subject.clone(), (!state.is_null()).then(|| state.to_string()));
            }
        }
        action
            if (StoredSchedules::holds(&subject)
                || StoredItems::holds(&subject)
                || StoredClosings::holds(&subject)
                || StoredAssertions::holds(&subject))
                && !action.starts_with("book.") =>
        {
            set(states, subject, after)
        }
        // Others, such as that of an override, tell of what was done and not of how a row is left.
        action if WHOLE_ROWS.contains(&action) => set(states, subject, after),
        _ => {}
    }
}

/// An event of marks holds what is marked now beside what was done; that of a checkpoint is the whole row.
fn remember_reconciliation(states: &mut States, subject: String, after: Option<String>) {
    if subject.starts_with("checkpoint ") {
        set(states, subject, after);
    } else if subject.starts_with("marks ") {
        let value = after.and_then(|json| serde_json::from_str::<Value>(&json).ok()).unwrap_or_default();
        let none = value["now"] == marked(&[]);
        set(states, subject, (!none).then(|| value["now"].to_string()));
    }
}

/// The event of an import tells which file it was; a later one only what became of it.
fn remember_import(states: &mut States, subject: String, action: &str, after: Option<String>) {
    let state = match action {
        "import.stage" => "open",
        "import.commit" => "committed",
        "import.undo" => "undone",
        "import.discard" => "discarded",
        // A journal is no import that is kept.
        _ => return,
    };
    let parsed = |json: &String| serde_json::from_str::<Value>(json).ok();
    let mut told = after.as_ref().and_then(parsed).unwrap_or_default();
    if told["sha256"].is_null() {
        told = states.get(&subject).and_then(parsed).unwrap_or_default();
    }
    states.insert(subject, import_state(&told["file"], &told["sha256"], state));
}

/// An import in the words of what its events tell.
pub(super) fn import_state(file: &Value, sha256: &Value, state: &str) -> String {
    json!({ "file": file, "sha256": sha256, "state": state }).to_string()
}

/// What was in the tables of a migration that was taken back is gone with them.
fn forget(states: &mut States, after: Option<String>) {
    let value = after.and_then(|json| serde_json::from_str::<Value>(&json).ok()).unwrap_or_default();
    let nouns: &[&str] = match value["migration"].as_str() {
        Some("settings") => &["settings "],
        Some("statements") => &["import "],
        Some("rules") => &["rule "],
        Some("reconciliations") => &["checkpoint ", "marks "],
        Some("schedules") => &StoredSchedules::NOUNS,
        Some("receivables") => &StoredItems::NOUNS,
        Some("parties") => &StoredParties::NOUNS,
        Some("closings") => &StoredClosings::NOUNS,
        Some("assertions") => &StoredAssertions::NOUNS,
        Some("lots") => &StoredLots::NOUNS,
        _ => &[],
    };
    states.retain(|subject, _| !nouns.iter().any(|noun| subject.starts_with(noun)));
}

fn set(states: &mut States, subject: String, state: Option<String>) {
    match state {
        Some(state) => states.insert(subject, state),
        None => states.remove(&subject),
    };
}
