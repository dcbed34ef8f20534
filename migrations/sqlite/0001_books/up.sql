-- Identity of a book; small and rarely changed, so that a cluster can replicate it.
CREATE TABLE books (
    book_id         INTEGER NOT NULL PRIMARY KEY CHECK (book_id > 0),
    uid             TEXT    NOT NULL UNIQUE CHECK (length(uid) = 36),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    normalized_name TEXT    NOT NULL UNIQUE,
    kind            TEXT    NOT NULL CHECK (kind IN ('personal', 'corporate', 'nonprofit')),
    base_commodity  TEXT    NOT NULL,
    time_zone       TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    archived_at     INTEGER
) STRICT;

-- The one row that every write to a book locks first: counters, chain heads, the lock date.
CREATE TABLE book_heads (
    book_id           INTEGER NOT NULL PRIMARY KEY REFERENCES books (book_id) ON DELETE RESTRICT,
    last_entry_number INTEGER NOT NULL CHECK (last_entry_number >= 0),
    entry_hash        BLOB    NOT NULL CHECK (length(entry_hash) = 32),
    last_recorded_at  INTEGER NOT NULL,
    last_event_number INTEGER NOT NULL CHECK (last_event_number >= 0),
    event_hash        BLOB    NOT NULL CHECK (length(event_hash) = 32),
    locked_through    INTEGER,
    chart_version     INTEGER NOT NULL CHECK (chart_version >= 0)
) STRICT;

-- Everything that changes besides the journal, in a hash chain of its own.
CREATE TABLE audit_events (
    book_id     INTEGER NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    number      INTEGER NOT NULL CHECK (number > 0),
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    "before"    TEXT,
    "after"     TEXT,
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (book_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_events_are_never_updated BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are never updated'); END;

CREATE TRIGGER audit_events_are_never_deleted BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;

-- INSERT OR REPLACE deletes without firing the trigger above: refuse numbers that are taken.
CREATE TRIGGER audit_events_are_never_replaced BEFORE INSERT ON audit_events
WHEN NEW.number <= (SELECT last_event_number FROM book_heads WHERE book_id = NEW.book_id)
BEGIN SELECT RAISE(ABORT, 'audit events are never replaced'); END;

-- A head that is put back, by replacing or deleting its row, would open everything above it to change.
CREATE TRIGGER book_heads_are_never_replaced BEFORE INSERT ON book_heads
WHEN EXISTS (SELECT 1 FROM book_heads WHERE book_id = NEW.book_id)
BEGIN SELECT RAISE(ABORT, 'the head of a book is never replaced'); END;
CREATE TRIGGER book_heads_are_never_deleted BEFORE DELETE ON book_heads
BEGIN SELECT RAISE(ABORT, 'the head of a book is never deleted'); END;
