-- Search and filters over what describes a case: `search` gets its facts (`factsOf` in keys.ts), each between the character of its
-- kind and chr(31). Activity: time to enroll, and whether a person acted. A write keeps the rule that asked for it. JSON functions
-- refuse \u0000: a case with it gets its values at its next save.

ALTER TABLE cases ADD COLUMN enrolled_after_s bigint;
ALTER TABLE cases ADD COLUMN by_person integer NOT NULL DEFAULT 0;
UPDATE cases SET search = search || coalesce((SELECT string_agg(DISTINCT chr(kind) || lower(value) || chr(31), '') FROM (
    SELECT fact.kind, fact.value FROM jsonb_array_elements(body::jsonb -> 'failures') AS f, LATERAL (VALUES
      (1, f #>> '{context,ip}'), (2, f #>> '{context,asNumber}'), (3, f #>> '{context,appVersion}'),
      (4, f #>> '{device,model}'), (5, nullif(f #>> '{device,platform}', 'unknown')),
      (6, f #>> '{device,name}'), (6, f #>> '{device,id}'), (6, f #>> '{device,serialNumber}')) AS fact (kind, value)
    UNION SELECT 7, g ->> 'id' FROM jsonb_array_elements(body::jsonb -> 'guards') AS g WHERE g ->> 'state' <> 'clear'
    UNION SELECT 8, body::jsonb #>> '{ticket,key}'
    UNION SELECT 9, body::jsonb ->> 'assignee'
  ) AS facts WHERE value IS NOT NULL), ''),
  enrolled_after_s = CASE WHEN state = 'resolved' THEN greatest(0, floor(extract(epoch FROM
    (body::jsonb #>> '{recovery,publishedAt}')::timestamptz - (body::jsonb #>> '{failures,0,publishedAt}')::timestamptz)))::bigint END,
  by_person = (EXISTS (SELECT 1 FROM jsonb_array_elements(body::jsonb -> 'timeline') AS e
    WHERE e ->> 'by' NOT IN ('okta', 'reenroll')))::integer
  WHERE body NOT LIKE '%\\u0000%';
DROP INDEX cases_activity;
CREATE INDEX cases_activity ON cases (opened_at, cause, rule, state, outcome, by_person, enrolled_after_s);

ALTER TABLE actions ADD COLUMN rule text;
UPDATE actions SET rule = (SELECT rule FROM cases WHERE cases.id = actions.case_id);
