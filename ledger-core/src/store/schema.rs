//! The tables as Diesel sees them; their definitions are in `migrations/`.

diesel::table! {
    books (book_id) {
        book_id -> BigInt,
        uid -> Text,
        name -> Text,
        normalized_name -> Text,
        kind -> Text,
        base_commodity -> Text,
        time_zone -> Text,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    book_heads (book_id) {
        book_id -> BigInt,
        last_entry_number -> BigInt,
        entry_hash -> Binary,
        last_recorded_at -> BigInt,
        last_event_number -> BigInt,
        event_hash -> Binary,
        locked_through -> Nullable<Integer>,
        chart_version -> BigInt,
    }
}

diesel::table! {
    audit_events (book_id, number) {
        book_id -> BigInt,
        number -> BigInt,
        recorded_at -> BigInt,
        recorded_by -> Text,
        action -> Text,
        subject -> Text,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        hash -> Binary,
    }
}

diesel::table! {
    commodities (book_id, commodity_id) {
        book_id -> BigInt,
        commodity_id -> Integer,
        code -> Text,
        scale -> Integer,
    }
}

diesel::table! {
    accounts (book_id, account_id) {
        book_id -> BigInt,
        account_id -> Integer,
        name -> Text,
        normalized_name -> Text,
        kind -> Text,
        subtype -> Nullable<Text>,
        commodity_id -> Nullable<Integer>,
        opened_on -> Nullable<Integer>,
        closed_on -> Nullable<Integer>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    account_aliases (book_id, normalized_name) {
        book_id -> BigInt,
        normalized_name -> Text,
        alias -> Text,
        account_id -> Integer,
    }
}

diesel::table! {
    subtypes (book_id, kind, name) {
        book_id -> BigInt,
        kind -> Text,
        name -> Text,
        description -> Text,
    }
}

diesel::table! {
    parties (book_id, party_id) {
        book_id -> BigInt,
        party_id -> Integer,
        name -> Text,
        normalized_name -> Text,
    }
}

diesel::table! {
    prices (book_id, commodity_id, quote_commodity_id, priced_on) {
        book_id -> BigInt,
        commodity_id -> Integer,
        quote_commodity_id -> Integer,
        priced_on -> Integer,
        rate -> Text,
    }
}

diesel::table! {
    entries (book_id, number) {
        book_id -> BigInt,
        number -> BigInt,
        posted_on -> Integer,
        description -> Text,
        party_id -> Nullable<Integer>,
        external_id -> Nullable<Text>,
        source -> Text,
        reverses -> Nullable<BigInt>,
        amends -> Nullable<BigInt>,
        recorded_at -> BigInt,
        recorded_by -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    lines (book_id, entry_number, line_number) {
        book_id -> BigInt,
        entry_number -> BigInt,
        line_number -> Integer,
        account_id -> Integer,
        posted_on -> Integer,
        commodity_id -> Integer,
        amount -> BigInt,
        weight_commodity_id -> Integer,
        weight -> BigInt,
        price_kind -> Nullable<Text>,
        price -> Nullable<Text>,
        memo -> Nullable<Text>,
    }
}

diesel::table! {
    entry_tags (book_id, entry_number, key, value) {
        book_id -> BigInt,
        entry_number -> BigInt,
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    saved_settings (book_id, purpose, normalized_name) {
        book_id -> BigInt,
        purpose -> Text,
        normalized_name -> Text,
        name -> Text,
        settings -> Text,
    }
}

diesel::table! {
    checkpoints (book_id, checkpoint_id) {
        book_id -> BigInt,
        checkpoint_id -> Integer,
        account_id -> Integer,
        commodity_id -> Integer,
        reconciled_to -> Integer,
        balance -> BigInt,
        source -> Text,
        last_entry_number -> BigInt,
        recorded_at -> BigInt,
        recorded_by -> Text,
        undone_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    line_marks (book_id, account_id, posted_on, entry_number, line_number) {
        book_id -> BigInt,
        account_id -> Integer,
        posted_on -> Integer,
        entry_number -> BigInt,
        line_number -> Integer,
        commodity_id -> Integer,
        checkpoint_id -> Nullable<Integer>,
    }
}

diesel::table! {
    marks_monthly (book_id, account_id, commodity_id, checkpoint_id, period) {
        book_id -> BigInt,
        account_id -> Integer,
        commodity_id -> Integer,
        checkpoint_id -> Integer,
        period -> Integer,
        line_count -> BigInt,
        amount -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(entries, lines, entry_tags);
