//! Lines of bank statements: what a line says has to be what its fingerprint was made of.

use super::{CHUNK, Check};
use crate::Result;
use crate::import::{Fingerprint, LineTexts, StatementLine};
use crate::store::call;
use crate::store::rows::date;
use crate::store::statement_rows::StatementLineRow;

impl Check<'_> {
    /// Recomputes the fingerprints of all lines that imports kept.
    pub(super) fn statement_lines(&mut self) -> Result<()> {
        let imports: Vec<i64> = self.chart.imports().iter().map(|row| row.import_id).collect();
        for import in imports {
            let mut after = 0;
            loop {
                let id = self.book.id();
                let rows = call!(
                    self.book.db(),
                    "reading statement lines",
                    statement::lines(id, import, after, CHUNK)
                )?;
                let Some(last) = rows.last() else { break };
                after = last.line_number;
                rows.into_iter().for_each(|row| self.statement_line(row));
            }
        }
        Ok(())
    }

    fn statement_line(&mut self, row: StatementLineRow) {
        let place = || format!("statement_lines {}/{}", row.import_id, row.line_number);
        let Some(commodity) = self.chart.commodity_by_code(&row.commodity) else {
            let difference = format!("there is no commodity {}", row.commodity);
            return self.found("reference", place(), difference);
        };
        let place = place();
        let texts = LineTexts {
            payee: row.payee.as_deref(),
            narrative: row.narrative.as_deref(),
            memo: row.memo.as_deref(),
            reference: row.reference.as_deref(),
            bank_id: None,
        };
        let line =
            StatementLine::new(0, date(row.posted_on), commodity.amount(row.amount)).with_texts(&texts);
        if Fingerprint::from_slice(&row.fingerprint) != Some(Fingerprint::of(&line)) {
            let difference = format!(
                "its day, amount or texts were changed: {} {} \"{}\" is not what its fingerprint was made of",
                line.posted_on,
                line.amount,
                crate::text::quote(&line.description())
            );
            self.found("hash", place, difference);
        }
    }
}
