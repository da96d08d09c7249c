-- Signing keys; the private part is sealed under the master key.
CREATE TABLE signing_key (
    kid            TEXT PRIMARY KEY,
    alg            TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('next', 'current', 'retired')),
    sealed_private BLOB NOT NULL,
    created_at     INTEGER NOT NULL,
    published_at   INTEGER NOT NULL,
    activated_at   INTEGER,
    retired_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX one_current_key ON signing_key (alg) WHERE state = 'current';
CREATE UNIQUE INDEX one_next_key ON signing_key (alg) WHERE state = 'next';
