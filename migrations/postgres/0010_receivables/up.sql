-- Groups of people who share: a trip, a flat. The body is JSON: members, the account of their tabs.
CREATE TABLE loan_groups (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    group_id        INTEGER NOT NULL CHECK (group_id >= 1),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    normalized_name TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    PRIMARY KEY (book_id, group_id),
    UNIQUE (book_id, normalized_name)
);

-- What parties owe, and what is owed to them. The body is JSON: terms, accounts, notes; the due day of what is due at
-- once stands beside it, so that a report by age reads no body.
CREATE TABLE receivables (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    receivable_id   INTEGER NOT NULL CHECK (receivable_id >= 1),
    kind            TEXT    NOT NULL CHECK (kind = 'receivable' OR kind = 'payable'),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    normalized_name TEXT    NOT NULL,
    party_id        INTEGER NOT NULL,
    account_id      INTEGER NOT NULL,
    commodity_id    INTEGER NOT NULL,
    group_id        INTEGER,
    due_on          INTEGER CHECK (due_on BETWEEN -719162 AND 2932896),
    grace_days      INTEGER NOT NULL CHECK (grace_days BETWEEN 0 AND 366),
    planned         INTEGER NOT NULL CHECK (planned BETWEEN 0 AND 1),
    body            TEXT    NOT NULL,
    PRIMARY KEY (book_id, receivable_id),
    UNIQUE (book_id, normalized_name),
    FOREIGN KEY (book_id, party_id) REFERENCES parties (book_id, party_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, group_id) REFERENCES loan_groups (book_id, group_id) ON DELETE RESTRICT
);

CREATE INDEX receivables_by_party ON receivables (book_id, party_id);
CREATE INDEX receivables_by_account ON receivables (book_id, account_id);
CREATE INDEX receivables_by_group ON receivables (book_id, group_id) WHERE group_id IS NOT NULL;

-- What changed about what is owed, each by its sign; one without an entry never touched the books. Whether an entry
-- still stands is seen in the journal.
CREATE TABLE receivable_movements (
    book_id       BIGINT  NOT NULL,
    receivable_id INTEGER NOT NULL,
    movement_id   INTEGER NOT NULL CHECK (movement_id >= 1),
    kind          TEXT    NOT NULL CHECK (kind = 'disbursement' OR kind = 'interest' OR kind = 'fee' OR kind = 'repayment'
                                          OR kind = 'forgiveness' OR kind = 'write_off' OR kind = 'recovery'
                                          OR kind = 'refund' OR kind = 'adjustment' OR kind = 'terms'),
    moved_on      INTEGER NOT NULL CHECK (moved_on BETWEEN -719162 AND 2932896),
    principal     BIGINT  NOT NULL,
    interest      BIGINT  NOT NULL,
    fee           BIGINT  NOT NULL,
    credit        BIGINT  NOT NULL,
    entry_number  BIGINT,
    body          TEXT,
    PRIMARY KEY (book_id, receivable_id, movement_id),
    FOREIGN KEY (book_id, receivable_id) REFERENCES receivables (book_id, receivable_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    CHECK (entry_number IS NULL OR (kind <> 'adjustment' AND kind <> 'terms')),
    CHECK (kind <> 'terms' OR (principal = 0 AND interest = 0 AND fee = 0 AND credit = 0))
);

CREATE INDEX receivable_movements_by_entry ON receivable_movements (book_id, entry_number) WHERE entry_number IS NOT NULL;

-- What a group shared and how it settled; the body is JSON: who paid, whose share is how much.
CREATE TABLE group_events (
    book_id      BIGINT  NOT NULL,
    group_id     INTEGER NOT NULL,
    event_id     INTEGER NOT NULL CHECK (event_id >= 1),
    kind         TEXT    NOT NULL CHECK (kind IN ('expense', 'payment', 'settlement')),
    happened_on  INTEGER NOT NULL CHECK (happened_on BETWEEN -719162 AND 2932896),
    entry_number BIGINT,
    body         TEXT    NOT NULL,
    PRIMARY KEY (book_id, group_id, event_id),
    FOREIGN KEY (book_id, group_id) REFERENCES loan_groups (book_id, group_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT
);
