-- Closings: what speaks for taking a game out of the expected set without its rows, and what once showed that it was
-- played. Dead letters keep their first evidence; the newest error is beside it.

ALTER TABLE ingest_games ADD COLUMN closing_ground text;
ALTER TABLE ingest_games ADD COLUMN closing_evidence text;
ALTER TABLE ingest_games ADD COLUMN closing_occasions integer NOT NULL DEFAULT 0;
ALTER TABLE ingest_games ADD COLUMN first_seen_at {{timestamp}};
ALTER TABLE ingest_games ADD COLUMN last_seen_at {{timestamp}};
ALTER TABLE ingest_games ADD COLUMN closed_at {{timestamp}};
ALTER TABLE ingest_games ADD COLUMN closing_checks integer NOT NULL DEFAULT 0;
ALTER TABLE ingest_games ADD COLUMN played_evidence text;
ALTER TABLE dead_letters ADD COLUMN last_error text;
