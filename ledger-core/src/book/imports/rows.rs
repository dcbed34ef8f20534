//! Imports as they are stored: lines, what a file told beside them, and what was proposed.

use serde::{Deserialize, Serialize};

use crate::account::{AccountId, Chart};
use crate::audit::Hash;
use crate::import::{
    Counter, CounterSplit, ImportInfo, ImportState, LineTexts, Statement, StatementBalance, StatementDetail,
    StatementFormat, StatementLine, StatementSplit, Suggestion,
};
use crate::journal::{AccountRef, Tag};
use crate::money::{Amount, Commodity};
use crate::store::rows::{date, day, instant};
use crate::store::statement_rows::{ImportRow, StatementLineRow, StatementRow};
use crate::{Error, ErrorKind, Result};

/// An import as it is shown.
pub(super) fn info_of(row: ImportRow) -> Result<ImportInfo> {
    let id = row.import_id;
    let corrupt = |what: &str| corrupt(&format!("imports {id}: {what}"));
    Ok(ImportInfo {
        id,
        format: StatementFormat::from_name(&row.format).ok_or_else(|| corrupt("unknown format"))?,
        sha256: Hash::from_slice(&row.sha256).ok_or_else(|| corrupt("a hash is not 32 bytes long"))?,
        state: ImportState::from_name(&row.state).ok_or_else(|| corrupt("unknown state"))?,
        notes: serde_json::from_str(&row.notes).map_err(|_| corrupt("its notes are no JSON"))?,
        file: row.file_name,
        staged_at: instant(row.staged_at),
        staged_by: row.staged_by,
        committed_at: row.committed_at.map(instant),
        committed_by: row.committed_by,
        ended_at: row.ended_at.map(instant),
        ended_by: row.ended_by,
    })
}

pub(super) fn corrupt(what: &str) -> Error {
    ErrorKind::Corrupt { what: what.to_owned() }.into()
}

/// A statement's row.
pub(super) fn row_of(
    statement: &Statement,
    (book_id, import_id): (i64, i64),
    statement_number: i32,
    account: AccountId,
) -> StatementRow {
    let on = |balance: &Option<StatementBalance>| balance.and_then(|balance| balance.on).map(day);
    let minor = |balance: &Option<StatementBalance>| balance.map(|balance| balance.amount.minor());
    let code = |balance: &Option<StatementBalance>| {
        balance.map(|balance| balance.amount.commodity().code().to_owned())
    };
    StatementRow {
        book_id,
        import_id,
        statement_number,
        account_id: account.get(),
        bank_account: statement.account.as_deref().map(str::to_owned),
        opening_on: on(&statement.opening),
        opening_balance: minor(&statement.opening),
        opening_commodity: code(&statement.opening),
        closing_on: on(&statement.closing),
        closing_balance: minor(&statement.closing),
        closing_commodity: code(&statement.closing),
    }
}

/// A statement without its lines.
pub(super) fn statement_of(row: &StatementRow, chart: &Chart) -> Statement {
    let balance = |on: Option<i32>, minor: Option<i64>, code: &Option<String>| {
        let commodity = chart.resolve_commodity(code.as_deref()?)?;
        Some(StatementBalance { on: on.map(date), amount: commodity.amount(minor?) })
    };
    Statement {
        account: row.bank_account.as_deref().map(Into::into),
        opening: balance(row.opening_on, row.opening_balance, &row.opening_commodity),
        closing: balance(row.closing_on, row.closing_balance, &row.closing_commodity),
        lines: Vec::new(),
    }
}

/// A line as it was read, without its place in the file's text.
pub(super) fn line_of(row: &StatementLineRow, chart: &Chart) -> Result<StatementLine> {
    let place = || format!("statement_lines {}/{}", row.import_id, row.line_number);
    let commodity = chart
        .resolve_commodity(&row.commodity)
        .ok_or_else(|| corrupt(&format!("{}: unknown commodity {}", place(), row.commodity)))?;
    let detail = row.detail.as_deref().map(|json| {
        let stored: StoredDetail = serde_json::from_str(json)
            .map_err(|_| corrupt(&format!("{}: its detail is no JSON", place())))?;
        Ok::<_, Error>(Box::new(stored.detail(commodity)))
    });
    let texts = LineTexts {
        payee: row.payee.as_deref(),
        narrative: row.narrative.as_deref(),
        memo: row.memo.as_deref(),
        reference: row.reference.as_deref(),
        bank_id: row.bank_id.as_deref(),
    };
    let line = u32::try_from(row.file_line).unwrap_or_default();
    Ok(StatementLine {
        value_on: row.value_on.map(date),
        balance: row.balance,
        detail: detail.transpose()?,
        ..StatementLine::new(line, date(row.posted_on), commodity.amount(row.amount)).with_texts(&texts)
    })
}

