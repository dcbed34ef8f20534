DROP TRIGGER book_heads_never_move_back;
DROP TRIGGER book_heads_move_over_balanced_entries;
DROP TABLE balances_yearly;
DROP TABLE balances_monthly;
DROP TABLE entry_tags;
DROP TABLE lines;
DROP TABLE entries;
