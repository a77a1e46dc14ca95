-- Search and filters over what describes a case: `search` gets its facts (`factsOf` in keys.ts), each between the character of its
-- kind and char(31). Lists without search get an index without that text. Activity: time to enroll, and whether a person acted.
-- A write keeps the rule that asked for it.

UPDATE cases SET search = search || coalesce((SELECT group_concat(fact, '') FROM (
  SELECT char(1) || lower(value ->> '$.context.ip') || char(31) AS fact FROM json_each(cases.body, '$.failures')
  UNION SELECT char(2) || (value ->> '$.context.asNumber') || char(31) FROM json_each(cases.body, '$.failures')
  UNION SELECT char(3) || lower(value ->> '$.context.appVersion') || char(31) FROM json_each(cases.body, '$.failures')
  UNION SELECT char(4) || lower(value ->> '$.device.model') || char(31) FROM json_each(cases.body, '$.failures')
  UNION SELECT char(5) || lower(nullif(value ->> '$.device.platform', 'unknown')) || char(31)
    FROM json_each(cases.body, '$.failures')
  UNION SELECT char(6) || lower(value ->> '$.device.name') || char(31) FROM json_each(cases.body, '$.failures')
  UNION SELECT char(6) || lower(value ->> '$.device.id') || char(31) FROM json_each(cases.body, '$.failures')
  UNION SELECT char(6) || lower(value ->> '$.device.serialNumber') || char(31) FROM json_each(cases.body, '$.failures')
  UNION SELECT char(7) || lower(value ->> '$.id') || char(31) FROM json_each(cases.body, '$.guards')
    WHERE value ->> '$.state' <> 'clear'
  UNION SELECT char(8) || lower(body ->> '$.ticket.key') || char(31)
  UNION SELECT char(9) || lower(body ->> '$.assignee') || char(31)
)), '');
DROP INDEX cases_queue;
CREATE INDEX cases_queue ON cases (state, opened_at, id, cause, mode, parent_id, snoozed_until);
CREATE INDEX cases_search ON cases (state, opened_at, id, cause, mode, parent_id, snoozed_until, search);

ALTER TABLE cases ADD COLUMN enrolled_after_s INTEGER;
ALTER TABLE cases ADD COLUMN by_person INTEGER NOT NULL DEFAULT 0;
UPDATE cases SET
  enrolled_after_s = CASE WHEN state = 'resolved' THEN
    max(0, unixepoch(body ->> '$.recovery.publishedAt') - unixepoch(body ->> '$.failures[0].publishedAt')) END,
  by_person = EXISTS (SELECT 1 FROM json_each(cases.body, '$.timeline') WHERE value ->> '$.by' NOT IN ('okta', 'reenroll'));
DROP INDEX cases_activity;
CREATE INDEX cases_activity ON cases (opened_at, cause, rule, state, outcome, by_person, enrolled_after_s);

ALTER TABLE actions ADD COLUMN rule TEXT;
UPDATE actions SET rule = (SELECT rule FROM cases WHERE cases.id = actions.case_id);
