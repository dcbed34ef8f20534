DROP TABLE prices;
DROP TABLE parties;
DROP TABLE subtypes;
DROP TABLE account_aliases;
DROP TABLE accounts;
DROP TABLE commodities;
