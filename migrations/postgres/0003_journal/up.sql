CREATE TABLE entries (
    book_id     BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    number      BIGINT  NOT NULL CHECK (number > 0),
    posted_on   INTEGER NOT NULL CHECK (posted_on BETWEEN -719162 AND 2932896),
    description TEXT    NOT NULL,
    party_id    INTEGER,
    external_id TEXT,
    source      TEXT    NOT NULL CHECK (source IN ('manual', 'import', 'schedule', 'receivable', 'plan', 'closing', 'migration')),
    reverses    BIGINT  CHECK (reverses < number),
    amends      BIGINT  CHECK (amends < number),
    recorded_at BIGINT  NOT NULL,
    recorded_by TEXT    NOT NULL,
    hash        BYTEA   NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (book_id, number),
    FOREIGN KEY (book_id, party_id) REFERENCES parties (book_id, party_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, reverses) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, amends) REFERENCES entries (book_id, number) ON DELETE RESTRICT
);

CREATE INDEX entries_by_day ON entries (book_id, posted_on, number);
CREATE UNIQUE INDEX entries_by_external_id ON entries (book_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX entries_by_party ON entries (book_id, party_id, posted_on, number) WHERE party_id IS NOT NULL;
CREATE UNIQUE INDEX entries_by_reversed ON entries (book_id, reverses) WHERE reverses IS NOT NULL;
CREATE UNIQUE INDEX entries_by_amended ON entries (book_id, amends) WHERE amends IS NOT NULL;

CREATE TABLE lines (
    book_id             BIGINT  NOT NULL,
    entry_number        BIGINT  NOT NULL,
    line_number         INTEGER NOT NULL CHECK (line_number > 0),
    account_id          INTEGER NOT NULL,
    posted_on           INTEGER NOT NULL,
    commodity_id        INTEGER NOT NULL,
    amount              BIGINT  NOT NULL,
    weight_commodity_id INTEGER NOT NULL,
    weight              BIGINT  NOT NULL,
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
);

CREATE INDEX lines_by_account ON lines
    (book_id, account_id, posted_on, entry_number, line_number) INCLUDE (commodity_id, amount, weight_commodity_id, weight);
CREATE INDEX lines_with_price ON lines (book_id, commodity_id, weight_commodity_id, posted_on) WHERE price_kind IS NOT NULL;

-- Dimensions of an entry: venture, project, trip, person …
CREATE TABLE entry_tags (
    book_id      BIGINT  NOT NULL,
    entry_number BIGINT  NOT NULL,
    key          TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    value        TEXT    NOT NULL,
    PRIMARY KEY (book_id, entry_number, key, value),
    FOREIGN KEY (book_id, entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT
);

CREATE INDEX entry_tags_by_value ON entry_tags (book_id, key, value, entry_number);

-- Turnover per account, commodity and period, kept in the posting transaction. A month is year * 12 + (0 to 11).
CREATE TABLE balances_monthly (
    book_id             BIGINT  NOT NULL,
    account_id          INTEGER NOT NULL,
    commodity_id        INTEGER NOT NULL,
    weight_commodity_id INTEGER NOT NULL,
    period              INTEGER NOT NULL,
    debit_amount        BIGINT  NOT NULL CHECK (debit_amount >= 0),
    credit_amount       BIGINT  NOT NULL CHECK (credit_amount >= 0),
    debit_weight        BIGINT  NOT NULL CHECK (debit_weight >= 0),
    credit_weight       BIGINT  NOT NULL CHECK (credit_weight >= 0),
    line_count          BIGINT  NOT NULL CHECK (line_count > 0),
    PRIMARY KEY (book_id, account_id, commodity_id, weight_commodity_id, period),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
) WITH (fillfactor = 80);

-- The same by years.
CREATE TABLE balances_yearly (
    book_id             BIGINT  NOT NULL,
    account_id          INTEGER NOT NULL,
    commodity_id        INTEGER NOT NULL,
    weight_commodity_id INTEGER NOT NULL,
    period              INTEGER NOT NULL,
    debit_amount        BIGINT  NOT NULL CHECK (debit_amount >= 0),
    credit_amount       BIGINT  NOT NULL CHECK (credit_amount >= 0),
    debit_weight        BIGINT  NOT NULL CHECK (debit_weight >= 0),
    credit_weight       BIGINT  NOT NULL CHECK (credit_weight >= 0),
    line_count          BIGINT  NOT NULL CHECK (line_count > 0),
    PRIMARY KEY (book_id, account_id, commodity_id, weight_commodity_id, period),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
) WITH (fillfactor = 80);

CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER lines_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON lines
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER entry_tags_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON entry_tags
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- The lines of an entry arrive in one statement; together they balance, whichever program inserts them.
CREATE FUNCTION ledger_refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_lines GROUP BY book_id, entry_number, weight_commodity_id HAVING SUM(weight) <> 0) THEN
        RAISE EXCEPTION 'an entry does not balance';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER lines_arrive_balanced AFTER INSERT ON lines REFERENCING NEW TABLE AS new_lines
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_unbalanced();

CREATE FUNCTION ledger_refuse_head_moving_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the head of a book never moves back';
END $$;

CREATE TRIGGER book_heads_never_move_back BEFORE UPDATE ON book_heads FOR EACH ROW
WHEN (NEW.last_entry_number < OLD.last_entry_number OR NEW.last_event_number < OLD.last_event_number)
EXECUTE FUNCTION ledger_refuse_head_moving_back();
