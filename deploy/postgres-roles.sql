-- A role for the service that cannot change or remove entries of the ledger. Run it as the owner of the database, after
-- `reenroll migrate` and again after each later migration; it can be repeated. Then set a password
-- (ALTER ROLE reenroll_service PASSWORD '…') and name this role in REENROLL_STORE_URL.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reenroll_service') THEN
    CREATE ROLE reenroll_service LOGIN;
  END IF;
END $$;
GRANT USAGE ON SCHEMA reenroll TO reenroll_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA reenroll TO reenroll_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA reenroll TO reenroll_service;
REVOKE INSERT, UPDATE, DELETE ON reenroll.schema_versions FROM reenroll_service;
REVOKE UPDATE, DELETE, TRUNCATE ON reenroll.ledger FROM reenroll_service;
-- For erasing what people typed as reasons: the chain has their seals, and shows any other change.
GRANT UPDATE (entry) ON reenroll.ledger TO reenroll_service;
