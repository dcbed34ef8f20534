-- Identity of a book; small and rarely changed, so that a cluster can replicate it.
CREATE TABLE books (
    book_id         BIGINT NOT NULL PRIMARY KEY CHECK (book_id > 0),
    uid             TEXT   NOT NULL UNIQUE CHECK (length(uid) = 36),
    name            TEXT   NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    normalized_name TEXT   NOT NULL UNIQUE,
    kind            TEXT   NOT NULL CHECK (kind IN ('personal', 'corporate', 'nonprofit')),
    base_commodity  TEXT   NOT NULL,
    time_zone       TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

-- The one row that every write to a book locks first: counters, chain heads, the lock date.
CREATE TABLE book_heads (
    book_id           BIGINT NOT NULL PRIMARY KEY REFERENCES books (book_id) ON DELETE RESTRICT,
    last_entry_number BIGINT NOT NULL CHECK (last_entry_number >= 0),
    entry_hash        BYTEA  NOT NULL CHECK (length(entry_hash) = 32),
    last_recorded_at  BIGINT NOT NULL,
    last_event_number BIGINT NOT NULL CHECK (last_event_number >= 0),
    event_hash        BYTEA  NOT NULL CHECK (length(event_hash) = 32),
    locked_through    INTEGER,
    chart_version     BIGINT NOT NULL CHECK (chart_version >= 0)
) WITH (fillfactor = 50);

-- Everything that changes besides the journal, in a hash chain of its own.
CREATE TABLE audit_events (
    book_id     BIGINT NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    number      BIGINT NOT NULL CHECK (number > 0),
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    "before"    TEXT,
    "after"     TEXT,
    hash        BYTEA  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (book_id, number)
);

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted: post a correction', TG_TABLE_NAME;
END $$;

CREATE TRIGGER audit_events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
