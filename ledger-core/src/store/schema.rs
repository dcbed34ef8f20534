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
    party_aliases (book_id, normalized_name) {
        book_id -> BigInt,
        normalized_name -> Text,
        alias -> Text,
        party_id -> Integer,
    }
}

diesel::table! {
    party_details (book_id, party_id) {
        book_id -> BigInt,
        party_id -> Integer,
        kind -> Text,
        merged_into -> Nullable<Integer>,
        body -> Text,
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
    rules (book_id, rule_id) {
        book_id -> BigInt,
        rule_id -> Integer,
        position -> BigInt,
        name -> Text,
        normalized_name -> Text,
        enabled -> Integer,
        body -> Text,
    }
}

diesel::table! {
    imports (book_id, import_id) {
        book_id -> BigInt,
        import_id -> BigInt,
        file_name -> Text,
        format -> Text,
        sha256 -> Binary,
        state -> Text,
        staged_at -> BigInt,
        staged_by -> Text,
        committed_at -> Nullable<BigInt>,
        committed_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        profile -> Nullable<Text>,
        notes -> Text,
        opened_accounts -> Text,
    }
}

diesel::table! {
    statements (book_id, import_id, statement_number) {
        book_id -> BigInt,
        import_id -> BigInt,
        statement_number -> Integer,
        account_id -> Integer,
        bank_account -> Nullable<Text>,
        opening_on -> Nullable<Integer>,
        opening_balance -> Nullable<BigInt>,
        opening_commodity -> Nullable<Text>,
        closing_on -> Nullable<Integer>,
        closing_balance -> Nullable<BigInt>,
        closing_commodity -> Nullable<Text>,
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
    statement_lines (book_id, import_id, line_number) {
        book_id -> BigInt,
        import_id -> BigInt,
        line_number -> Integer,
        statement_number -> Integer,
        account_id -> Integer,
        file_line -> Integer,
        raw_text -> Text,
        posted_on -> Integer,
        value_on -> Nullable<Integer>,
        commodity -> Text,
        amount -> BigInt,
        payee -> Nullable<Text>,
        narrative -> Nullable<Text>,
        memo -> Nullable<Text>,
        reference -> Nullable<Text>,
        bank_id -> Nullable<Text>,
        balance -> Nullable<BigInt>,
        detail -> Nullable<Text>,
        fingerprint -> Binary,
        verdict -> Text,
        reason -> Text,
        proposed_account_id -> Nullable<Integer>,
        confidence -> Nullable<Integer>,
        rule -> Nullable<Text>,
        proposal -> Nullable<Text>,
        state -> Text,
        entry_number -> Nullable<BigInt>,
        replaced_entry -> Nullable<BigInt>,
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

diesel::table! {
    schedules (book_id, schedule_id) {
        book_id -> BigInt,
        schedule_id -> Integer,
        name -> Text,
        normalized_name -> Text,
        state -> Text,
        body -> Text,
    }
}

diesel::table! {
    occurrence_changes (book_id, schedule_id, original_on) {
        book_id -> BigInt,
        schedule_id -> Integer,
        original_on -> Integer,
        kind -> Text,
        body -> Nullable<Text>,
        entry_number -> Nullable<BigInt>,
    }
}

diesel::table! {
    scenarios (book_id, scenario_id) {
        book_id -> BigInt,
        scenario_id -> Integer,
        name -> Text,
        normalized_name -> Text,
        adjustments -> Text,
        applied_at -> Nullable<BigInt>,
        undo -> Nullable<Text>,
    }
}

diesel::table! {
    forecasts (book_id, normalized_name) {
        book_id -> BigInt,
        normalized_name -> Text,
        name -> Text,
        as_of -> Integer,
        ends_on -> Integer,
        body -> Text,
    }
}

diesel::table! {
    recurring_decisions (book_id, key) {
        book_id -> BigInt,
        key -> Text,
        state -> Text,
        until -> Nullable<Integer>,
        schedule_id -> Nullable<Integer>,
    }
}

diesel::table! {
    loan_groups (book_id, group_id) {
        book_id -> BigInt,
        group_id -> Integer,
        name -> Text,
        normalized_name -> Text,
        body -> Text,
    }
}

diesel::table! {
    receivables (book_id, receivable_id) {
        book_id -> BigInt,
        receivable_id -> Integer,
        kind -> Text,
        name -> Text,
        normalized_name -> Text,
        party_id -> Integer,
        account_id -> Integer,
        commodity_id -> Integer,
        group_id -> Nullable<Integer>,
        due_on -> Nullable<Integer>,
        grace_days -> Integer,
        planned -> Integer,
        body -> Text,
    }
}

diesel::table! {
    receivable_movements (book_id, receivable_id, movement_id) {
        book_id -> BigInt,
        receivable_id -> Integer,
        movement_id -> Integer,
        kind -> Text,
        moved_on -> Integer,
        principal -> BigInt,
        interest -> BigInt,
        fee -> BigInt,
        credit -> BigInt,
        entry_number -> Nullable<BigInt>,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    group_events (book_id, group_id, event_id) {
        book_id -> BigInt,
        group_id -> Integer,
        event_id -> Integer,
        kind -> Text,
        happened_on -> Integer,
        entry_number -> Nullable<BigInt>,
        body -> Text,
    }
}

diesel::table! {
    closings (book_id, closing_id) {
        book_id -> BigInt,
        closing_id -> Integer,
        ends_on -> Integer,
        account_id -> Nullable<Integer>,
        first_entry_number -> Nullable<BigInt>,
        last_entry_number -> Nullable<BigInt>,
        locked_before -> Nullable<Integer>,
        locked_through -> Nullable<Integer>,
        recorded_at -> BigInt,
        recorded_by -> Text,
        first_mirror_number -> Nullable<BigInt>,
        last_mirror_number -> Nullable<BigInt>,
        undone_at -> Nullable<BigInt>,
        undone_by -> Nullable<Text>,
    }
}

diesel::table! {
    assertions (book_id, assertion_id) {
        book_id -> BigInt,
        assertion_id -> Integer,
        account_id -> Integer,
        with_below -> Integer,
        commodity_id -> Integer,
        asserted_on -> Integer,
        amount -> BigInt,
        source -> Text,
        note -> Nullable<Text>,
        last_entry_number -> BigInt,
        recorded_at -> BigInt,
        recorded_by -> Text,
    }
}

diesel::table! {
    lot_accounts (book_id, account_id) {
        book_id -> BigInt,
        account_id -> Integer,
        method -> Text,
    }
}

diesel::table! {
    line_lots (book_id, entry_number, line_number) {
        book_id -> BigInt,
        entry_number -> BigInt,
        line_number -> Integer,
        basis -> Text,
        opened_on -> Nullable<Integer>,
        label -> Nullable<Text>,
        price_kind -> Nullable<Text>,
        price -> Nullable<Text>,
        price_commodity_id -> Nullable<Integer>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(entries, lines, entry_tags);
diesel::allow_tables_to_appear_in_same_query!(imports, statements, statement_lines);
