-- What was written into a row of teams or players, so that a change by hand is noticed (storage/sql/people.hpp). NULL in
-- rows of earlier builds.

ALTER TABLE teams ADD COLUMN row_digest text;
ALTER TABLE players ADD COLUMN row_digest text;
