-- Locks by evidence: a number that grows with every holder of a lock, and the holder's heartbeat. And what the ledger
-- remembers of the rows of a game (storage/stored_rows.hpp); NULL for games of earlier builds.

ALTER TABLE run_locks ADD COLUMN number {{bigint}} NOT NULL DEFAULT 0;
ALTER TABLE run_locks ADD COLUMN heartbeat_at {{timestamp}};

-- The last number of each lock; it stays when the lock is given back.
CREATE TABLE run_lock_numbers (
  stage {{key}} NOT NULL,
  key {{key}} NOT NULL,
  number {{bigint}} NOT NULL,
  PRIMARY KEY (stage, key)
);

ALTER TABLE ingest_games ADD COLUMN stored_rows text;
