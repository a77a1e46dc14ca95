-- For ticket systems beyond the built-in desk.

-- What ticket systems still have to be told, and which tickets cases have there: one row per case and target.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  case_id TEXT NOT NULL,
  target TEXT NOT NULL,
  subject_key TEXT NOT NULL,
  state TEXT NOT NULL,
  queued_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  lease_until TEXT,
  holder TEXT,
  ticket_key TEXT,
  body TEXT NOT NULL,
  UNIQUE (case_id, target)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (target, state, queued_at, id) WHERE state <> 'done';
CREATE INDEX outbox_held ON outbox (holder) WHERE holder IS NOT NULL;
CREATE INDEX outbox_by_key ON outbox (ticket_key) WHERE ticket_key IS NOT NULL;
CREATE INDEX outbox_by_subject ON outbox (subject_key, id);
