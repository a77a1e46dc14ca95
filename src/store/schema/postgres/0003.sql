-- For jobs that run on one replica at a time. A lease means nothing in another database, so it is never copied.

CREATE TABLE duties (
  name text PRIMARY KEY,
  holder text NOT NULL,
  lease_until timestamptz NOT NULL
);
