//! The commodities of a book.

use serde_json::json;

use super::Book;
use crate::money::Commodity;
use crate::store::call;
use crate::store::rows::CommodityRow;
use crate::{ErrorKind, Result};

/// The commodities of a book: `book.commodities()`.
#[derive(Debug)]
pub struct Commodities<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Commodities<'_> {
    /// All that are declared, in the order in which they were.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self) -> Result<Vec<Commodity>> {
        Ok(self.book.chart()?.commodities().to_vec())
    }

    /// The commodity that a code means in this book: a declared one, or an ISO 4217 currency.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownCommodity`].
    pub fn get(&self, code: &str) -> Result<Commodity> {
        let found = self.book.chart()?.resolve_commodity(code);
        found.ok_or_else(|| ErrorKind::UnknownCommodity { code: code.to_owned() }.into())
    }

    /// Declares a commodity; its scale never changes afterwards. Declaring it again is no error.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] with another scale.
    pub fn declare(&self, commodity: Commodity) -> Result<Commodity> {
        self.book.change(|_, chart| {
            if chart.commodity_id(commodity).is_some() {
                return Ok(commodity);
            }
            let taken =
                chart.commodities().iter().find(|other| other.code().eq_ignore_ascii_case(commodity.code()));
            if let Some(taken) = taken {
                let hint = format!(" as {taken} with {} decimal places", taken.scale());
                let name = commodity.code().to_owned();
                return Err(ErrorKind::AlreadyExists { what: "commodity", name, hint }.into());
            }
            let row = CommodityRow {
                book_id: self.book.id(),
                commodity_id: chart.commodities().len() as i32 + 1,
                code: commodity.code().to_owned(),
                scale: i32::from(commodity.scale()),
            };
            call!(self.book.db(), "declaring a commodity", chart::insert_commodity(&row))?;
            let subject = format!("commodity {}", row.commodity_id);
            let after = json!({ "code": row.code, "scale": row.scale });
            self.book.record_event("commodity.declare", &subject, None, Some(after))?;
            self.book.chart_changed(|chart| chart.add_commodity(commodity))?;
            Ok(commodity)
        })
    }
}
