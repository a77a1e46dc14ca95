-- Fields of stored JSON got new names; everything else of each body stays as it was, byte for byte. Replicas of the version
-- before cannot read the new names: stop them before this one starts.

UPDATE cases SET body = (
  SELECT '{' || string_agg(
    '"' || CASE key WHEN 'story' THEN 'contentRevision' WHEN 'alarm' THEN 'securityAlert' ELSE key END || '":' || value::text,
    ',' ORDER BY n) || '}'
  FROM json_each(body::json) WITH ORDINALITY AS field (key, value, n)
);
UPDATE outbox SET body = (
  SELECT '{' || string_agg(
    '"' || CASE key WHEN 'wanted' THEN 'desiredRevision' WHEN 'told' THEN 'deliveredRevision' WHEN 'lines' THEN 'deliveredEntries'
      WHEN 'toldAt' THEN 'deliveredAt' WHEN 'doubtAt' THEN 'possiblyCreatedAt' WHEN 'queuedAt' THEN 'enqueuedAt' ELSE key END
    || '":' || value::text, ',' ORDER BY n) || '}'
  FROM json_each(body::json) WITH ORDINALITY AS field (key, value, n)
);
