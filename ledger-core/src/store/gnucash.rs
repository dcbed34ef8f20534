//! The database of a GnuCash book, opened to be read and never written.

use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};

use super::fault::explain;
use crate::import::journal::gnucash::{
    AccountRow, CommodityRow, DAY_AGAIN, PriceRow, Rows, SplitRow, TransactionRow,
};
use crate::{Error, ErrorKind, Result};

/// A row of up to seven texts and four numbers, so that every table is read alike.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
    #[diesel(sql_type = Text)]
    c: String,
    #[diesel(sql_type = Text)]
    d: String,
    #[diesel(sql_type = Text)]
    e: String,
    #[diesel(sql_type = Text)]
    f: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    o: i64,
    #[diesel(sql_type = BigInt)]
    p: i64,
    #[diesel(sql_type = BigInt)]
    q: i64,
}

/// Reads all that is imported of a GnuCash book in SQLite.
///
/// # Errors
/// [`ErrorKind::File`] or [`ErrorKind::Database`] for a file that is no such book.
pub(crate) fn rows(path: &str) -> Result<Rows> {
    let mut connection = SqliteConnection::establish(&address(path)).map_err(|error| {
        let kind = ErrorKind::File { verb: "open", path: path.to_owned(), message: error.to_string() };
        Error::from(kind).caused_by(error)
    })?;
    let mut read = |table: &str, columns: [&str; 6], numbers: [&str; 4], order: &str| -> Result<Vec<Row>> {
        let texts = columns.iter().zip(["a", "b", "c", "d", "e", "f"]);
        let texts = texts.map(|(column, name)| format!("CAST(IFNULL({column}, '') AS TEXT) AS {name}"));
        let numbers = numbers.iter().zip(["n", "o", "p", "q"]);
        let numbers = numbers.map(|(column, name)| format!("CAST({column} AS BIGINT) AS {name}"));
        let columns: Vec<String> = texts.chain(numbers).collect();
        let sql = format!("SELECT {} FROM {table}{order}", columns.join(", "));
        let doing = "reading the GnuCash book";
        diesel::sql_query(sql).load(&mut connection).map_err(|error| explain(error, doing, path))
    };
    const NONE: &str = "''";
    const ZERO: [&str; 4] = ["0", "0", "0", "0"];
    let root = read("books", ["root_account_guid", NONE, NONE, NONE, NONE, NONE], ZERO, "")?;
    let commodities = read(
        "commodities",
        ["guid", "namespace", "mnemonic", NONE, NONE, NONE],
        ["fraction", "0", "0", "0"],
        "",
    )?;
    let accounts = read(
        "accounts",
        ["guid", "name", "account_type", "commodity_guid", "parent_guid", "description"],
        ZERO,
        " ORDER BY rowid",
    )?;
    let transactions = read(
        "transactions",
        ["guid", "currency_guid", "num", "post_date", "description", NONE],
        ZERO,
        " ORDER BY post_date, enter_date, rowid",
    )?;
    let splits = read(
        "splits",
        ["tx_guid", "account_guid", "memo", "action", "reconcile_state", NONE],
        ["value_num", "value_denom", "quantity_num", "quantity_denom"],
        " ORDER BY rowid",
    )?;
    let prices = read(
        "prices",
        ["commodity_guid", "currency_guid", "date", NONE, NONE, NONE],
        ["value_num", "value_denom", "0", "0"],
        " ORDER BY date, rowid",
    )?;
    let slots =
        read("slots", [NONE; 6], ["COUNT(*)", "0", "0", "0"], &format!(" WHERE name <> '{DAY_AGAIN}'"))?;
    let scheduled = read("schedxactions", ["name", NONE, NONE, NONE, NONE, NONE], ZERO, "")?;
    Ok(Rows {
        root: root.into_iter().next().map(|row| row.a).unwrap_or_default(),
        commodities: commodities
            .into_iter()
            .map(|row| CommodityRow { guid: row.a, namespace: row.b, mnemonic: row.c, fraction: row.n })
            .collect(),
        accounts: accounts
            .into_iter()
            .map(|Row { a, b, c, d, e, f, .. }| AccountRow {
                guid: a,
                name: b,
                kind: c,
                commodity: d,
                parent: e,
                description: f,
            })
            .collect(),
        transactions: transactions
            .into_iter()
            .map(|Row { a, b, c, d, e, .. }| TransactionRow {
                guid: a,
                currency: b,
                num: c,
                posted: d,
                description: e,
            })
            .collect(),
        splits: splits.into_iter().map(split).collect(),
        prices: prices
            .into_iter()
            .map(|row| PriceRow { commodity: row.a, currency: row.b, on: row.c, value: (row.n, row.o) })
            .collect(),
        scheduled: scheduled.into_iter().map(|row| row.a).collect(),
        slots: slots.into_iter().next().map_or(0, |row| row.n.unsigned_abs()),
    })
}

fn split(row: Row) -> SplitRow {
    SplitRow {
        transaction: row.a,
        account: row.b,
        memo: row.c,
        action: row.d,
        reconciled: row.e,
        value: (row.n, row.o),
        quantity: (row.p, row.q),
    }
}

/// The file as an address that lets SQLite only read.
fn address(path: &str) -> String {
    let escaped = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{escaped}?mode=ro")
}
