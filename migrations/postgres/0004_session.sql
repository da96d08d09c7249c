-- A session at the provider: one per browser and brand. The cookie carries a secret, the row its hash.
CREATE TABLE session (
    id           TEXT PRIMARY KEY,
    secret_hash  BYTEA NOT NULL UNIQUE,
    brand        TEXT NOT NULL,
    account_id   TEXT NOT NULL REFERENCES account (id),
    auth_time    BIGINT NOT NULL,
    amr          TEXT NOT NULL,
    acr          TEXT NOT NULL,
    access_path  TEXT NOT NULL CHECK (access_path IN ('internet', 'line')),
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_expiry ON session (expires_at);
