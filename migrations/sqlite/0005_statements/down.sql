DROP TABLE statement_lines;
DROP TABLE statements;
DROP TABLE imports;
