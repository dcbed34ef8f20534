//! Finding entries by what they hold, latest first.

use diesel::prelude::*;

use super::super::{Conn, Db, lower, position_in};
use crate::store::rows::{EntryRow, Search};
use crate::store::schema::{entries, entry_tags, lines};

/// At most `limit` entries, latest posting day first.
pub(crate) fn find(conn: &mut Conn, book_id: i64, search: &Search, limit: i64) -> QueryResult<Vec<EntryRow>> {
    let mut query = entries::table.filter(entries::book_id.eq(book_id)).into_boxed::<Db>();
    if let Some((day, number)) = search.before {
        query = query.filter(
            entries::posted_on.lt(day).or(entries::posted_on.eq(day).and(entries::number.lt(number))),
        );
    }
    if let Some(day) = search.first_day {
        query = query.filter(entries::posted_on.ge(day));
    }
    if let Some(day) = search.last_day {
        query = query.filter(entries::posted_on.le(day));
    }
    if let Some(parties) = &search.party_ids {
        query = query.filter(entries::party_id.eq_any(parties.clone()));
    }
    if let Some(condition) = with_line(book_id, search) {
        query = query.filter(entries::number.eq_any(condition));
    }
    if let Some((text, parties)) = &search.text {
        let part = text.to_lowercase();
        let memos = lines::table
            .filter(lines::book_id.eq(book_id).and(lines::memo.is_not_null()))
            .filter(position_in(lower(lines::memo), part.clone()).gt(0))
            .select(lines::entry_number);
        query = query.filter(
            position_in(lower(entries::description.nullable()), part)
                .gt(0)
                .or(entries::party_id.eq_any(parties.clone()))
                .or(entries::number.eq_any(memos).nullable()),
        );
    }
    if let Some((key, value)) = &search.tag {
        let tagged = entry_tags::table
            .filter(entry_tags::book_id.eq(book_id).and(entry_tags::key.eq(key.clone())))
            .select(entry_tags::entry_number)
            .into_boxed::<Db>();
        let tagged =
            if value.is_empty() {
                tagged
            } else {
                tagged.filter(entry_tags::value.eq(value.clone()).or(
                    position_in(entry_tags::value.nullable(), format!("{value}/")).eq(1).assume_not_null(),
                ))
            };
        query = query.filter(entries::number.eq_any(tagged));
    }
    query.order((entries::posted_on.desc(), entries::number.desc())).limit(limit).load(conn)
}

/// The entries with a line that fulfils all conditions on lines, if there are any.
fn with_line(book_id: i64, search: &Search) -> Option<LineQuery> {
    if search.account_ids.is_none() && search.amount_min.is_none() && search.amount_max.is_none() {
        return None;
    }
    let mut query =
        lines::table.filter(lines::book_id.eq(book_id)).select(lines::entry_number).into_boxed::<Db>();
    if let Some(accounts) = &search.account_ids {
        query = query.filter(lines::account_id.eq_any(accounts.clone()));
    }
    if let Some(commodity) = search.commodity_id {
        query = query.filter(lines::commodity_id.eq(commodity));
    }
    if let Some(least) = search.amount_min {
        query = query.filter(lines::amount.ge(least).or(lines::amount.le(-least)));
    }
    if let Some(most) = search.amount_max {
        query = query.filter(lines::amount.between(-most, most));
    }
    Some(query)
}

type LineQuery = diesel::dsl::IntoBoxed<
    'static,
    diesel::dsl::Select<
        diesel::dsl::Filter<lines::table, diesel::dsl::Eq<lines::book_id, i64>>,
        lines::entry_number,
    >,
    Db,
>;
