-- Signing keys; the private part is sealed under the master key.
CREATE TABLE signing_key (
    kid            TEXT PRIMARY KEY,
    alg            TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('next', 'current', 'retired')),
    sealed_private BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    published_at   BIGINT NOT NULL,
    activated_at   BIGINT,
    retired_at     BIGINT
);
CREATE UNIQUE INDEX one_current_key ON signing_key (alg) WHERE state = 'current';
CREATE UNIQUE INDEX one_next_key ON signing_key (alg) WHERE state = 'next';
