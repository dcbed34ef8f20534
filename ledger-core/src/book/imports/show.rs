//! Looking at imports, and throwing open ones away.

use super::Imports;
use super::rows::{info_of, line_of, suggestion_of};
use crate::account::Chart;
use crate::import::{Counter, ImportInfo, ImportLine, ImportState, LineState, Reason, Verdict};
use crate::journal::{AccountRef, TEXT_CHARS_MAX};
use crate::store::call;
use crate::store::statement_rows::StatementLineRow;
use crate::text::fit_text;
use crate::{Error, ErrorKind, Result};

impl Imports<'_> {
    /// All imports, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self) -> Result<Vec<ImportInfo>> {
        let rows = call!(self.book.db(), "reading imports", statement::all(self.book.id()))?;
        rows.into_iter().map(info_of).collect()
    }

    /// The import with this number.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn get(&self, id: i64) -> Result<ImportInfo> {
        let found = call!(self.book.db(), "reading an import", statement::by_id(self.book.id(), id))?;
        let not_found = || {
            let name = id.to_string();
            Error::from(ErrorKind::NotFound { what: "import", name, suggestions: Vec::new() })
        };
        info_of(found.ok_or_else(not_found)?)
    }

    /// The lines of an import with their verdicts as they were found, in the order of the file.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn lines(&self, id: i64) -> Result<Vec<ImportLine>> {
        self.book.ledger.read(|| {
            self.get(id)?;
            let chart = self.book.chart()?;
            let mut lines = Vec::new();
            self.each_line(id, |row| {
                lines.push(shown(row, &chart)?);
                Ok(())
            })?;
            Ok(lines)
        })
    }

    /// Throws an open import away, with an audit event `import.discard`; what later imports left out because this one had
    /// it is told, each as a sentence.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that is not open.
    pub fn discard(&self, id: i64) -> Result<Vec<String>> {
        self.book.change(|head, _| {
            let mut row = self.import_row(id, ImportState::Open, "discarded")?;
            let notes = self.left_out_for(id)?;
            call!(self.book.db(), "discarding an import", statement::delete_lines(row.book_id, id))?;
            row.state = ImportState::Discarded.as_str().to_owned();
            row.ended_at = Some(self.book.recording_instant(head));
            row.ended_by = Some(self.book.ledger.session().actor().to_owned());
            call!(self.book.db(), "discarding an import", statement::update(&row))?;
            let before = Some(serde_json::json!({ "file": row.file_name }));
            self.book.record_event("import.discard", &format!("import {id}"), before, None)?;
            Ok(notes)
        })
    }
}

fn shown(row: StatementLineRow, chart: &Chart) -> Result<ImportLine> {
    let corrupt = |what: &str| {
        super::rows::corrupt(&format!("statement_lines {}/{}: {what}", row.import_id, row.line_number))
    };
    let line = line_of(&row, chart)?;
    let name = |account: &AccountRef| match account {
        AccountRef::Id(id) => super::read::name_of(chart, *id),
        AccountRef::Name(name) => name.clone(),
    };
    let mut suggestion = suggestion_of(&row, line.amount.commodity()).unwrap_or_default();
    let counter_reason = (suggestion.confidence > 0).then(|| suggestion.reason.clone().into_owned());
    let description = suggestion.description.take().unwrap_or_else(|| line.description());
    let counter = suggestion.counter.and_then(|counter| match counter {
        Counter::Account(account) => Some(name(&account)),
        Counter::Splits(splits) => {
            Some(splits.iter().map(|split| name(&split.account)).collect::<Vec<_>>().join(" + "))
        }
        Counter::Skip => None,
    });
    Ok(ImportLine {
        line: u32::try_from(row.line_number).unwrap_or_default(),
        file_line: line.line,
        account: super::read::name_of(chart, crate::account::AccountId(row.account_id)),
        posted_on: line.posted_on,
        amount: line.amount,
        description: fit_text(&description, TEXT_CHARS_MAX).into_owned(),
        verdict: Verdict::from_name(&row.verdict).ok_or_else(|| corrupt("unknown verdict"))?,
        state: LineState::from_name(&row.state).ok_or_else(|| corrupt("unknown state"))?,
        reason: if row.reason.is_empty() { Reason::Alone.to_string() } else { row.reason },
        counter,
        counter_reason,
        confidence: row.confidence.and_then(|percent| u8::try_from(percent).ok()),
        rule: row.rule,
        entry: row.entry_number,
        raw: row.raw_text,
    })
}
