//! The queries, one file per noun; compiled once for each database.

pub(crate) mod archive;
pub(crate) mod assertion;
pub(crate) mod balance;
pub(crate) mod book;
pub(crate) mod by_day;
pub(crate) mod chart;
pub(crate) mod closing;
pub(crate) mod entry;
pub(crate) mod event;
pub(crate) mod movement;
pub(crate) mod lot;
pub(crate) mod other_format;
pub(crate) mod party;
pub(crate) mod post;
pub(crate) mod price;
pub(crate) mod reconciliation;
pub(crate) mod register;
pub(crate) mod rule;
pub(crate) mod scenario;
pub(crate) mod receivable;
pub(crate) mod schedule;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod setting;
pub(crate) mod statement;
