//! The tables of a book that an archive holds row by row: the one list to add a noun to, and how its rows read.
//!
//! A new table with a `book_id` needs a row type in [`super::rows`] or beside it (`Queryable`,
//! `Insertable`, `Serialize`, `Deserialize`, `book_id` skipped) and a line in [`tables!`]. Books, heads and the journal
//! have places of their own in an archive ([`ELSEWHERE`]); turnover is recomputed.

/// The types of the rows, from wherever they are.
pub(crate) mod row {
    pub(crate) use crate::store::assertion_rows::*;
    pub(crate) use crate::store::closing_rows::*;
    pub(crate) use crate::store::lot_rows::{LineLotRow, LotAccountRow};
    pub(crate) use crate::store::party_rows::*;
    pub(crate) use crate::store::receivable_rows::*;
    pub(crate) use crate::store::rows::*;
    pub(crate) use crate::store::schedule_rows::*;
    pub(crate) use crate::store::statement_rows::*;
}

/// Hands the list of tables to a macro: in the order in which rows can be inserted again, those that refer to
/// entries after the entries.
///
/// `streamed(columns)`: sorted by the database, by numbers only, and read row by row. `sorted by |row| key`: read
/// whole and sorted here, because databases disagree on the order of texts.
macro_rules! tables {
    ($then:ident) => {
        $then! {
            before {
                commodities: CommodityRow, streamed(commodity_id);
                subtypes: SubtypeRow, sorted(kind, name);
                accounts: AccountRow, streamed(account_id);
                account_aliases: AliasRow, sorted(normalized_name);
                lot_accounts: LotAccountRow, streamed(account_id);
                parties: PartyRow, streamed(party_id);
                party_aliases: PartyAliasRow, sorted(normalized_name);
                party_details: PartyDetailsRow, streamed(party_id);
                prices: PriceRow, streamed(commodity_id, quote_commodity_id, priced_on);
                saved_settings: SettingRow, sorted(purpose, normalized_name);
                rules: RuleRow, streamed(rule_id);
            }
            after {
                line_lots: LineLotRow, streamed(entry_number, line_number);
                imports: ImportRow, streamed(import_id);
                statements: StatementRow, streamed(import_id, statement_number);
                statement_lines: StatementLineRow, streamed(import_id, line_number);
                checkpoints: CheckpointRow, streamed(checkpoint_id);
                line_marks: MarkRow, streamed(account_id, posted_on, entry_number, line_number);
                marks_monthly: MarksMonthRow, streamed(account_id, commodity_id, checkpoint_id, period);
                schedules: ScheduleRow, streamed(schedule_id);
                occurrence_changes: OccurrenceChangeRow, streamed(schedule_id, original_on);
                scenarios: ScenarioRow, streamed(scenario_id);
                forecasts: ForecastRow, sorted(normalized_name);
                recurring_decisions: RecurringDecisionRow, sorted(key);
                loan_groups: LoanGroupRow, streamed(group_id);
                receivables: ReceivableRow, streamed(receivable_id);
                receivable_movements: MovementRow, streamed(receivable_id, movement_id);
                group_events: GroupEventRow, streamed(group_id, event_id);
                closings: ClosingRow, streamed(closing_id);
                assertions: AssertionRow, streamed(assertion_id);
                audit_events: EventRow, streamed(number);
            }
        }
    };
}
pub(crate) use tables;

/// Tables with a `book_id` that are in an archive in another way, and how.
pub(crate) const ELSEWHERE: [(&str, &str); 7] = [
    ("books", "manifest.json"),
    ("book_heads", "manifest.json"),
    ("entries", "entries.ndjson"),
    ("lines", "entries.ndjson"),
    ("entry_tags", "entries.ndjson"),
    ("balances_monthly", "recomputed"),
    ("balances_yearly", "recomputed"),
];

