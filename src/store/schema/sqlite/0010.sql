-- Filters by rule, outcome and the guards that stopped a repair (`G1 G9 `, each with a space after it; '' when none did).

ALTER TABLE cases ADD COLUMN stopped_by TEXT NOT NULL DEFAULT '';
UPDATE cases SET stopped_by =
  coalesce((SELECT group_concat(value || ' ', '') FROM json_each(cases.body, '$.decision.stoppedBy')), '');
DROP INDEX cases_queue;
DROP INDEX cases_search;
CREATE INDEX cases_queue ON cases (state, opened_at, id, cause, mode, parent_id, snoozed_until, rule, outcome, stopped_by);
CREATE INDEX cases_search ON cases (state, opened_at, id, cause, mode, parent_id, snoozed_until, rule, outcome, stopped_by, search);
DROP INDEX cases_activity;
CREATE INDEX cases_activity ON cases (opened_at, cause, rule, state, outcome, by_person, stopped_by, enrolled_after_s);
