-- Fields of stored JSON got new names; everything else of each body stays as it was, byte for byte. Replicas of the version
-- before cannot read the new names: stop them before this one starts. Rewritten as text: JSON functions refuse \u0000. In a
-- string a quote follows a backslash, so it is not a key. The ticket's own `story`, the last of its fields, keeps its name.

UPDATE cases SET body = regexp_replace(
  regexp_replace(body, '(?<!\\)"story":(\d+)(?![\d}])', '"contentRevision":\1'),
  '(?<!\\)"alarm":', '"securityAlert":');
UPDATE outbox SET body = replace(replace(replace(replace(replace(replace(body,
  '"wanted":', '"desiredRevision":'), '"told":', '"deliveredRevision":'), '"lines":', '"deliveredEntries":'),
  '"toldAt":', '"deliveredAt":'), '"doubtAt":', '"possiblyCreatedAt":'), '"queuedAt":', '"enqueuedAt":');
