-- Import rules: what a statement line that meets a rule's conditions is given. The body is JSON; positions give the
-- order and leave room between them, so that moving one rule changes one row.
CREATE TABLE rules (
    book_id         INTEGER NOT NULL REFERENCES book_heads (book_id) ON DELETE RESTRICT,
    rule_id         INTEGER NOT NULL CHECK (rule_id >= 1),
    position        INTEGER NOT NULL,
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    normalized_name TEXT    NOT NULL,
    enabled         INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    body            TEXT    NOT NULL,
    PRIMARY KEY (book_id, rule_id),
    UNIQUE (book_id, normalized_name)
) STRICT, WITHOUT ROWID;
