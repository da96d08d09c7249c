-- A passkey (WebAuthn) of an account: credential is its public key with counter and flags, version counts its changes.
-- slot: at most ten of an account. rp_id: the host it was made for.
CREATE TABLE passkey (
    id            TEXT PRIMARY KEY,
    brand         TEXT NOT NULL,
    account_id    TEXT NOT NULL REFERENCES account (id),
    slot          INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 10),
    rp_id         TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    credential    TEXT NOT NULL,
    version       INTEGER NOT NULL,
    name          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX passkey_slot ON passkey (account_id, slot);
-- A registration or sign-in with a passkey in progress: the challenge that its answer must hold, for one browser, once.
CREATE TABLE passkey_ceremony (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('register', 'authenticate')),
    brand        TEXT NOT NULL,
    account_id   TEXT REFERENCES account (id),
    session_id   TEXT,
    browser_hash BLOB NOT NULL,
    state        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    consumed_at  INTEGER
) STRICT;
CREATE INDEX passkey_ceremony_by_expiry ON passkey_ceremony (expires_at);
