//! PostgreSQL: for books that several machines share.

use diesel::Connection as _;
use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::query_builder::AstPass;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;

use super::statement::Bind;
use crate::{ErrorKind, Result};

pub(crate) type Conn = diesel::PgConnection;
pub(crate) type Db = diesel::pg::Pg;

/// Locks the row that is read, until the end of the transaction.
const FOR_UPDATE: &str = " FOR UPDATE";

const IS_POSTGRES: bool = true;

/// How rows are read one by one, without holding all of them.
type RowByRow = diesel::pg::PgRowByRowLoadingMode;

/// Sums the months `m` of each key `y`: what is selected, how the months are joined, and what follows.
///
/// Left to itself the planner reads all months of all years and hashes them; a lateral sum has to look up each key.
const EACH_MONTH: [&str; 3] = [
    "SELECT y.account_id, y.commodity_id, y.weight_commodity_id, s.amount, s.weight",
    "LATERAL (SELECT CAST(SUM(m.debit_amount - m.credit_amount) AS BIGINT) AS amount, \
     CAST(SUM(m.debit_weight - m.credit_weight) AS BIGINT) AS weight FROM balances_monthly m",
    ") s WHERE s.amount IS NOT NULL",
];

diesel::define_sql_function! {
    /// The place of `part` in `text`, from 1, or 0.
    #[sql_name = "strpos"]
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
#[path = "postgres/post.rs"]
pub(crate) mod post;
#[path = "postgres/statement.rs"]
pub(crate) mod statement;

/// Pushes one bind of a statement.
fn push<'b, T>(out: &mut AstPass<'_, 'b, Db>, value: &'b T) -> QueryResult<()>
where
    T: Bind + ToSql<<T as Bind>::Sql, Db>,
    Db: HasSqlType<T::Sql>,
{
    out.push_bind_param::<T::Sql, T>(value)
}

/// Opens a connection.
pub(super) fn connect(url: &str, place: &str) -> Result<Conn> {
    let refused = |error: diesel::ConnectionError| {
        let message = error.to_string().trim().to_owned();
        if message.contains("database") && message.contains("does not exist") {
            return ErrorKind::NoDatabase { place: format!("{place} (create it on the server first)") };
        }
        ErrorKind::Database { doing: format!("connecting to {place}"), message }
    };
    let mut connection = Conn::establish(url).map_err(refused)?;
    // NOTICE messages of the server would go to standard error; the library prints nothing.
    connection
        .batch_execute("SET client_min_messages = warning; SET lock_timeout = '30s';")
        .map_err(|error| super::fault::explain(error, "opening it", place))?;
    Ok(connection)
}
