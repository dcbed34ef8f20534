DROP TABLE audit_events;
DROP TABLE book_heads;
DROP TABLE books;
