//! What can happen, each case with its data and its complete sentence.
//!
//! The class that a case belongs to and its stable code stand in files of their own, and so do the parts of sentences that
//! take more than a format.

mod class;
mod code;
mod sentence;

use chrono::NaiveDate;

use self::sentence::{declare_or_name, did_you_mean, start};

/// What happened. Each variant's sentence is complete: it can be shown to a person as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    // ── money ────────────────────────────────────────────────────────────────────────────────
    /// A commodity code that is neither ISO 4217 nor declared in the book.
    #[error("unknown commodity \"{code}\": {}", declare_or_name(.code))]
    UnknownCommodity {
        /// The code as it was given.
        code: String,
    },
    /// A commodity code or scale that cannot be declared.
    #[error("commodity \"{code}\" is refused: {reason}")]
    InvalidCommodity {
        /// The code as it was given.
        code: String,
        /// Why, as a clause.
        reason: String,
    },
    /// Text that does not read as an amount.
    #[error("\"{text}\" is not an amount: {reason}")]
    InvalidAmount {
        /// The text as it was given.
        text: String,
        /// Why, as a clause.
        reason: String,
    },
    /// A result outside the 64-bit range of minor units.
    #[error("{what} does not fit: amounts hold at most 9,223,372,036,854,775,807 minor units")]
    AmountOverflow {
        /// What was being computed, with its amount.
        what: String,
    },
    /// Two amounts of different commodities where one is needed.
    #[error("{left} and {right} are amounts of different commodities")]
    CommodityMismatch {
        /// The first amount or code.
        left: String,
        /// The second amount or code.
        right: String,
    },
    /// No price connects two commodities on or before a day.
    #[error(
        "no price of {commodity} in {quote} on or before {on}: add one with `ledger price add {on} {commodity} RATE {quote}`"
    )]
    MissingPrice {
        /// The commodity to value.
        commodity: String,
        /// The commodity to value it in.
        quote: String,
        /// The day of the valuation.
        on: NaiveDate,
    },

    // ── names, books, accounts ───────────────────────────────────────────────────────────────
    /// A name or text field with characters or a shape that is refused.
    #[error("{what} {name:?} is refused: {reason}")]
    InvalidName {
        /// The field, such as `account name`.
        what: &'static str,
        /// The text as it was given.
        name: String,
        /// Why, as a clause.
        reason: String,
    },
    /// A setting outside its catalogue or range.
    #[error("{what} \"{value}\" is refused: {reason}")]
    InvalidSetting {
        /// The setting, such as `account kind`.
        what: &'static str,
        /// The value as it was given.
        value: String,
        /// Why, as a clause, with what is allowed.
        reason: String,
    },
    /// Something that was asked for by name or number is not there.
    #[error("there is no {what} \"{name}\"{}", did_you_mean(.suggestions))]
    NotFound {
        /// The noun, such as `account`.
        what: &'static str,
        /// The name as it was given.
        name: String,
        /// Names close to it, best first.
        suggestions: Vec<String>,
    },
    /// A name that fits several things.
    #[error("{what} \"{name}\" is ambiguous: it could be {}", .candidates.join(", "))]
    Ambiguous {
        /// The noun, such as `account`.
        what: &'static str,
        /// The name as it was given.
        name: String,
        /// What it could be.
        candidates: Vec<String>,
    },
    /// A name that is taken.
    #[error("{what} \"{name}\" is there already{hint}")]
    AlreadyExists {
        /// The noun, such as `account`.
        what: &'static str,
        /// The name as it was given.
        name: String,
        /// Empty, or a clause that says what to do, with its leading punctuation.
        hint: String,
    },
    /// A new name that is suspiciously close to one that is there.
    #[error(
        "there is no {what} \"{name}\", and it is close to {}: use that name, or confirm the new one with --yes",
        .candidates.join(", ")
    )]
    NearName {
        /// The noun, such as `account`.
        what: &'static str,
        /// The new name as it was given.
        name: String,
        /// The names that it is close to, the closest first.
        candidates: Vec<String>,
    },
    /// A post outside an account's opening and closing dates, or a change to a closed account.
    #[error("account {account} is not open on {on}: it {state}")]
    AccountNotOpen {
        /// The account's name.
        account: String,
        /// The posting date.
        on: NaiveDate,
        /// `opens on DATE` or `was closed on DATE`.
        state: String,
    },
    /// A post in a commodity that the account does not take.
    #[error("account {account} holds {only} only: {amount} cannot be posted to it")]
    AccountRestricted {
        /// The account's name.
        account: String,
        /// The code that it is restricted to.
        only: String,
        /// The amount that was refused.
        amount: String,
    },
    /// A change that what is posted or open forbids.
    #[error("{what} \"{name}\" cannot be {verb}: {reason}")]
    NotAllowed {
        /// The noun.
        what: &'static str,
        /// Its name.
        name: String,
        /// What was tried, as a participle: `closed`, `archived`.
        verb: &'static str,
        /// Why, as a clause.
        reason: String,
    },

    // ── journal ──────────────────────────────────────────────────────────────────────────────
    /// Weights that do not sum to zero.
    #[error("entry \"{}\" does not balance: {difference}", start(.description))]
    Unbalanced {
        /// The entry's description.
        description: String,
        /// Debits, credits and what is missing, per commodity.
        difference: String,
    },
    /// An entry whose shape is refused (one line, no amounts, two missing amounts …).
    #[error("entry \"{}\" is refused: {reason}", start(.description))]
    InvalidEntry {
        /// The entry's description.
        description: String,
        /// Why, as a clause.
        reason: String,
    },
    /// A posting date under the book's lock.
    #[error(
        "entry \"{}\" of {on} lies under the lock: the book is locked through {locked_through} (post it on a later day, or move the lock with `ledger book lock`)",
        start(.description)
    )]
    Locked {
        /// The entry's description.
        description: String,
        /// Its posting date.
        on: NaiveDate,
        /// The last locked day.
        locked_through: NaiveDate,
    },
    /// A line that takes more out of an account that keeps lots than its lots hold, or a lot that is not there.
    #[error("{entry} cannot take {units} out of {account} on {on}: {reason}")]
    LotsNotHeld {
        /// The entry: its number and description, or the description alone while it has no number.
        entry: String,
        /// The account's name.
        account: String,
        /// The units that it takes out.
        units: String,
        /// The day.
        on: NaiveDate,
        /// Why, as a clause with the numbers and the way out.
        reason: String,
    },
    /// The same external id with other content.
    #[error(
        "external id \"{external_id}\" was posted before as entry {number} with other content: {difference}"
    )]
    ExternalIdConflict {
        /// The id.
        external_id: String,
        /// The entry that holds it.
        number: i64,
        /// The first field that differs, with both values.
        difference: String,
    },
    /// Text in an input that cannot be read, with its place.
    #[error("{}: {reason}", crate::text::place(.file, *.line, *.column))]
    Unreadable {
        /// The file's name, or `<stdin>`.
        file: String,
        /// Line, from 1; 0 where the whole file is meant, or its format has no lines.
        line: u64,
        /// Column, from 1; 0 where the whole line is meant.
        column: u64,
        /// Why, as a clause.
        reason: String,
    },
    /// A date that does not read as one, or lies outside the years 1 to 9999.
    #[error("\"{text}\" is not a date: {reason}")]
    InvalidDate {
        /// The text as it was given.
        text: String,
        /// Why, as a clause, with the forms that are taken.
        reason: String,
    },

    /// A balance that is not what was asserted.
    #[error(
        "{account}{} holds {held} at the end of {on} and not {asserted}: it differs by {difference} (keep the assertion all the same with --keep)",
        if *.below { " with all below it" } else { "" }
    )]
    AssertionFailed {
        /// The account's name.
        account: String,
        /// Whether the accounts below it count as well.
        below: bool,
        /// The day.
        on: NaiveDate,
        /// What was asserted.
        asserted: String,
        /// What it holds.
        held: String,
        /// What it holds more than was asserted.
        difference: String,
    },

    // ── schedules ────────────────────────────────────────────────────────────────────────────
    /// Words or a rule that say no days, or days that cannot be.
    #[error("recurrence {text:?} is refused: {reason}")]
    InvalidRecurrence {
        /// The words or the rule.
        text: String,
        /// Why, as a clause, with the way out.
        reason: String,
    },
    /// A money schedule whose terms are refused.
    #[error("schedule \"{name}\" is refused: {reason}")]
    InvalidSchedule {
        /// The schedule's name.
        name: String,
        /// Why, as a clause, with the values.
        reason: String,
    },
    /// Planned lines that do not sum to zero.
    #[error("schedule \"{name}\" does not balance {place}: {difference}")]
    UnbalancedSchedule {
        /// The schedule's name.
        name: String,
        /// Which lines and which amounts of theirs: `from 2027-01-01 at the high end`.
        place: String,
        /// Debits, credits and what is missing, per commodity.
        difference: String,
    },
    /// An adjustment of a scenario that cannot be made, or that changes nothing.
    #[error("adjustment \"{adjustment}\" is refused: {reason}")]
    InvalidAdjustment {
        /// The adjustment in words.
        adjustment: String,
        /// Why, as a clause, with the way out.
        reason: String,
    },
    /// An adjustment that a scenario was given before, and that cannot be made any more.
    #[error(
        "scenario \"{scenario}\", adjustment {number} \"{adjustment}\": {cause} (take it out with `ledger scenario unadjust \
         {} {number}`)",
        crate::text::shell_word(.scenario)
    )]
    StaleAdjustment {
        /// The scenario's name.
        scenario: String,
        /// The adjustment's number, from 1.
        number: usize,
        /// The adjustment in words.
        adjustment: String,
        /// What refuses it.
        cause: Box<ErrorKind>,
    },

    // ── storage ──────────────────────────────────────────────────────────────────────────────
    /// A database address that is not understood or not built in.
    #[error("database address \"{url}\" is refused: {reason}")]
    InvalidDatabaseUrl {
        /// The address, without any password.
        url: String,
        /// Why, as a clause.
        reason: String,
    },
    /// There is no database where one was named.
    #[error("there is no ledger database at {place}: create one with `ledger init`")]
    NoDatabase {
        /// The path or server.
        place: String,
    },
    /// A file or server that is there but does not hold a ledger.
    #[error("{place} is not a ledger database: {reason}")]
    NotALedger {
        /// The path or server.
        place: String,
        /// Why, as a clause.
        reason: String,
    },
    /// A schema that a later release made.
    #[error(
        "{place} was written by a newer version of ledger (its schema is {found}, this program knows up to {known}): nothing was touched; use that version or a later one"
    )]
    NewerSchema {
        /// The path or server.
        place: String,
        /// The newest migration found.
        found: String,
        /// The newest migration known.
        known: String,
    },
    /// A schema that needs migrating first.
    #[error("{place} has {pending} pending schema change(s): bring it up to date with `ledger db migrate`")]
    OlderSchema {
        /// The path or server.
        place: String,
        /// How many migrations are pending.
        pending: usize,
    },
    /// A write to a database that cannot be written.
    #[error("{place} cannot be written: {reason} (nothing was changed; reports still work)")]
    ReadOnly {
        /// The path or server.
        place: String,
        /// Why, as a clause.
        reason: String,
    },
    /// No room left on the device.
    #[error("the disk that holds {place} is full: nothing was changed; free some space and try again")]
    DiskFull {
        /// The path or server.
        place: String,
    },
    /// The database stayed locked by another writer.
    #[error("{place} is busy: another program has been writing for more than {seconds} seconds; try again")]
    Busy {
        /// The path or server.
        place: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The server or the network ended the connection.
    #[error(
        "the connection to {place} was lost while {doing}: what was not acknowledged may or may not be posted (open the ledger again; posting again under the same external id is safe)"
    )]
    ConnectionLost {
        /// The server.
        place: String,
        /// What was being done.
        doing: String,
    },
    /// The bundled or linked SQLite is too old to be trusted.
    #[error("SQLite {found} is too old: versions before {needed} can corrupt a database in WAL mode")]
    SqliteTooOld {
        /// The version found.
        found: String,
        /// The version needed.
        needed: String,
    },
    /// The database refused or failed for another reason.
    #[error("the database failed while {doing}: {message}")]
    Database {
        /// What was being done.
        doing: String,
        /// What the database said.
        message: String,
    },
    /// A stored row that the program cannot have written.
    #[error("the database holds something that ledger did not write: {what} (run `ledger verify`)")]
    Corrupt {
        /// The table and row, and what is wrong with it.
        what: String,
    },
    /// A database file that is damaged as a file.
    #[error(
        "{place} is damaged ({message}): bring a backup back with `ledger db restore`, or save what can still be read with \
         `sqlite3 FILE .recover`"
    )]
    Damaged {
        /// The database.
        place: String,
        /// What the database said.
        message: String,
    },
    /// A file that could not be read or written.
    #[error("cannot {verb} {path}: {message}")]
    File {
        /// `read` or `write`.
        verb: &'static str,
        /// The path.
        path: String,
        /// What the system said.
        message: String,
    },
    /// A receipt or backup that does not fit the database.
    #[error("{place} does not match its receipt: {difference}")]
    HeadMismatch {
        /// The path or book.
        place: String,
        /// What was expected and what is there.
        difference: String,
    },
    /// Something that a person has to decide, with the way to say it.
    #[error("{0}")]
    NeedsReview(String),
    /// The caller did something in an order that is not possible.
    #[error("{0}")]
    Misuse(String),
}
