//! Raw SQL on a SQLite file, with the rows as text.
//!
//! Diesel runs one statement at a time and ignores what follows it, so a script is first cut into statements.

use diesel::connection::SimpleConnection as _;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::row::{Field as _, NamedRow, Row};
use diesel::sql_types::{Binary, Text};
use diesel::sqlite::{Sqlite, SqliteConnection, SqliteType, SqliteValue};
use diesel::{Connection as _, RunQueryDsl as _};

/// Runs the statements of a script on a connection of its own; their rows as lines of `|`-separated values.
pub(crate) fn run(path: &str, script: &str) -> Result<String, String> {
    let mut connection = SqliteConnection::establish(path).map_err(|cause| cause.to_string())?;
    connection
        .batch_execute("PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = OFF")
        .map_err(|cause| cause.to_string())?;
    let mut output = String::new();
    for statement in statements(script) {
        let rows: Vec<TextRow> = diesel::sql_query(statement)
            .load(&mut connection)
            .map_err(|cause| format!("{cause}, in the statement: {statement}"))?;
        for TextRow(line) in rows {
            output.push_str(&line);
            output.push('\n');
        }
    }
    Ok(output)
}

/// A row of any query, as one line.
struct TextRow(String);

impl QueryableByName<Sqlite> for TextRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let mut values = Vec::with_capacity(row.field_count());
        for index in 0..row.field_count() {
            let field = Row::get(row, index).ok_or("a row has fewer columns than it says")?;
            values.push(field.value().map_or(Ok(String::new()), text)?);
        }
        Ok(TextRow(values.join("|")))
    }
}

/// A value as `psql` shows it: bytes as `\x` and hex digits.
fn text(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<String> {
    if value.value_type() == Some(SqliteType::Binary) {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        return Ok(bytes.iter().fold("\\x".to_owned(), |hex, byte| hex + &format!("{byte:02x}")));
    }
    <String as FromSql<Text, Sqlite>>::from_sql(value)
}

/// Cuts a script at the semicolons that end a statement: not those in quotes, comments or a trigger's body.
fn statements(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(token) = next_token(&script[at..]) {
        at += token.len();
        if token == ";" && statement_ends(&words) {
            found.push(script[start..at].trim());
            words.clear();
            start = at;
        } else if token == ";" || token.starts_with(|first: char| first.is_alphanumeric() || first == '_') {
            words.push(token);
        } else if token.starts_with(['\'', '"', '`', '[']) {
            // Keeps `'end'` apart from END while the statement still counts as one with content.
            words.push("'");
        }
    }
    if !words.is_empty() {
        found.push(script[start..].trim());
    }
    found.retain(|statement| statement.trim_end_matches(';').trim() != "");
    found
}

/// Whether a semicolon after these words ends the statement; in `CREATE TRIGGER` only the one after `END` does,
/// which itself follows a semicolon.
fn statement_ends(words: &[&str]) -> bool {
    let is = |word: &str, wanted: &str| word.eq_ignore_ascii_case(wanted);
    let makes_trigger = words.first().is_some_and(|first| is(first, "CREATE"))
        && words.iter().skip(1).take(2).any(|word| is(word, "TRIGGER"));
    match words {
        [.., ";", last] if makes_trigger => is(last, "END"),
        _ => !makes_trigger,
    }
}

/// The next piece of a script: a word, a quoted string, a comment, or one other character; `None` at its end.
fn next_token(rest: &str) -> Option<&str> {
    let first = rest.chars().next()?;
    let up_to =
        |mark: &str, skip: usize| rest[skip..].find(mark).map_or(rest.len(), |at| skip + at + mark.len());
    let length = match first {
        // A doubled quote inside a string reads as two strings side by side, which ends in the same place.
        '\'' | '"' | '`' => up_to(&first.to_string(), 1),
        '[' => up_to("]", 1),
        '-' if rest.starts_with("--") => up_to("\n", 2),
        '/' if rest.starts_with("/*") => up_to("*/", 2),
        letter if letter.is_alphanumeric() || letter == '_' => {
            rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len())
        }
        other => other.len_utf8(),
    };
    Some(&rest[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_cut_where_its_statements_end() {
        assert_eq!(statements("SELECT 1; SELECT 'a;''b' ;\n"), ["SELECT 1;", "SELECT 'a;''b' ;"]);
        assert_eq!(
            statements("SELECT 1 -- one; two\n; /* three; */ SELECT \"a;b\""),
            ["SELECT 1 -- one; two\n;", "/* three; */ SELECT \"a;b\""]
        );
        assert_eq!(statements(" ;; -- nothing\n"), Vec::<&str>::new());
    }

    #[test]
    fn a_trigger_is_one_statement() {
        let trigger = "CREATE TEMP TRIGGER t AFTER UPDATE ON a BEGIN \
                       SELECT CASE WHEN 1 THEN 2 END; SELECT 'x; END;'; END;";
        assert_eq!(statements(&format!("{trigger} DROP TRIGGER t")), [trigger, "DROP TRIGGER t"]);
    }

    #[test]
    fn a_file_that_is_no_database_is_an_error() {
        let db = crate::sqlite_database();
        std::fs::write(db.url(), "not a database, but long enough to be looked at".repeat(40)).unwrap();
        let sentence = db.sql("SELECT * FROM sqlite_schema").unwrap_err();
        assert!(sentence.contains("not a database"), "{sentence}");
    }
}
