-- For the review pages. The new columns lie behind the body in each row, which is slow to read: cases_queue and cases_activity
-- hold everything that those queries need.

ALTER TABLE cases ADD COLUMN mode TEXT;
ALTER TABLE cases ADD COLUMN rule TEXT;
ALTER TABLE cases ADD COLUMN outcome TEXT;
ALTER TABLE cases ADD COLUMN snoozed_until TEXT;
ALTER TABLE cases ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE cases SET mode = body ->> '$.decision.mode', rule = body ->> '$.decision.rule', outcome = body ->> '$.outcome',
  search = lower(coalesce(body ->> '$.user.name', '') || ' ' || coalesce(login, '') || ' ' || coalesce(user_id, ''));
CREATE INDEX cases_queue ON cases (state, opened_at, id, cause, mode, parent_id, snoozed_until, search);
CREATE INDEX cases_activity ON cases (opened_at, cause, rule, state, outcome);
CREATE INDEX ledger_by_case ON ledger (case_id, seq) WHERE case_id IS NOT NULL;
