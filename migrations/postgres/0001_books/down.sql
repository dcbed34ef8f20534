DROP TABLE audit_events;
DROP TABLE book_heads;
DROP TABLE books;
DROP FUNCTION ledger_refuse_change();
