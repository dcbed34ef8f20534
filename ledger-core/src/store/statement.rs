//! Hand-written SQL as typed nodes that Diesel caches as prepared statements.
//!
//! `sql_query` and parts of the query builder are prepared anew at every call; a node with a static query id is
//! prepared once per connection. A bind is a field of the node, named where it stands in the text.

/// The SQL type that a Rust type is bound as.
pub(crate) trait Bind {
    /// Diesel's marker for it.
    type Sql;
}

macro_rules! bind_as {
    ($($rust:ty => $sql:ty),* $(,)?) => {
        $(impl<'a> Bind for $rust { type Sql = $sql; })*
    };
}

use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

bind_as! {
    i32 => Integer,
    i64 => BigInt,
    &'a str => Text,
    &'a [u8] => Binary,
    Option<i32> => Nullable<Integer>,
    Option<i64> => Nullable<BigInt>,
    Option<&'a str> => Nullable<Text>,
}

#[cfg(feature = "postgres")]
mod arrays {
    use super::Bind;
    use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text};

    bind_as! {
        Vec<i32> => Array<Integer>,
        Vec<i64> => Array<BigInt>,
        Vec<&'a str> => Array<Text>,
        Vec<&'a [u8]> => Array<Binary>,
        Vec<Option<i32>> => Array<Nullable<Integer>>,
        Vec<Option<i64>> => Array<Nullable<BigInt>>,
        Vec<Option<&'a str>> => Array<Nullable<Text>>,
    }
}

/// Declares a statement: its binds, the row it yields, and its text with the binds named in place.
///
/// ```text
/// statement! {
///     /// The head of a book.
///     struct ReadHead { book_id: i64 } -> (BigInt, Binary) =
///         "SELECT last_entry_number, entry_hash FROM book_heads WHERE book_id = " book_id
/// }
/// ```
macro_rules! statement {
    ($(#[$meta:meta])* struct $name:ident { $($field:ident : $rust:ty),* $(,)? } -> $row:ty = $($part:tt)+) => {
        $(#[$meta])*
        pub(crate) struct $name<'a> {
            $(pub $field: $rust,)*
            pub marker: std::marker::PhantomData<&'a ()>,
        }

        impl<'a> $name<'a> {
            // A statement with very many binds is built by its fields' names instead.
            #[allow(clippy::too_many_arguments, dead_code)]
            pub(crate) fn new($($field: $rust),*) -> Self {
                $name { $($field,)* marker: std::marker::PhantomData }
            }
        }

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::Query for $name<'_> {
            type SqlType = $row;
        }

        impl diesel::RunQueryDsl<Conn> for $name<'_> {}

        impl diesel::query_builder::QueryFragment<Db> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, Db>,
            ) -> diesel::QueryResult<()> {
                $($crate::store::statement::statement!(@part self out $part);)+
                Ok(())
            }
        }
    };
    (@part $self:ident $out:ident $text:literal) => { $out.push_sql($text) };
    (@part $self:ident $out:ident ($text:expr)) => { $out.push_sql($text) };
    (@part $self:ident $out:ident $field:ident) => { push(&mut $out, &$self.$field)? };
}
pub(crate) use statement;
