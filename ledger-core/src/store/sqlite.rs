//! SQLite: the embedded default.

use diesel::connection::SimpleConnection;
use diesel::query_builder::AstPass;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};
use diesel::{Connection as _, ConnectionError, QueryResult, RunQueryDsl as _};

use super::statement::{Bind, statement};
use crate::{ErrorKind, Result};

pub(crate) type Conn = diesel::SqliteConnection;
pub(crate) type Db = diesel::sqlite::Sqlite;

/// Nothing: `BEGIN IMMEDIATE` has locked the whole file already.
const FOR_UPDATE: &str = "";

const IS_POSTGRES: bool = false;

/// How rows are read one by one, without holding all of them.
type RowByRow = diesel::connection::DefaultLoadingMode;

/// Sums the months `m` of each key `y`: what is selected, how the months are joined, and what follows.
const EACH_MONTH: [&str; 3] = [
    "SELECT y.account_id, y.commodity_id, y.weight_commodity_id, CAST(SUM(m.debit_amount - m.credit_amount) AS BIGINT), \
     CAST(SUM(m.debit_weight - m.credit_weight) AS BIGINT)",
    "balances_monthly m",
    " GROUP BY y.account_id, y.commodity_id, y.weight_commodity_id",
];

/// How long a writer waits for another program, in seconds.
pub(super) const BUSY_SECONDS: u64 = 30;
/// SQLite releases before this one can corrupt a database in WAL mode when the log is reset.
const VERSION_MIN: (i32, i32, i32) = (3, 51, 3);

diesel::define_sql_function! {
    /// The place of `part` in `text`, from 1, or 0.
    #[sql_name = "instr"]
    fn position_in(text: diesel::sql_types::Nullable<diesel::sql_types::Text>, part: diesel::sql_types::Text)
        -> diesel::sql_types::Nullable<diesel::sql_types::Integer>;
}
diesel::define_sql_function! {
    /// `text` with small letters.
    fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>)
        -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

#[path = "ops/mod.rs"]
pub(crate) mod ops;
#[path = "sqlite/post.rs"]
pub(crate) mod post;
#[path = "sqlite/statement.rs"]
pub(crate) mod statement;

/// Pushes one bind of a statement.
pub(super) fn push<'b, T>(out: &mut AstPass<'_, 'b, Db>, value: &'b T) -> QueryResult<()>
where
    T: Bind + ToSql<<T as Bind>::Sql, Db>,
    Db: HasSqlType<T::Sql>,
{
    out.push_bind_param::<T::Sql, T>(value)
}

/// Opens a connection without changing anything in the file; settings that do are made by [`prepare`].
pub(super) fn connect(path: &str, place: &str) -> Result<Conn> {
    let result = connect_to(path, place);
    match &result {
        Err(error) if is_unwritable(error) && is_at_rest(path) => {
            connect_to(&immutable(path), place).or(result)
        }
        _ => result,
    }
}

/// Whether opening failed because SQLite could not make its log beside the file, which it needs even for reading.
fn is_unwritable(error: &crate::Error) -> bool {
    matches!(error.kind(), ErrorKind::ReadOnly { .. } | ErrorKind::File { .. })
}

/// Whether the file is whole without a log, and nobody has it open: the last one to close it removes the log.
fn is_at_rest(path: &str) -> bool {
    let beside = |ending: &str| std::path::Path::new(&format!("{path}{ending}")).exists();
    std::path::Path::new(path).is_file() && !beside("-wal") && !beside("-shm")
}

/// The address under which SQLite reads a file without locks and without a log: for a folder that cannot be written.
fn immutable(path: &str) -> String {
    let mut address = "file:".to_owned();
    if path.starts_with('/') {
        // An empty authority, so that a path with two slashes does not name one (RFC 3986, section 3).
        address.push_str("//");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?immutable=1"
}

fn connect_to(path: &str, place: &str) -> Result<Conn> {
    let refused = |error: ConnectionError| ErrorKind::File {
        verb: "open",
        path: place.to_owned(),
        message: error.to_string(),
    };
    let mut connection = Conn::establish(path).map_err(refused)?;
    // The timeout comes first: any other statement may meet a program that is writing.
    let settings = format!(
        "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
         PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;",
        BUSY_SECONDS * 1000
    );
    connection.batch_execute(&settings).map_err(|error| super::fault::explain(error, "opening it", place))?;
    check_version(&mut connection, place)?;
    Ok(connection)
}

/// Prepares for a transaction of very many rows, or goes back to the usual settings; no effect inside a transaction.
///
/// A bulk goes without foreign keys, and keeps more pages in memory: a page that is written out early is often read
/// and written again.
pub(super) fn set_bulk(connection: &mut Conn, bulk: bool) -> QueryResult<()> {
    let settings = if bulk {
        "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -32000;"
    } else {
        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000;"
    };
    connection.batch_execute(settings)
}

/// Makes the settings that write: the log mode, which stays with the file, and its durability.
///
/// A file or folder that cannot be written keeps the mode it has; reports still work then.
pub(super) fn prepare(connection: &mut Conn) {
    let settings = "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; \
                    PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_mode = WAL;";
    // Not fatal: the mode comes last, and only it can fail, where the file is read-only or busy. Whoever opens the
    // file next sets it; until then posts are as durable as with it, only slower.
    connection.batch_execute(settings).ok();
}

statement! {
    /// The release of the library that is really linked.
    struct LibraryVersion {} -> Text = "SELECT sqlite_version()"
}

/// Refuses releases that can corrupt a database in WAL mode.
fn check_version(connection: &mut Conn, place: &str) -> Result<()> {
    let found: String = LibraryVersion::new()
        .get_result(connection)
        .map_err(|error| super::fault::explain(error, "reading the SQLite version", place))?;
    let mut parts = found.split('.').map(|part| part.parse::<i32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) >= VERSION_MIN {
        return Ok(());
    }
    let (major, minor, patch) = VERSION_MIN;
    Err(ErrorKind::SqliteTooOld { found, needed: format!("{major}.{minor}.{patch}") }.into())
}
