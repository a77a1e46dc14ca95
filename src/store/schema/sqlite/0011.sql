-- What a case needs before anything else (`needOf` in decide/advice.ts), so that sections of the queue are counted and paged
-- whole. Open cases get here what their next save would nearly always give them.

ALTER TABLE cases ADD COLUMN need TEXT NOT NULL DEFAULT 'other';
UPDATE cases SET need = CASE
    WHEN body ->> '$.securityAlert' IS NOT NULL THEN 'security'
    WHEN state NOT IN ('with_person', 'awaiting_approval') THEN 'other'
    WHEN EXISTS (SELECT 1 FROM json_each(cases.body, '$.guards') WHERE value ->> '$.state' = 'tripped'
      AND value ->> '$.id' IN ('G2', 'G3', 'G4_event', 'G4_log', 'G5', 'G7')) THEN 'security'
    WHEN state = 'awaiting_approval' THEN 'other'
    WHEN cause IN ('account_deactivated', 'device_jailbroken') THEN 'security'
    WHEN cause IS NULL OR cause IN ('account_staged', 'account_recovery', 'password_expired', 'iphone15_ios17',
      'policy_denied', 'app_state_stale', 'unknown') THEN 'steps'
    ELSE 'other' END
  WHERE state NOT IN ('resolved', 'closed') AND body ->> '$.storm' IS NULL;
DROP INDEX cases_queue;
DROP INDEX cases_search;
CREATE INDEX cases_queue ON cases
  (state, opened_at, id, cause, mode, parent_id, snoozed_until, rule, outcome, stopped_by, need);
CREATE INDEX cases_search ON cases
  (state, opened_at, id, cause, mode, parent_id, snoozed_until, rule, outcome, stopped_by, need, search);

-- What other vendors report about a user is found by the key of the user's identifier.
CREATE INDEX deliveries_signals ON deliveries (envelope_id, received_at) WHERE source = 'ssf';
