-- Filters by rule, outcome and the guards that stopped a repair (`G1 G9 `, each with a space after it; '' when none did).
-- JSON functions refuse \u0000: a case with it gets its value at its next save.

ALTER TABLE cases ADD COLUMN stopped_by text NOT NULL DEFAULT '';
UPDATE cases SET stopped_by =
  coalesce((SELECT string_agg(guard || ' ', '') FROM jsonb_array_elements_text(body::jsonb #> '{decision,stoppedBy}') AS guard), '')
  WHERE rule IS NOT NULL AND body NOT LIKE '%\\u0000%';
DROP INDEX cases_activity;
CREATE INDEX cases_activity ON cases (opened_at, cause, rule, state, outcome, by_person, stopped_by, enrolled_after_s);