/// What only few formats say, as JSON; amounts are minor units of the line's commodity.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub(super) struct StoredDetail {
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    booked_on: Option<chrono::NaiveDate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    splits: Vec<StoredSplit>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredSplit {
    minor: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memo: Option<String>,
}

/// The day of entry in a stored detail.
pub(super) fn booked_on(json: &str) -> Option<chrono::NaiveDate> {
    serde_json::from_str::<StoredDetail>(json).ok()?.booked_on
}

impl StoredDetail {
    pub(super) fn new(detail: &StatementDetail) -> StoredDetail {
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let splits = detail.splits.iter().map(|split| StoredSplit {
            minor: split.amount.minor(),
            category: text(&split.category),
            transfer: text(&split.transfer),
            memo: text(&split.memo),
        });
        StoredDetail {
            category: text(&detail.category),
            transfer: text(&detail.transfer),
            booked_on: detail.booked_on,
            splits: splits.collect(),
        }
    }

    fn detail(self, commodity: Commodity) -> StatementDetail {
        let text = |text: Option<String>| text.map(String::into_boxed_str);
        let splits = self.splits.into_iter().map(|split| StatementSplit {
            amount: commodity.amount(split.minor),
            category: text(split.category),
            transfer: text(split.transfer),
            memo: text(split.memo),
        });
        StatementDetail {
            category: text(self.category),
            transfer: text(self.transfer),
            booked_on: self.booked_on,
            splits: splits.collect(),
        }
    }
}

/// What was proposed for a line, besides an account, how sure it is and the rule.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub(super) struct StoredProposal {
    /// The name of an account that was not open yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<StoredPart>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skip: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredPart {
    pub account: String,
    pub minor: Option<i64>,
    pub memo: Option<String>,
}

/// The columns of a suggestion.
#[derive(Default)]
pub(super) struct Proposed {
    pub account_id: Option<i32>,
    pub confidence: Option<i32>,
    pub rule: Option<String>,
    pub json: Option<String>,
}

impl Proposed {
    pub(super) fn new(suggestion: &Suggestion, chart: &Chart) -> Proposed {
        let known = |account: &AccountRef| match account {
            AccountRef::Id(id) => chart.account(*id),
            AccountRef::Name(name) => chart.lookup(name),
        };
        let name =
            |account: &AccountRef| known(account).map_or_else(|| account.to_string(), |a| a.name.clone());
        let mut stored = StoredProposal {
            party: suggestion.party.clone(),
            tags: suggestion.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
            description: suggestion.description.clone(),
            reason: (suggestion.confidence > 0).then(|| suggestion.reason.clone().into_owned()),
            ..StoredProposal::default()
        };
        let mut account_id = None;
        match &suggestion.counter {
            Some(Counter::Account(account)) => match known(account) {
                Some(account) => account_id = Some(account.id.get()),
                None => stored.account = Some(account.to_string()),
            },
            Some(Counter::Splits(splits)) => {
                stored.splits.extend(splits.iter().map(|split| StoredPart {
                    account: name(&split.account),
                    minor: split.amount.map(|amount| amount.minor()),
                    memo: split.memo.clone(),
                }));
            }
            Some(Counter::Skip) => stored.skip = true,
            None => {}
        }
        let json = serde_json::to_string(&stored).ok().filter(|json| json != "{}");
        Proposed {
            account_id,
            confidence: suggestion.counter.as_ref().map(|_| suggestion.confidence.into()),
            rule: suggestion.rule.clone(),
            json,
        }
    }
}

/// The suggestion that was stored with a line.
pub(super) fn suggestion_of(row: &StatementLineRow, commodity: Commodity) -> Option<Suggestion> {
    let confidence = u8::try_from(row.confidence?).unwrap_or_default();
    let stored: StoredProposal =
        row.proposal.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let counter = match (row.proposed_account_id, stored.account) {
        (Some(id), _) => Counter::Account(AccountId(id).into()),
        (None, Some(name)) => Counter::Account(name.into()),
        (None, None) if stored.skip => Counter::Skip,
        (None, None) => Counter::Splits(
            stored
                .splits
                .into_iter()
                .map(|part| CounterSplit {
                    account: part.account.into(),
                    amount: part.minor.map(|minor| Amount::new(minor, commodity)),
                    memo: part.memo,
                })
                .collect(),
        ),
    };
    Some(Suggestion {
        counter: Some(counter),
        party: stored.party,
        tags: stored.tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
        description: stored.description,
        confidence,
        reason: stored.reason.map_or("nothing tells the other side".into(), Into::into),
        rule: row.rule.clone(),
    })
}
