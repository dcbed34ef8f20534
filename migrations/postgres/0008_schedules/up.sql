-- Schedules: which money is expected, and when; the body is JSON. A row that an edit of "this and later" ended is
-- followed by one that holds the name; a removed row stays for what was settled of it.
CREATE TABLE schedules (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    schedule_id     INTEGER NOT NULL CHECK (schedule_id >= 1),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    normalized_name TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('live', 'followed', 'removed')),
    body            TEXT    NOT NULL,
    PRIMARY KEY (book_id, schedule_id)
);

CREATE UNIQUE INDEX schedules_by_name ON schedules (book_id, normalized_name) WHERE state = 'live';

-- What was changed about single occurrences, by the day that they were scheduled for. The body is JSON: where it was
-- moved to, if it was.
CREATE TABLE occurrence_changes (
    book_id      BIGINT  NOT NULL,
    schedule_id  INTEGER NOT NULL,
    original_on  INTEGER NOT NULL CHECK (original_on BETWEEN -719162 AND 2932896),
    kind         TEXT    NOT NULL CHECK (kind IN ('moved', 'skipped', 'settled')),
    body         TEXT,
    entry_number BIGINT,
    PRIMARY KEY (book_id, schedule_id, original_on),
    FOREIGN KEY (book_id, schedule_id) REFERENCES schedules (book_id, schedule_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    CHECK ((kind = 'settled') = (entry_number IS NOT NULL)),
    CHECK (kind <> 'moved' OR body IS NOT NULL)
);

CREATE INDEX occurrence_changes_by_entry ON occurrence_changes (book_id, entry_number) WHERE entry_number IS NOT NULL;

-- Scenarios: adjustments to the schedules, as a JSON list; for one that was applied, all rows before and after it.
CREATE TABLE scenarios (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    scenario_id     INTEGER NOT NULL CHECK (scenario_id >= 1),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    normalized_name TEXT    NOT NULL,
    adjustments     TEXT    NOT NULL,
    applied_at      BIGINT,
    undo            TEXT,
    PRIMARY KEY (book_id, scenario_id),
    UNIQUE (book_id, normalized_name),
    CHECK ((applied_at IS NULL) = (undo IS NULL))
);

-- Projections that were kept, as JSON, to be compared with what happened.
CREATE TABLE forecasts (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    normalized_name TEXT    NOT NULL,
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    as_of           INTEGER NOT NULL CHECK (as_of BETWEEN -719162 AND 2932896),
    ends_on         INTEGER NOT NULL CHECK (ends_on BETWEEN as_of AND 2932896),
    body            TEXT    NOT NULL,
    PRIMARY KEY (book_id, normalized_name)
);

-- What a person said about recurring payments that were found in the journal.
CREATE TABLE recurring_decisions (
    book_id     BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    key         TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    state       TEXT    NOT NULL CHECK (state IN ('accepted', 'rejected', 'snoozed')),
    until       INTEGER CHECK (until BETWEEN -719162 AND 2932896),
    schedule_id INTEGER,
    PRIMARY KEY (book_id, key),
    FOREIGN KEY (book_id, schedule_id) REFERENCES schedules (book_id, schedule_id) ON DELETE RESTRICT,
    CHECK ((state = 'snoozed') = (until IS NOT NULL)),
    CHECK ((state = 'accepted') = (schedule_id IS NOT NULL))
);
