DROP TABLE saved_settings;
