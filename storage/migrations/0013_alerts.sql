-- What people were told, or are to be told, and what became of it on each channel.

CREATE TABLE alerts (
  alert_id {{identity}},
  kind text NOT NULL,
  fingerprint text NOT NULL,
  payload text NOT NULL,
  created_at {{timestamp}} NOT NULL,
  last_seen_at {{timestamp}} NOT NULL,
  repeats {{bigint}} NOT NULL,
  recovered_at {{timestamp}},
  expires_at {{timestamp}} NOT NULL
);
CREATE INDEX alerts_last_seen ON alerts (last_seen_at);

CREATE TABLE alert_deliveries (
  alert_id {{bigint}} NOT NULL,
  channel text NOT NULL,
  state text NOT NULL,
  tries integer NOT NULL,
  next_try_at {{timestamp}} NOT NULL,
  claimed_until {{timestamp}},
  tried_at {{timestamp}},
  delivered_at {{timestamp}},
  recovery_sent_at {{timestamp}},
  quiet_until {{timestamp}},
  repeats_told {{bigint}} NOT NULL,
  last_error text,
  message_id text,
  body text,
  PRIMARY KEY (alert_id, channel)
);
