-- For retention, and for erasing a person.

CREATE INDEX deliveries_by_age ON deliveries (received_at);
CREATE INDEX events_by_age ON events (received_at) WHERE fate IS NOT NULL;
CREATE INDEX events_waiting_for ON events (delivery_id) WHERE fate IS NULL;
CREATE INDEX cases_ended ON cases (updated_at) WHERE state IN ('resolved', 'closed');
CREATE INDEX traces_by_subject ON traces (subject_key);
CREATE INDEX dead_letters_by_age ON dead_letters (at);
CREATE INDEX tickets_by_case ON tickets (case_id);
CREATE TRIGGER count_gone_case AFTER DELETE ON cases
BEGIN UPDATE counts SET n = n - 1 WHERE name = 'case:' || OLD.state; END;
CREATE TRIGGER count_gone_dead_letter AFTER DELETE ON dead_letters
BEGIN UPDATE counts SET n = n - 1 WHERE name = 'dead_letters'; END;
-- Reasons in an entry may be erased: the chain has their seals. Any other change of an entry breaks the chain.
DROP TRIGGER ledger_keeps;
CREATE TRIGGER ledger_keeps BEFORE UPDATE OF seq, at, kind, case_id, by, prev_hash, hash ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
