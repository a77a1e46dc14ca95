-- The review queue hides the children of storms and shows its length, so those cases have counters too. The counters start as
-- those of all cases less the children, which an index counts; nobody may write a case meanwhile.

LOCK TABLE cases IN SHARE ROW EXCLUSIVE MODE;
CREATE OR REPLACE FUNCTION count_cases() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO counts SELECT 'case:' || state, count(*) FROM fresh GROUP BY state
      UNION ALL SELECT 'folded:' || state, count(*) FROM fresh WHERE parent_id IS NULL GROUP BY state;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO counts SELECT 'case:' || state, -count(*) FROM gone GROUP BY state
      UNION ALL SELECT 'folded:' || state, -count(*) FROM gone WHERE parent_id IS NULL GROUP BY state;
  ELSE
    INSERT INTO counts SELECT name, sum(n) FROM (
      SELECT 'case:' || state AS name, 1 AS n FROM fresh UNION ALL SELECT 'case:' || state, -1 FROM gone
      UNION ALL SELECT 'folded:' || state, 1 FROM fresh WHERE parent_id IS NULL
      UNION ALL SELECT 'folded:' || state, -1 FROM gone WHERE parent_id IS NULL
    ) moves GROUP BY name HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$;
INSERT INTO counts SELECT 'folded:' || substr(name, 6), sum(n) FROM counts WHERE name LIKE 'case:%' GROUP BY name;
INSERT INTO counts SELECT 'folded:' || state, -count(*) FROM cases WHERE parent_id IS NOT NULL GROUP BY state;