macro_rules! declare {
    (before { $($table:ident: $row:ident, $how:ident $key:tt;)* }
     after { $($late:ident: $late_row:ident, $late_how:ident $late_key:tt;)* }) => {
        declare! { @all $($table: $row;)* $($late: $late_row;)* }

        impl Table {
            /// Those whose rows entries may refer to.
            pub(crate) const BEFORE_ENTRIES: &[Table] = &[$(Table::$table),*];
            /// Those whose rows may refer to entries.
            pub(crate) const AFTER_ENTRIES: &[Table] = &[$(Table::$late),*];
        }
    };
    (@all $($table:ident: $row:ident;)*) => {
        /// A table that an archive holds row by row, by its name.
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Table { $($table),* }

        /// A row of one of them.
        #[allow(non_camel_case_types)]
        #[allow(clippy::large_enum_variant)] // many at once are all of one table
        #[derive(Debug, Clone)]
        pub(crate) enum Record { $($table(row::$row)),* }

        impl Table {
            /// The name of the table, and of its file without the ending.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Table::$table => stringify!($table)),* }
            }

            /// Reads a row of a book.
            pub(crate) fn parse(self, line: &[u8], book_id: i64) -> serde_json::Result<Record> {
                match self {
                    $(Table::$table => {
                        let mut row: row::$row = serde_json::from_slice(line)?;
                        row.book_id = book_id;
                        Ok(Record::$table(row))
                    })*
                }
            }
        }

        impl Record {
            /// Writes the row as one JSON object, without its book.
            pub(crate) fn write(&self, line: &mut Vec<u8>) -> serde_json::Result<()> {
                match self { $(Record::$table(row) => serde_json::to_writer(line, row)),* }
            }
        }
    };
}
tables!(declare);

/// A day as `2026-01-31`.
pub(crate) mod as_day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::store::rows::{date, day};

    pub(crate) fn serialize<S: Serializer>(value: &i32, serializer: S) -> Result<S::Ok, S::Error> {
        date(*value).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
        NaiveDate::deserialize(deserializer).map(day)
    }
}

/// A day as `2026-01-31`, or `null`.
pub(crate) mod as_optional_day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::store::rows::{date, day};

    pub(crate) fn serialize<S: Serializer>(value: &Option<i32>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(date).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
        Option::<NaiveDate>::deserialize(deserializer).map(|date| date.map(day))
    }
}

/// An instant as `2026-01-31T12:00:00.000000Z`.
pub(crate) mod as_instant {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::store::rows::instant;

    pub(crate) fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant(*value).to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        DateTime::<Utc>::deserialize(deserializer).map(|instant| instant.timestamp_micros())
    }
}

/// An instant as `2026-01-31T12:00:00.000000Z`, or `null`.
pub(crate) mod as_optional_instant {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::store::rows::instant;

    pub(crate) fn serialize<S: Serializer>(value: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|value| instant(value).to_rfc3339_opts(SecondsFormat::Micros, true)).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        let instant = Option::<DateTime<Utc>>::deserialize(deserializer)?;
        Ok(instant.map(|instant| instant.timestamp_micros()))
    }
}

/// A hash as 64 hexadecimal digits.
pub(crate) mod as_hex {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::audit::Hash;

    pub(crate) fn serialize<S: Serializer>(value: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match Hash::from_slice(value) {
            Some(hash) => serializer.collect_str(&hash),
            None => Err(serde::ser::Error::custom("a hash is not 32 bytes long")),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let hash =
            Hash::from_hex(&text).ok_or_else(|| D::Error::custom("a hash has 64 hexadecimal digits"))?;
        Ok(hash.as_bytes().to_vec())
    }
}

/// A count of minor units as text: JSON numbers past 2^53 are rounded by many programs.
pub(crate) mod as_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("{text:?} is not a count of minor units")))
    }
}

/// A count of minor units as text, or `null`.
pub(crate) mod as_optional_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|value| value.to_string()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        let text = Option::<std::borrow::Cow<str>>::deserialize(deserializer)?;
        let parse = |text: std::borrow::Cow<'_, str>| {
            text.parse().map_err(|_| D::Error::custom(format!("{text:?} is not a count of minor units")))
        };
        text.map(parse).transpose()
    }
}

/// The fingerprint of a statement line as 32 hexadecimal digits.
pub(crate) mod as_fingerprint {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match value.try_into() {
            Ok(bytes) => serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(bytes))),
            Err(_) => Err(serde::ser::Error::custom("a fingerprint is not 16 bytes long")),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits.then(|| u128::from_str_radix(&text, 16).ok()).flatten();
        let number = number.ok_or_else(|| D::Error::custom("a fingerprint has 32 hexadecimal digits"))?;
        Ok(number.to_be_bytes().to_vec())
    }
}
