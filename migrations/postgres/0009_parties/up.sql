-- Other names that find a party: those it had before, and those that were added. A name is one of `parties` or one of
-- these, never both.
CREATE TABLE party_aliases (
    book_id         BIGINT  NOT NULL,
    normalized_name TEXT    NOT NULL,
    alias           TEXT    NOT NULL CHECK (length(alias) BETWEEN 1 AND 200),
    party_id        INTEGER NOT NULL,
    PRIMARY KEY (book_id, normalized_name),
    FOREIGN KEY (book_id, party_id) REFERENCES parties (book_id, party_id) ON DELETE RESTRICT
);

-- What a person told of a party, as JSON, and which party stands for it since they were merged. A party that nobody
-- told anything of has no row.
CREATE TABLE party_details (
    book_id     BIGINT  NOT NULL,
    party_id    INTEGER NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('person', 'company', 'unknown')),
    merged_into INTEGER CHECK (merged_into <> party_id),
    body        TEXT    NOT NULL,
    PRIMARY KEY (book_id, party_id),
    FOREIGN KEY (book_id, party_id) REFERENCES parties (book_id, party_id) ON DELETE RESTRICT,
    FOREIGN KEY (book_id, merged_into) REFERENCES parties (book_id, party_id) ON DELETE RESTRICT
);
