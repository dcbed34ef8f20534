-- An account that agreed with a statement: what the statement said, and up to which entry the book was looked at.
CREATE TABLE checkpoints (
    book_id           INTEGER NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    checkpoint_id     INTEGER NOT NULL CHECK (checkpoint_id > 0),
    account_id        INTEGER NOT NULL,
    commodity_id      INTEGER NOT NULL,
    reconciled_to     INTEGER NOT NULL CHECK (reconciled_to BETWEEN -719162 AND 2932896),
    balance           INTEGER NOT NULL,
    source            TEXT    NOT NULL CHECK (source IN ('manual', 'import')),
    last_entry_number INTEGER NOT NULL CHECK (last_entry_number >= 0),
    recorded_at       INTEGER NOT NULL,
    recorded_by       TEXT    NOT NULL,
    undone_at         INTEGER CHECK (undone_at >= recorded_at),
    PRIMARY KEY (book_id, checkpoint_id),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

-- Lines that were seen on a statement: cleared while there is no checkpoint, reconciled with one. In the order of
-- lines_by_account, so that both are walked side by side.
CREATE TABLE line_marks (
    book_id       INTEGER NOT NULL,
    account_id    INTEGER NOT NULL,
    posted_on     INTEGER NOT NULL,
    entry_number  INTEGER NOT NULL,
    line_number   INTEGER NOT NULL,
    commodity_id  INTEGER NOT NULL,
    checkpoint_id INTEGER,
    PRIMARY KEY (book_id, account_id, posted_on, entry_number, line_number),
    FOREIGN KEY (book_id, entry_number, line_number) REFERENCES lines (book_id, entry_number, line_number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, checkpoint_id) REFERENCES checkpoints (book_id, checkpoint_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

-- Marks by month, kept with them: a month in which as many lines are marked as there are need not be looked at.
-- Checkpoint 0 stands for lines that are cleared only.
CREATE TABLE marks_monthly (
    book_id       INTEGER NOT NULL,
    account_id    INTEGER NOT NULL,
    commodity_id  INTEGER NOT NULL,
    checkpoint_id INTEGER NOT NULL CHECK (checkpoint_id >= 0),
    period        INTEGER NOT NULL,
    line_count    INTEGER NOT NULL CHECK (line_count > 0),
    amount        INTEGER NOT NULL,
    PRIMARY KEY (book_id, account_id, commodity_id, checkpoint_id, period),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
