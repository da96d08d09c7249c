-- A session at the provider: one per browser and brand. The cookie carries a secret, the row its hash.
CREATE TABLE session (
    id           TEXT PRIMARY KEY,
    secret_hash  BLOB NOT NULL UNIQUE,
    brand        TEXT NOT NULL,
    account_id   TEXT NOT NULL REFERENCES account (id),
    auth_time    INTEGER NOT NULL,
    amr          TEXT NOT NULL,
    acr          TEXT NOT NULL,
    access_path  TEXT NOT NULL CHECK (access_path IN ('internet', 'line')),
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_expiry ON session (expires_at);
