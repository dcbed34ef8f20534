//! Projections that are kept, to be compared with what happened.

use chrono::NaiveDate;
use serde::Serialize;

use super::{ProjectRequest, Schedules, unbuilt};
#[cfg(doc)]
use crate::ErrorKind;
use crate::Result;
use crate::schedule::{Accuracy, Forecast};

/// A forecast that is kept, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedForecast {
    /// Its name.
    pub name: String,
    /// The last day whose postings it knew.
    pub as_of: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

impl Schedules<'_> {
    /// Projects and keeps the result under a name.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, and as [`Schedules::project`].
    pub fn snapshot(&self, _name: &str, _request: &ProjectRequest) -> Result<Forecast> {
        unbuilt()
    }

    /// The forecasts that are kept, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forecasts(&self) -> Result<Vec<SavedForecast>> {
        unbuilt()
    }

    /// The forecast with this name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn forecast(&self, _name: &str) -> Result<Forecast> {
        unbuilt()
    }

    /// A forecast beside what happened through a day, by day and by cause.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], and as [`crate::schedule::accuracy`].
    pub fn accuracy(&self, _name: &str, _through: NaiveDate) -> Result<Accuracy> {
        unbuilt()
    }

    /// Forgets a forecast.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn drop_forecast(&self, _name: &str) -> Result<()> {
        unbuilt()
    }
}
