DROP TABLE party_details;
DROP TABLE party_aliases;
