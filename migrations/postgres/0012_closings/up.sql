-- Years that were closed: the last day, the entries that took income and expenses to retained earnings, the lock before
-- and after; for one that was taken back also the mirrors of these entries. A year without income and expenses has no
-- entries. The entries of one unit follow each other without gaps, so that the first and the last name them all.
CREATE TABLE closings (
    book_id             BIGINT  NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    closing_id          INTEGER NOT NULL CHECK (closing_id > 0),
    ends_on             INTEGER NOT NULL CHECK (ends_on BETWEEN -719162 AND 2932896),
    account_id          INTEGER,
    first_entry_number  BIGINT,
    last_entry_number   BIGINT CHECK (last_entry_number >= first_entry_number),
    locked_before       INTEGER,
    locked_through      INTEGER,
    recorded_at         BIGINT  NOT NULL,
    recorded_by         TEXT    NOT NULL,
    first_mirror_number BIGINT CHECK (first_mirror_number > last_entry_number),
    last_mirror_number  BIGINT CHECK (last_mirror_number >= first_mirror_number),
    undone_at           BIGINT CHECK (undone_at >= recorded_at),
    undone_by           TEXT,
    PRIMARY KEY (book_id, closing_id),
    FOREIGN KEY (book_id, account_id) REFERENCES accounts (book_id, account_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, first_entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, last_entry_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, first_mirror_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, last_mirror_number) REFERENCES entries (book_id, number) ON DELETE RESTRICT,
    CHECK ((account_id IS NULL) = (first_entry_number IS NULL)),
    CHECK ((first_entry_number IS NULL) = (last_entry_number IS NULL)),
    CHECK ((first_mirror_number IS NULL) = (last_mirror_number IS NULL)),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
    CHECK (first_mirror_number IS NULL OR undone_at IS NOT NULL)
);

CREATE UNIQUE INDEX closings_by_year ON closings (book_id, ends_on) WHERE undone_at IS NULL;
