//! The forms in which a journal is written.

use std::path::Path;

use chrono::NaiveDate;

use crate::{ErrorKind, Result};

/// A form in which a journal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExportFormat {
    /// A journal of hledger.
    #[default]
    Hledger,
    /// A journal of ledger, the C++ program.
    Ledger,
    /// A ledger of beancount.
    Beancount,
    /// Comma-separated values, one row for each line.
    Csv,
    /// Tab-separated values, one row for each line.
    Tsv,
    /// One JSON document: the chart and the entries.
    Json,
    /// One JSON object a line for each entry.
    Ndjson,
}

impl ExportFormat {
    /// Every form.
    pub const ALL: [ExportFormat; 7] = [
        ExportFormat::Hledger,
        ExportFormat::Ledger,
        ExportFormat::Beancount,
        ExportFormat::Csv,
        ExportFormat::Tsv,
        ExportFormat::Json,
        ExportFormat::Ndjson,
    ];

    /// The name, such as `beancount`.
    pub fn as_str(self) -> &'static str {
        match self {
            ExportFormat::Hledger => "hledger",
            ExportFormat::Ledger => "ledger",
            ExportFormat::Beancount => "beancount",
            ExportFormat::Csv => "csv",
            ExportFormat::Tsv => "tsv",
            ExportFormat::Json => "json",
            ExportFormat::Ndjson => "ndjson",
        }
    }

    /// The form with this name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] with the names that there are.
    pub fn from_name(name: &str) -> Result<ExportFormat> {
        let found = Self::ALL.into_iter().find(|format| format.as_str().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| {
            let reason = format!("choose one of {}", Self::ALL.map(Self::as_str).join(", "));
            ErrorKind::InvalidSetting { what: "export format", value: crate::text::quote(name), reason }
                .into()
        })
    }

    /// The form that the ending of a file's name tells.
    ///
    /// ```
    /// use ledger_core::export::ExportFormat;
    ///
    /// assert_eq!(ExportFormat::of_file("2026.beancount".as_ref()), Some(ExportFormat::Beancount));
    /// assert_eq!(ExportFormat::of_file("2026.txt".as_ref()), None);
    /// ```
    pub fn of_file(path: &Path) -> Option<ExportFormat> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "journal" | "hledger" | "j" => Some(ExportFormat::Hledger),
            "ledger" | "dat" => Some(ExportFormat::Ledger),
            "beancount" | "bean" => Some(ExportFormat::Beancount),
            "csv" => Some(ExportFormat::Csv),
            "tsv" => Some(ExportFormat::Tsv),
            "json" => Some(ExportFormat::Json),
            "ndjson" | "jsonl" => Some(ExportFormat::Ndjson),
            _ => None,
        }
    }

    /// The first day that programs of this form can read.
    pub fn first_day(self) -> NaiveDate {
        match self {
            // Ledger counts days with Boost, whose calendar begins there.
            ExportFormat::Ledger => NaiveDate::from_ymd_opt(1400, 1, 1).unwrap_or(NaiveDate::MIN),
            _ => NaiveDate::MIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_by_its_name_and_others_are_refused_with_the_names() {
        for format in ExportFormat::ALL {
            assert_eq!(ExportFormat::from_name(&format.as_str().to_uppercase()).unwrap(), format);
        }
        let refused = ExportFormat::from_name("quicken").unwrap_err().to_string();
        assert!(refused.contains("\"quicken\"") && refused.contains("beancount"), "{refused}");
    }

    #[test]
    fn no_extension_stands_for_two_forms() {
        for format in ExportFormat::ALL {
            let found = ExportFormat::of_file(Path::new(&format!("x.{}", format.as_str())));
            assert_eq!(found, Some(format));
        }
    }
}
