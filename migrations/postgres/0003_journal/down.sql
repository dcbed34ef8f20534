DROP TRIGGER book_heads_never_move_back ON book_heads;
DROP FUNCTION ledger_refuse_head_moving_back();
DROP TABLE balances_yearly;
DROP TABLE balances_monthly;
DROP TABLE entry_tags;
DROP TABLE lines;
DROP TABLE entries;
DROP FUNCTION ledger_refuse_unbalanced();
