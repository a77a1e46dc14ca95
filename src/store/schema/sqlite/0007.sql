-- Fields of stored JSON got new names; everything else of each body stays as it was, byte for byte. Writes keep their effect in
-- a column, and leases of singleton jobs have a table, as in PostgreSQL.

UPDATE cases SET body = (
  SELECT '{' || group_concat(
    '"' || CASE key WHEN 'story' THEN 'contentRevision' WHEN 'alarm' THEN 'securityAlert' ELSE key END || '":'
    || (cases.body -> ('$.' || key)), ',' ORDER BY id) || '}'
  FROM json_each(cases.body)
);
UPDATE outbox SET body = (
  SELECT '{' || group_concat(
    '"' || CASE key WHEN 'wanted' THEN 'desiredRevision' WHEN 'told' THEN 'deliveredRevision' WHEN 'lines' THEN 'deliveredEntries'
      WHEN 'toldAt' THEN 'deliveredAt' WHEN 'doubtAt' THEN 'possiblyCreatedAt' WHEN 'queuedAt' THEN 'enqueuedAt' ELSE key END
    || '":' || (outbox.body -> ('$.' || key)), ',' ORDER BY id) || '}'
  FROM json_each(outbox.body)
);
ALTER TABLE actions ADD COLUMN effect TEXT NOT NULL DEFAULT '';
UPDATE actions SET effect = body ->> '$.effect';
CREATE TABLE duties (name TEXT PRIMARY KEY, holder TEXT NOT NULL, lease_until TEXT NOT NULL) STRICT;
