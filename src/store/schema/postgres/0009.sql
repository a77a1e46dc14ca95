-- What a case needs before anything else (`needOf` in decide/advice.ts), so that sections of the queue are counted and paged
-- whole. Open cases get here what their next save would nearly always give them; JSON functions refuse \u0000, so a case with
-- it waits for that save.

ALTER TABLE cases ADD COLUMN need text NOT NULL DEFAULT 'other';
UPDATE cases SET need = CASE
    WHEN body::jsonb ->> 'securityAlert' IS NOT NULL THEN 'security'
    WHEN state NOT IN ('with_person', 'awaiting_approval') THEN 'other'
    WHEN EXISTS (SELECT FROM jsonb_array_elements(body::jsonb -> 'guards') AS g WHERE g ->> 'state' = 'tripped'
      AND g ->> 'id' IN ('G2', 'G3', 'G4_event', 'G4_log', 'G5', 'G7')) THEN 'security'
    WHEN state = 'awaiting_approval' THEN 'other'
    WHEN cause IN ('account_deactivated', 'device_jailbroken') THEN 'security'
    WHEN cause IS NULL OR cause IN ('account_staged', 'account_recovery', 'password_expired', 'iphone15_ios17',
      'policy_denied', 'app_state_stale', 'unknown') THEN 'steps'
    ELSE 'other' END
  WHERE state NOT IN ('resolved', 'closed') AND body NOT LIKE '%\\u0000%' AND body::jsonb ->> 'storm' IS NULL;
