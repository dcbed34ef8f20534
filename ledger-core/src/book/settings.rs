//! Settings saved under a name: of a report, of an import.

use serde_json::Value;

use super::Book;
use crate::store::call;
use crate::store::rows::SettingRow;
use crate::text::{check_name, holds_nul, normalize};
use crate::{ErrorKind, Result};

/// The saved settings of a book for one purpose: `book.settings("trial-balance")`.
#[derive(Debug)]
pub struct Settings<'b> {
    pub(super) book: &'b Book<'b>,
    pub(super) purpose: &'static str,
}

/// Settings with the name that they were saved under.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SavedSetting {
    /// The name.
    pub name: String,
    /// The settings, in whatever form their owner gave them.
    pub settings: Value,
}

impl Settings<'_> {
    /// All that are saved, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self) -> Result<Vec<SavedSetting>> {
        let rows = call!(self.book.db(), "reading settings", setting::all(self.book.id(), self.purpose))?;
        rows.into_iter().map(saved).collect()
    }

    /// The settings with this name; case and Unicode form do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the names that there are.
    pub fn get(&self, name: &str) -> Result<SavedSetting> {
        let key = normalize(name);
        let row = match holds_nul(name) {
            true => None,
            false => call!(
                self.book.db(),
                "reading settings",
                setting::by_name(self.book.id(), self.purpose, &key)
            )?,
        };
        match row {
            Some(row) => saved(row),
            None => {
                let suggestions = self.list()?.into_iter().map(|saved| saved.name).take(5).collect();
                Err(ErrorKind::NotFound { what: "saved setting", name: name.to_owned(), suggestions }.into())
            }
        }
    }

    /// Saves settings under a name, in place of those that had it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`].
    pub fn save(&self, name: &str, settings: &Value) -> Result<()> {
        check_name("name", name, 100)?;
        self.book.change(|_, _| {
            let row = SettingRow {
                book_id: self.book.id(),
                purpose: self.purpose.to_owned(),
                normalized_name: normalize(name),
                name: name.to_owned(),
                settings: settings.to_string(),
            };
            let key = &row.normalized_name;
            let before =
                call!(self.book.db(), "reading settings", setting::by_name(row.book_id, self.purpose, key))?;
            call!(self.book.db(), "saving settings", setting::replace(&row))?;
            let before = before.and_then(|row| serde_json::from_str(&row.settings).ok());
            self.book.record_event("settings.save", &self.subject(name), before, Some(settings.clone()))
        })
    }

    /// Forgets the settings with this name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the names that there are.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.book.change(|_, _| {
            let before = self.get(name)?;
            call!(
                self.book.db(),
                "removing settings",
                setting::remove(self.book.id(), self.purpose, &normalize(name))
            )?;
            self.book.record_event("settings.remove", &self.subject(name), Some(before.settings), None)
        })
    }

    fn subject(&self, name: &str) -> String {
        format!("{} {name}", self.purpose)
    }
}

fn saved(row: SettingRow) -> Result<SavedSetting> {
    let corrupt =
        |_| ErrorKind::Corrupt { what: format!("saved_settings {}/{}: no JSON", row.purpose, row.name) };
    let settings = serde_json::from_str(&row.settings).map_err(corrupt)?;
    Ok(SavedSetting { name: row.name, settings })
}
