//! [`on_both_databases!`](crate::on_both_databases) turns one rule into two tests, one per database.

use std::fmt::Display;

use crate::database::{Backend, TestDatabase, fresh_database};

/// Makes two tests of each function, `name::sqlite` and `name::postgres`, each on a fresh database.
///
/// The function may return nothing or a `Result` whose error can be displayed. Attributes and doc comments go
/// to both tests.
///
/// ```no_run
/// ledger_testkit::on_both_databases! {
///     fn text_comes_back_as_it_went_in(db: &TestDatabase) -> Result<(), String> {
///         db.sql("CREATE TABLE notes (text TEXT)")?;
///         db.sql("INSERT INTO notes VALUES ('Café')")?;
///         assert_eq!(db.sql("SELECT text FROM notes")?, "Café\n");
///         Ok(())
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! on_both_databases {
    ($( $(#[$attribute:meta])* fn $name:ident($db:ident: &TestDatabase) $(-> $outcome:ty)? $body:block )+) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                fn rule($db: &$crate::TestDatabase) $(-> $outcome)? $body

                #[test]
                $(#[$attribute])*
                fn sqlite() {
                    $crate::run($crate::Backend::Sqlite, rule);
                }

                #[test]
                $(#[$attribute])*
                fn postgres() {
                    $crate::run($crate::Backend::Postgres, rule);
                }
            }
        )+
    };
}

/// What a rule that runs on both databases may return: nothing, or a `Result` that fails the test.
pub trait Verdict {
    /// Fails the test when the rule did not hold.
    ///
    /// # Panics
    /// With the error's sentence.
    fn judge(self);
}

impl Verdict for () {
    fn judge(self) {}
}

impl<E: Display> Verdict for Result<(), E> {
    fn judge(self) {
        if let Err(error) = self {
            panic!("{error}");
        }
    }
}

/// Runs a rule on a fresh database of the given kind.
///
/// The work behind [`on_both_databases!`](crate::on_both_databases).
///
/// # Panics
/// When the rule does not hold or the database cannot be made.
pub fn run<V: Verdict>(backend: Backend, rule: impl FnOnce(&TestDatabase) -> V) {
    if let Some(db) = fresh_database(backend) {
        rule(&db).judge();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::on_both_databases! {
        /// Every kind of value reads the same on both databases.
        fn raw_sql_reads_alike_on_both_databases(db: &TestDatabase) -> Result<(), String> {
            let bytes = match db.backend() {
                Backend::Sqlite => "x'00ff'",
                Backend::Postgres => "'\\x00ff'::bytea",
            };
            let rows = db.sql(&format!("SELECT 1, 'a;b', NULL, {bytes}, -9223372036854775808; SELECT 'Café'"))?;
            assert_eq!(rows, "1|a;b||\\x00ff|-9223372036854775808\nCafé\n");
            Ok(())
        }

        fn raw_sql_stops_at_the_first_statement_that_fails(db: &TestDatabase) {
            let script = "CREATE TABLE a (id INTEGER); INSERT INTO missing VALUES (1); CREATE TABLE b (id INTEGER)";
            let sentence = db.sql(script).unwrap_err();
            assert!(sentence.contains("missing"), "{sentence}");
            assert_eq!(db.sql("SELECT count(*) FROM a").as_deref(), Ok("0\n"));
            assert!(db.sql("SELECT count(*) FROM b").is_err());
        }

        fn raw_sql_knows_transactions(db: &TestDatabase) -> Result<(), String> {
            db.sql("CREATE TABLE a (id INTEGER)")?;
            db.sql("BEGIN; INSERT INTO a VALUES (1); ROLLBACK; INSERT INTO a VALUES (2)")?;
            assert_eq!(db.sql("SELECT id FROM a")?, "2\n");
            Ok(())
        }
    }

    #[test]
    #[should_panic(expected = "the rule does not hold")]
    fn a_rule_that_does_not_hold_fails_its_test() {
        run(Backend::Sqlite, |_| Err::<(), _>("the rule does not hold"));
    }
}
