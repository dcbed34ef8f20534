DROP TABLE line_lots;
DROP TABLE lot_accounts;
