-- Which guard alone stopped the repair of a case, as JSON, and whether it was an attack; '' for most cases.

ALTER TABLE cases ADD COLUMN lone_stop TEXT NOT NULL DEFAULT '';
UPDATE cases SET lone_stop = CASE WHEN body ->> '$.attack' IS NULL THEN body -> '$.repair.loneStop'
    ELSE json_set(body -> '$.repair.loneStop', '$.attack', json('true')) END
  WHERE body ->> '$.repair.loneStop' IS NOT NULL;
CREATE INDEX cases_lone_stops ON cases (opened_at, id, state, outcome, enrolled_after_s, lone_stop) WHERE lone_stop <> '';

-- Steps that went to the user first, and what became of them (`GuidedCase`), as JSON; '' for others. Earlier cases get it with
-- their next save.
ALTER TABLE cases ADD COLUMN guided TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_guided ON cases (opened_at, guided) WHERE guided <> '';
