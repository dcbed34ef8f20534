DROP TABLE group_events;
DROP TABLE receivable_movements;
DROP TABLE receivables;
DROP TABLE loan_groups;
