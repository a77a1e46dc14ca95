-- For erasing a person. Its indexes are built concurrently (migrate.ts).

-- Reasons in an entry may be erased: the chain has their seals. Any other change of an entry breaks the chain.
DROP TRIGGER ledger_keeps ON ledger;
CREATE TRIGGER ledger_keeps BEFORE UPDATE OF seq, at, kind, case_id, by, prev_hash, hash OR DELETE OR TRUNCATE ON ledger
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
