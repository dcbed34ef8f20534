-- Balances that somebody is sure of: what an account, or all below it as well, holds at the end of a day, and up to which
-- entry the book was looked at.
CREATE TABLE assertions (
    book_id           BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    assertion_id      INTEGER NOT NULL CHECK (assertion_id > 0),
    account_id        INTEGER NOT NULL,
    with_below        INTEGER NOT NULL CHECK (with_below BETWEEN 0 AND 1),
    commodity_id      INTEGER NOT NULL,
    asserted_on       INTEGER NOT NULL CHECK (asserted_on BETWEEN -719162 AND 2932896),
    amount            BIGINT  NOT NULL,
    source            TEXT    NOT NULL CHECK (source IN ('manual', 'import')),
    note              TEXT,
    last_entry_number BIGINT  NOT NULL CHECK (last_entry_number >= 0),
    recorded_at       BIGINT  NOT NULL,
    recorded_by       TEXT    NOT NULL,
    PRIMARY KEY (book_id, assertion_id),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT
);

-- One balance of an account in a commodity on a day.
CREATE UNIQUE INDEX assertions_by_account ON assertions (book_id, account_id, commodity_id, asserted_on, with_below);
