DROP TABLE marks_monthly;
DROP TABLE line_marks;
DROP TABLE checkpoints;
