-- Accounts that keep lots: by which method a sale that names no lot chooses the ones that it closes.
CREATE TABLE lot_accounts (
    book_id    BIGINT  NOT NULL,
    account_id INTEGER NOT NULL,
    method     TEXT    NOT NULL CHECK (method IN ('fifo', 'lifo', 'hifo', 'average', 'named')),
    PRIMARY KEY (book_id, account_id),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT
);

-- What few posted lines say of their lot: which one they open or close; and the sale price, where their own price is the
-- lot's cost. Written with the entry and never changed.
CREATE TABLE line_lots (
    book_id            BIGINT  NOT NULL,
    entry_number       BIGINT  NOT NULL,
    line_number        INTEGER NOT NULL,
    basis              TEXT    NOT NULL CHECK (basis = 'price' OR basis = 'cost' OR basis = 'nothing'),
    opened_on          INTEGER CHECK (opened_on BETWEEN -719162 AND 2932896),
    label              TEXT,
    price_kind         TEXT    CHECK (price_kind = 'unit' OR price_kind = 'total'),
    price              TEXT,
    price_commodity_id INTEGER,
    PRIMARY KEY (book_id, entry_number, line_number),
    FOREIGN KEY (book_id, entry_number, line_number) REFERENCES lines (book_id, entry_number, line_number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, price_commodity_id) REFERENCES commodities (book_id, commodity_id) ON DELETE RESTRICT,
    CHECK ((price_kind IS NULL AND price IS NULL AND price_commodity_id IS NULL)
        OR (basis = 'cost' AND price_kind IS NOT NULL AND price IS NOT NULL AND price_commodity_id IS NOT NULL))
);
