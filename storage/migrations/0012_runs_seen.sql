-- What others see of a run: its newest snapshot while it goes on; why it ended, and its report, when it is over.

ALTER TABLE ingest_runs ADD COLUMN error_class text;
ALTER TABLE ingest_runs ADD COLUMN reason text;
ALTER TABLE ingest_runs ADD COLUMN report text;
ALTER TABLE ingest_runs ADD COLUMN snapshot text;
ALTER TABLE ingest_runs ADD COLUMN snapshot_at {{timestamp}};
