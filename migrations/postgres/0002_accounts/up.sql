-- What is counted: currencies, shares, hours. The scale is the number of decimal places and never changes.
CREATE TABLE commodities (
    book_id      BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    commodity_id INTEGER NOT NULL CHECK (commodity_id > 0),
    code         TEXT    NOT NULL CHECK (length(code) BETWEEN 1 AND 24),
    scale        INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 9),
    PRIMARY KEY (book_id, commodity_id),
    UNIQUE (book_id, code)
);

CREATE TABLE accounts (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    account_id      INTEGER NOT NULL CHECK (account_id > 0),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    normalized_name TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
    subtype         TEXT,
    commodity_id    INTEGER,
    opened_on       INTEGER,
    closed_on       INTEGER,
    note            TEXT,
    PRIMARY KEY (book_id, account_id),
    UNIQUE (book_id, normalized_name),
    FOREIGN KEY (book_id, commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT,
    CHECK (opened_on IS NULL OR closed_on IS NULL OR opened_on <= closed_on)
);

CREATE TABLE account_aliases (
    book_id         BIGINT  NOT NULL,
    normalized_name TEXT    NOT NULL,
    alias           TEXT    NOT NULL CHECK (length(alias) BETWEEN 1 AND 255),
    account_id      INTEGER NOT NULL,
    PRIMARY KEY (book_id, normalized_name),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
);

-- Subtypes that a book adds to the built-in catalogue.
CREATE TABLE subtypes (
    book_id     BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    kind        TEXT    NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
    name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 50),
    description TEXT    NOT NULL,
    PRIMARY KEY (book_id, kind, name)
);

CREATE TABLE parties (
    book_id         BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    party_id        INTEGER NOT NULL CHECK (party_id > 0),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    normalized_name TEXT    NOT NULL,
    PRIMARY KEY (book_id, party_id),
    UNIQUE (book_id, normalized_name)
);

-- Prices given by hand; those that entries carry are read from their lines.
CREATE TABLE prices (
    book_id            BIGINT  NOT NULL,
    commodity_id       INTEGER NOT NULL,
    quote_commodity_id INTEGER NOT NULL CHECK (quote_commodity_id <> commodity_id),
    priced_on          INTEGER NOT NULL,
    rate               TEXT    NOT NULL,
    PRIMARY KEY (book_id, commodity_id, quote_commodity_id, priced_on),
    FOREIGN KEY (book_id, commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, quote_commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT
);
