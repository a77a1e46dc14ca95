-- Which guard alone stopped the repair of a case, as JSON, and whether it was an attack; '' for most cases. JSON functions
-- refuse \u0000, so a case with it waits for its next save.

ALTER TABLE cases ADD COLUMN lone_stop text NOT NULL DEFAULT '';
UPDATE cases SET lone_stop = coalesce((body::jsonb #> '{repair,loneStop}' ||
    CASE WHEN body::jsonb ? 'attack' THEN '{"attack": true}'::jsonb ELSE '{}' END)::text, '')
  WHERE body LIKE '%"loneStop"%' AND body NOT LIKE '%\\u0000%';

-- Steps that went to the user first, and what became of them (`GuidedCase`), as JSON; '' for others. Earlier cases get it with
-- their next save.
ALTER TABLE cases ADD COLUMN guided text NOT NULL DEFAULT '';
