-- Settings saved under a name: reports (trial-balance) and import profiles (csv). The text is JSON.
CREATE TABLE saved_settings (
    book_id         INTEGER NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    purpose         TEXT    NOT NULL CHECK (length(purpose) BETWEEN 1 AND 50),
    normalized_name TEXT    NOT NULL,
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    settings        TEXT    NOT NULL,
    PRIMARY KEY (book_id, purpose, normalized_name)
) STRICT, WITHOUT ROWID;
