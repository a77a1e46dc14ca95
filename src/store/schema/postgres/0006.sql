-- Sessions of the pages and API tokens: found by the digest of their secret, ended by their id. Ended ones are deleted.
CREATE TABLE credentials (
  digest text PRIMARY KEY,
  id text NOT NULL UNIQUE,
  ends_at timestamptz NOT NULL,
  body text NOT NULL
);
