//! `ledger db status`: works on a database of another version too, and says so.

use std::process::ExitCode;

use ledger_core::admin::{self, Receipt};
use ledger_core::{Error, ErrorKind, Result, SchemaStatus};
use serde_json::json;

use super::super::Context;
use crate::exit;
use crate::globals::Format;
use crate::render::{self, Column, Table};

/// Shows the schema and the books; a schema of another version ends with code 6.
pub(super) fn run(context: &Context) -> Result<ExitCode> {
    let status = admin::status(&context.settings.db)?;
    let refusal = refusal(&status);
    // The books of another version cannot be read: its tables may differ.
    let receipts = match &refusal {
        None => admin::receipts(&context.ledger()?)?,
        Some(_) => Vec::new(),
    };
    render::print(&context.settings, table(context, &status, &receipts))?;
    match refusal {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Ok(exit::report(&error, context.settings.error_style())),
    }
}

/// Why this program cannot use a database with this schema.
fn refusal(status: &SchemaStatus) -> Option<Error> {
    let place = status.place.clone();
    let last = |known: bool| {
        let found = status.migrations.iter().rfind(|migration| migration.known == known);
        found.map(|migration| migration.version.clone())
    };
    if let Some(found) = last(false) {
        return Some(ErrorKind::NewerSchema { place, found, known: last(true).unwrap_or_default() }.into());
    }
    let pending = status.pending_count();
    (pending > 0).then(|| ErrorKind::OlderSchema { place, pending }.into())
}

fn table(context: &Context, status: &SchemaStatus, receipts: &[Receipt]) -> Table {
    let row = |receipt: &Receipt| {
        let Receipt { book, uid, head } = receipt;
        vec![book.as_str().into(), uid.as_str().into(), head.number.into(), head.to_string().into()]
    };
    let newest = status.migrations.iter().rfind(|migration| migration.applied);
    let version = newest.map_or("", |migration| migration.version.as_str());
    let (applied, pending) = (status.applied_count(), status.pending_count());
    let mut table = Table {
        columns: vec![
            Column::text("book"),
            Column::short("uid"),
            Column::number("entries"),
            Column::long("head"),
        ],
        rows: receipts.iter().map(row).collect(),
        notes: vec![format!("schema {version}: {applied} change(s) applied, {pending} pending")],
        meta: Some(vec![
            ("place", json!(status.place)),
            ("backend", json!(status.backend)),
            ("schema", json!(version)),
            ("pending", json!(pending)),
            ("migrations", json!(status.migrations)),
        ]),
        ..Table::default()
    };
    if context.settings.format == Format::Table {
        table.title = Some(format!("{} ({})", status.place, status.backend));
        // The identity is for programs; the head is what a person copies.
        table.columns.remove(1);
        for row in &mut table.rows {
            row.remove(1);
        }
    }
    table
}
