DROP TABLE recurring_decisions;
DROP TABLE forecasts;
DROP TABLE scenarios;
DROP TABLE occurrence_changes;
DROP TABLE schedules;
