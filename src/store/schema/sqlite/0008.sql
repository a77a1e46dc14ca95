-- Sessions of the pages and API tokens: found by the digest of their secret, ended by their id. Ended ones are deleted.
CREATE TABLE credentials (digest TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, ends_at TEXT NOT NULL, body TEXT NOT NULL) STRICT;
