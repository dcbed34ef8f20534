-- Bank files that were taken in: what they were, and how far they got.
CREATE TABLE imports (
    book_id         INTEGER NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    import_id       INTEGER NOT NULL CHECK (import_id > 0),
    file_name       TEXT    NOT NULL CHECK (length(file_name) BETWEEN 1 AND 1000),
    format          TEXT    NOT NULL CHECK (format IN ('csv', 'ofx', 'qif', 'camt', 'mt940')),
    sha256          BLOB    NOT NULL CHECK (length(sha256) = 32),
    state           TEXT    NOT NULL CHECK (state IN ('open', 'committed', 'undone', 'discarded')),
    staged_at       INTEGER NOT NULL,
    staged_by       TEXT    NOT NULL,
    committed_at    INTEGER,
    committed_by    TEXT,
    -- When the import was undone or discarded.
    ended_at        INTEGER,
    ended_by        TEXT,
    -- How a CSV file was read, the notes of reading, and the numbers of the accounts that were opened: JSON.
    profile         TEXT,
    notes           TEXT    NOT NULL,
    opened_accounts TEXT    NOT NULL,
    PRIMARY KEY (book_id, import_id),
    CHECK ((state IN ('committed', 'undone')) = (committed_at IS NOT NULL)),
    CHECK ((state IN ('undone', 'discarded')) = (ended_at IS NOT NULL)),
    CHECK ((committed_at IS NULL) = (committed_by IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
) STRICT, WITHOUT ROWID;

-- The statements of a file: one for each account and period that it holds.
CREATE TABLE statements (
    book_id           INTEGER NOT NULL,
    import_id         INTEGER NOT NULL,
    statement_number  INTEGER NOT NULL CHECK (statement_number > 0),
    account_id        INTEGER NOT NULL,
    -- The bank's own identity of the account, by which the next file finds it.
    bank_account      TEXT,
    opening_on        INTEGER CHECK (opening_on BETWEEN -719162 AND 2932896),
    opening_balance   INTEGER,
    opening_commodity TEXT,
    closing_on        INTEGER CHECK (closing_on BETWEEN -719162 AND 2932896),
    closing_balance   INTEGER,
    closing_commodity TEXT,
    PRIMARY KEY (book_id, import_id, statement_number),
    FOREIGN KEY (book_id, import_id) REFERENCES imports (book_id, import_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    CHECK ((opening_balance IS NULL) = (opening_commodity IS NULL)),
    CHECK ((closing_balance IS NULL) = (closing_commodity IS NULL))
) STRICT, WITHOUT ROWID;

-- The lines as they came, with what became of them. Checks without functions and IN lists, as in `entries`.
CREATE TABLE statement_lines (
    book_id             INTEGER NOT NULL,
    import_id           INTEGER NOT NULL,
    line_number         INTEGER NOT NULL CHECK (line_number > 0),
    statement_number    INTEGER NOT NULL,
    account_id          INTEGER NOT NULL,
    file_line           INTEGER NOT NULL,
    raw_text            TEXT    NOT NULL,
    posted_on           INTEGER NOT NULL CHECK (posted_on BETWEEN -719162 AND 2932896),
    value_on            INTEGER CHECK (value_on BETWEEN -719162 AND 2932896),
    -- The code of a commodity that the book need not have declared yet.
    commodity           TEXT    NOT NULL,
    amount              INTEGER NOT NULL,
    payee               TEXT,
    narrative           TEXT,
    memo                TEXT,
    reference           TEXT,
    bank_id             TEXT,
    balance             INTEGER,
    -- Category, transfer and splits of a file that another program wrote: JSON.
    detail              TEXT,
    fingerprint         BLOB    NOT NULL,
    verdict             TEXT    NOT NULL CHECK (verdict = 'new' OR verdict = 'duplicate' OR verdict = 'match'
                                                OR verdict = 'transfer' OR verdict = 'zero' OR verdict = 'ambiguous'),
    reason              TEXT    NOT NULL,
    -- What was proposed for the other side: an account where it is one, how sure, by which rule, and the rest as JSON.
    proposed_account_id INTEGER,
    confidence          INTEGER CHECK (confidence BETWEEN 0 AND 100),
    rule                TEXT,
    proposal            TEXT,
    -- waiting: not decided. posted: its entry was made for it. matched: the entry was there. adjusted: the entry was
    -- there and got this line's account in place of another. skipped: by a person. dropped: nothing to do.
    state               TEXT    NOT NULL CHECK (state = 'waiting' OR state = 'posted' OR state = 'matched'
                                                OR state = 'adjusted' OR state = 'skipped' OR state = 'dropped'),
    entry_number        INTEGER,
    -- The entry as it was before it was adjusted.
    replaced_entry      INTEGER,
    PRIMARY KEY (book_id, import_id, line_number),
    FOREIGN KEY (book_id, import_id, statement_number) REFERENCES statements (book_id, import_id, statement_number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, proposed_account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, replaced_entry) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    CHECK ((state = 'posted' OR state = 'matched' OR state = 'adjusted') = (entry_number IS NOT NULL)),
    CHECK ((state = 'adjusted') = (replaced_entry IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What an account has had from its bank, by day: identities are compared within a range of days.
CREATE INDEX statement_lines_by_day ON statement_lines (book_id, account_id, posted_on, import_id, line_number);
-- Which lines an entry stands for.
CREATE INDEX statement_lines_by_entry ON statement_lines (book_id, entry_number, import_id, line_number) WHERE entry_number IS NOT NULL;
