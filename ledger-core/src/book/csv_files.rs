//! Reading CSV statements with the commodities of a book, and what a statement leaves open, without importing anything.

use super::Imports;
use crate::import::explain::Explanation;
use crate::import::{
    CsvProfile, CsvReading, OpenQuestion, StatementFormat, detect_format, explain_csv, open_qif_question,
    open_question, read_csv,
};
use crate::money::Commodity;
use crate::{ErrorKind, Result};

impl Imports<'_> {
    /// Reads a CSV statement as an import would; `commodity` is that of amounts which name none, and left out the
    /// book's own. Nothing is written.
    ///
    /// # Errors
    /// As [`read_csv`]; [`ErrorKind::UnknownCommodity`].
    pub fn read_csv<'a>(
        &self,
        bytes: &'a [u8],
        file: &str,
        profile: &CsvProfile,
        commodity: Option<&str>,
    ) -> Result<CsvReading<'a>> {
        let chart = self.book.chart()?;
        let resolve = |code: &str| chart.resolve_commodity(code);
        read_csv(bytes, file, profile, self.commodity_of_file(commodity)?, &resolve)
    }

    /// What is decided about a CSV statement, and what stays open; see [`explain_csv`].
    ///
    /// # Errors
    /// As [`explain_csv`]; [`ErrorKind::UnknownCommodity`].
    pub fn explain_csv(
        &self,
        bytes: &[u8],
        file: &str,
        profile: &CsvProfile,
        commodity: Option<&str>,
    ) -> Result<Explanation> {
        let chart = self.book.chart()?;
        let resolve = |code: &str| chart.resolve_commodity(code);
        explain_csv(bytes, file, profile, self.commodity_of_file(commodity)?, &resolve)
    }

    /// What a statement leaves open, if anything, with its answers; see [`open_question`]. Besides CSV files only QIF
    /// files leave anything open: the order of their dates, their decimal mark. A format that is left out is detected.
    ///
    /// # Errors
    /// As [`open_question`]; [`ErrorKind::UnknownCommodity`].
    pub fn question(
        &self,
        (bytes, format): (&[u8], Option<StatementFormat>),
        file: &str,
        profile: &CsvProfile,
        commodity: Option<&str>,
    ) -> Result<Option<OpenQuestion>> {
        match format.or_else(|| detect_format(bytes).ok()) {
            Some(StatementFormat::Csv) => {}
            Some(StatementFormat::Qif) => return open_qif_question(bytes, file, profile),
            _ => return Ok(None),
        }
        let chart = self.book.chart()?;
        let resolve = |code: &str| chart.resolve_commodity(code);
        open_question(bytes, file, profile, self.commodity_of_file(commodity)?, &resolve)
    }

    fn commodity_of_file(&self, code: Option<&str>) -> Result<Commodity> {
        let Some(code) = code else { return Ok(self.book.base_commodity()) };
        let found = self.book.chart()?.resolve_commodity(code);
        Ok(found.ok_or_else(|| ErrorKind::UnknownCommodity { code: code.to_owned() })?)
    }
}
