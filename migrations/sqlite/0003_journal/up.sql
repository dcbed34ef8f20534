-- No function and no longer IN list stands in the checks of a table that is filled by the million: the one gives each
-- insert of several rows a journal of its own, the other builds a table for each row. `verify` sees a hash that is none.
CREATE TABLE entries (
    book_id     INTEGER NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    number      INTEGER NOT NULL CHECK (number > 0),
    posted_on   INTEGER NOT NULL CHECK (posted_on BETWEEN -719162 AND 2932896),
    description TEXT    NOT NULL,
    party_id    INTEGER,
    external_id TEXT,
    source      TEXT    NOT NULL CHECK (source = 'manual' OR source = 'import' OR source = 'schedule' OR source = 'receivable'
                                        OR source = 'plan' OR source = 'closing' OR source = 'migration'),
    reverses    INTEGER CHECK (reverses < number),
    amends      INTEGER CHECK (amends < number),
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT    NOT NULL,
    hash        BLOB    NOT NULL,
    PRIMARY KEY (book_id, number),
    FOREIGN KEY (book_id, party_id) REFERENCES parties (book_id, party_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, reverses) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, amends) REFERENCES entries (book_id, number) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

CREATE INDEX entries_by_day ON entries (book_id, posted_on, number);
CREATE UNIQUE INDEX entries_by_external_id ON entries (book_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX entries_by_party ON entries (book_id, party_id, posted_on, number) WHERE party_id IS NOT NULL;
CREATE UNIQUE INDEX entries_by_reversed ON entries (book_id, reverses) WHERE reverses IS NOT NULL;
CREATE UNIQUE INDEX entries_by_amended ON entries (book_id, amends) WHERE amends IS NOT NULL;

CREATE TABLE lines (
    book_id             INTEGER NOT NULL,
    entry_number        INTEGER NOT NULL,
    line_number         INTEGER NOT NULL CHECK (line_number > 0),
    account_id          INTEGER NOT NULL,
    posted_on           INTEGER NOT NULL,
    commodity_id        INTEGER NOT NULL,
    amount              INTEGER NOT NULL,
    weight_commodity_id INTEGER NOT NULL,
    weight              INTEGER NOT NULL,
    price_kind          TEXT    CHECK (price_kind IN ('unit', 'total')),
    price               TEXT,
    memo                TEXT,
    PRIMARY KEY (book_id, entry_number, line_number),
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, weight_commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT,
    -- A line without a price weighs its own amount; one with a price weighs in another commodity.
    CHECK ((price_kind IS NULL AND price IS NULL AND weight_commodity_id = commodity_id AND weight = amount)
        OR (price_kind IS NOT NULL AND (price IS NOT NULL) = (price_kind = 'unit') AND weight_commodity_id <> commodity_id)),
    CHECK ((amount > 0 AND weight >= 0) OR (amount < 0 AND weight <= 0) OR (amount = 0 AND weight = 0))
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_by_account ON lines
    (book_id, account_id, posted_on, entry_number, line_number, commodity_id, amount, weight_commodity_id, weight);
CREATE INDEX lines_with_price ON lines (book_id, commodity_id, weight_commodity_id, posted_on) WHERE price_kind IS NOT NULL;

-- Dimensions of an entry: venture, project, trip, person …
CREATE TABLE entry_tags (
    book_id      INTEGER NOT NULL,
    entry_number INTEGER NOT NULL,
    key          TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    value        TEXT    NOT NULL,
    PRIMARY KEY (book_id, entry_number, key, value),
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_tags_by_value ON entry_tags (book_id, key, value, entry_number);

-- Turnover per account, commodity and period, kept in the posting transaction. A month is year * 12 + (0 to 11).
CREATE TABLE balances_monthly (
    book_id             INTEGER NOT NULL,
    account_id          INTEGER NOT NULL,
    commodity_id        INTEGER NOT NULL,
    weight_commodity_id INTEGER NOT NULL,
    period              INTEGER NOT NULL,
    debit_amount        INTEGER NOT NULL CHECK (debit_amount >= 0),
    credit_amount       INTEGER NOT NULL CHECK (credit_amount >= 0),
    debit_weight        INTEGER NOT NULL CHECK (debit_weight >= 0),
    credit_weight       INTEGER NOT NULL CHECK (credit_weight >= 0),
    line_count          INTEGER NOT NULL CHECK (line_count > 0),
    PRIMARY KEY (book_id, account_id, commodity_id, weight_commodity_id, period),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

-- The same by years.
CREATE TABLE balances_yearly (
    book_id             INTEGER NOT NULL,
    account_id          INTEGER NOT NULL,
    commodity_id        INTEGER NOT NULL,
    weight_commodity_id INTEGER NOT NULL,
    period              INTEGER NOT NULL,
    debit_amount        INTEGER NOT NULL CHECK (debit_amount >= 0),
    credit_amount       INTEGER NOT NULL CHECK (credit_amount >= 0),
    debit_weight        INTEGER NOT NULL CHECK (debit_weight >= 0),
    credit_weight       INTEGER NOT NULL CHECK (credit_weight >= 0),
    line_count          INTEGER NOT NULL CHECK (line_count > 0),
    PRIMARY KEY (book_id, account_id, commodity_id, weight_commodity_id, period),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entries_are_never_updated BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'posted entries are never updated: reverse or amend them'); END;
CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'posted entries are never deleted: reverse or amend them'); END;
CREATE TRIGGER lines_are_never_updated BEFORE UPDATE ON lines
BEGIN SELECT RAISE(ABORT, 'posted lines are never updated: reverse or amend their entry'); END;
CREATE TRIGGER lines_are_never_deleted BEFORE DELETE ON lines
BEGIN SELECT RAISE(ABORT, 'posted lines are never deleted: reverse or amend their entry'); END;
CREATE TRIGGER entry_tags_are_never_updated BEFORE UPDATE ON entry_tags
BEGIN SELECT RAISE(ABORT, 'tags of a posted entry are never updated: amend it'); END;
CREATE TRIGGER entry_tags_are_never_deleted BEFORE DELETE ON entry_tags
BEGIN SELECT RAISE(ABORT, 'tags of a posted entry are never deleted: amend it'); END;

-- INSERT OR REPLACE deletes without firing the triggers above, and a line could be slipped into a posted entry:
-- whatever the head has passed is closed.
CREATE TRIGGER entries_are_never_replaced BEFORE INSERT ON entries
WHEN NEW.number <= (SELECT last_entry_number FROM book_heads WHERE book_id = NEW.book_id)
BEGIN SELECT RAISE(ROLLBACK, 'posted entries are never replaced'); END;
CREATE TRIGGER lines_are_never_replaced BEFORE INSERT ON lines
WHEN NEW.entry_number <= (SELECT last_entry_number FROM book_heads WHERE book_id = NEW.book_id)
BEGIN SELECT RAISE(ROLLBACK, 'lines are never added to a posted entry'); END;
CREATE TRIGGER entry_tags_are_never_replaced BEFORE INSERT ON entry_tags
WHEN NEW.entry_number <= (SELECT last_entry_number FROM book_heads WHERE book_id = NEW.book_id)
BEGIN SELECT RAISE(ROLLBACK, 'tags are never added to a posted entry'); END;

-- The head moves over balanced entries only, so that no program can post an unbalanced one.
CREATE TRIGGER book_heads_move_over_balanced_entries BEFORE UPDATE OF last_entry_number ON book_heads
WHEN NEW.last_entry_number > OLD.last_entry_number
BEGIN
    SELECT RAISE(ABORT, 'an entry does not balance')
    WHERE EXISTS (
        -- In the order of the primary key, so that nothing is sorted; few entries weigh in two commodities.
        SELECT 1 FROM lines AS l
        WHERE book_id = NEW.book_id AND entry_number > OLD.last_entry_number AND entry_number <= NEW.last_entry_number
        GROUP BY entry_number
        HAVING CASE WHEN MIN(weight_commodity_id) = MAX(weight_commodity_id) THEN SUM(weight) <> 0
            ELSE EXISTS (
                SELECT 1 FROM lines AS same
                WHERE same.book_id = NEW.book_id AND same.entry_number = l.entry_number
                GROUP BY same.weight_commodity_id HAVING SUM(same.weight) <> 0)
            END);
END;

CREATE TRIGGER book_heads_never_move_back BEFORE UPDATE OF last_entry_number, last_event_number ON book_heads
WHEN NEW.last_entry_number < OLD.last_entry_number OR NEW.last_event_number < OLD.last_event_number
BEGIN SELECT RAISE(ABORT, 'the head of a book never moves back'); END;
