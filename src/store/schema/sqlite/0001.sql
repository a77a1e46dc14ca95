-- Applied in order and only forward; PRAGMA user_version holds the number of the last one. A released file never changes.

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  envelope_id TEXT,
  hook_id TEXT,
  sent_at TEXT,
  received_at TEXT NOT NULL,
  body TEXT NOT NULL,
  -- SHA-256 of the body when some of its events are unreadable: the same delivery again makes no second dead letter.
  unreadable_hash TEXT
) STRICT;
CREATE UNIQUE INDEX deliveries_unreadable ON deliveries (unreadable_hash) WHERE unreadable_hash IS NOT NULL;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  delivery_id INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  published_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  fate TEXT,
  case_id TEXT,
  lease_until TEXT,
  holder TEXT
) STRICT;
CREATE INDEX events_pending ON events (published_at) WHERE fate IS NULL;
CREATE INDEX events_waiting ON events (received_at) WHERE fate IS NULL;

CREATE TABLE cases (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  subject_key TEXT NOT NULL,
  user_id TEXT,
  login TEXT,
  state TEXT NOT NULL,
  cause TEXT,
  parent_id TEXT,
  opened_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  due_at TEXT,
  version INTEGER NOT NULL,
  lease_until TEXT,
  lease_ms INTEGER,
  holder TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_one_open ON cases (subject_key) WHERE state NOT IN ('resolved', 'closed');
CREATE INDEX cases_by_subject ON cases (subject_key);
CREATE INDEX cases_due ON cases (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX cases_held ON cases (holder) WHERE holder IS NOT NULL;
CREATE INDEX cases_by_state ON cases (state, opened_at, id);
CREATE INDEX cases_by_cause ON cases (cause, state, opened_at, id) WHERE cause IS NOT NULL;
CREATE INDEX cases_by_parent ON cases (parent_id, state, opened_at, id) WHERE parent_id IS NOT NULL;
CREATE INDEX cases_by_user ON cases (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX cases_by_login ON cases (login) WHERE login IS NOT NULL;

CREATE TABLE actions (
  case_id TEXT NOT NULL,
  remediation TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  subject_key TEXT NOT NULL,
  state TEXT NOT NULL,
  intended_at TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (case_id, remediation, attempt)
) STRICT;
CREATE INDEX actions_by_subject ON actions (subject_key, intended_at);
CREATE INDEX actions_by_time ON actions (intended_at);

CREATE TABLE traces (
  seq INTEGER PRIMARY KEY,
  subject_key TEXT NOT NULL,
  published_at TEXT NOT NULL,
  ip TEXT,
  as_number INTEGER,
  app_version TEXT,
  platform TEXT NOT NULL
) STRICT;
CREATE INDEX traces_by_time ON traces (published_at, subject_key, ip, as_number, app_version, platform);
CREATE INDEX traces_by_ip ON traces (ip, published_at, subject_key) WHERE ip IS NOT NULL;
CREATE INDEX traces_by_network ON traces (as_number, published_at, subject_key) WHERE as_number IS NOT NULL;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  case_id TEXT,
  by TEXT NOT NULL,
  entry TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

CREATE TABLE controls (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE tickets (key TEXT PRIMARY KEY, case_id TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE dead_letters (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  why TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;

-- Figures for gauges, kept exact by the triggers, so that nobody counts a table of a million rows.
CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
INSERT INTO counts (name, n) VALUES ('pending_events', 0), ('dead_letters', 0), ('probes', 0);
CREATE TRIGGER count_event AFTER INSERT ON events WHEN NEW.fate IS NULL
BEGIN UPDATE counts SET n = n + 1 WHERE name = 'pending_events'; END;
CREATE TRIGGER count_fate AFTER UPDATE OF fate ON events WHEN OLD.fate IS NULL AND NEW.fate IS NOT NULL
BEGIN UPDATE counts SET n = n - 1 WHERE name = 'pending_events'; END;
CREATE TRIGGER count_dead_letter AFTER INSERT ON dead_letters
BEGIN UPDATE counts SET n = n + 1 WHERE name = 'dead_letters'; END;
CREATE TRIGGER count_case AFTER INSERT ON cases
BEGIN INSERT INTO counts VALUES ('case:' || NEW.state, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1; END;
CREATE TRIGGER count_state AFTER UPDATE OF state ON cases WHEN OLD.state <> NEW.state
BEGIN
  UPDATE counts SET n = n - 1 WHERE name = 'case:' || OLD.state;
  INSERT INTO counts VALUES ('case:' || NEW.state, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1;
END;
