-- Staff of the service provider, who sign in at a listener of their own. Without password_hash nobody has enrolled yet.
-- last_totp_step: the newest time step whose code was accepted. Until barred_until no code of theirs is looked at.
CREATE TABLE operator (
    id             TEXT PRIMARY KEY,
    email          TEXT NOT NULL,
    email_key      TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('read_only', 'support', 'full')),
    state          TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
    password_hash  TEXT,
    sealed_totp    BLOB,
    last_totp_step INTEGER NOT NULL,
    code_failures  INTEGER NOT NULL,
    barred_until   INTEGER NOT NULL,
    signed_in_at   INTEGER,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;
-- A browser an operator signed in with; until the second factor it is good for nothing but that step. next: the page it
-- began at.
CREATE TABLE operator_session (
    id           TEXT PRIMARY KEY,
    secret_hash  BLOB NOT NULL UNIQUE,
    operator_id  TEXT NOT NULL REFERENCES operator (id),
    stage        TEXT NOT NULL CHECK (stage IN ('second_factor', 'open')),
    guesses      INTEGER NOT NULL,
    next         TEXT NOT NULL,
    auth_time    INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;
CREATE INDEX operator_session_by_operator ON operator_session (operator_id);
CREATE INDEX operator_session_by_expiry ON operator_session (expires_at);
-- A link to choose a password and a second factor: for one operator, once. What was chosen waits here, for the browser
-- that chose it.
CREATE TABLE operator_enrolment (
    id            TEXT PRIMARY KEY,
    secret_hash   BLOB NOT NULL UNIQUE,
    operator_id   TEXT NOT NULL REFERENCES operator (id),
    password_hash TEXT,
    sealed_totp   BLOB,
    browser_hash  BLOB,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    consumed_at   INTEGER
) STRICT;
CREATE INDEX operator_enrolment_by_operator ON operator_enrolment (operator_id);
CREATE INDEX operator_enrolment_by_browser ON operator_enrolment (browser_hash);
CREATE INDEX operator_enrolment_by_expiry ON operator_enrolment (expires_at);
-- A passkey (WebAuthn) of an operator: credential is its public key with counter and flags, version counts its changes.
CREATE TABLE operator_passkey (
    id            TEXT PRIMARY KEY,
    operator_id   TEXT NOT NULL REFERENCES operator (id),
    slot          INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 10),
    credential_id TEXT NOT NULL UNIQUE,
    credential    TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX operator_passkey_slot ON operator_passkey (operator_id, slot);
-- A passkey ceremony of an operator in progress: for one browser, once.
CREATE TABLE operator_ceremony (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('register', 'authenticate')),
    operator_id  TEXT NOT NULL REFERENCES operator (id),
    browser_hash BLOB NOT NULL,
    state        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    consumed_at  INTEGER
) STRICT;
CREATE INDEX operator_ceremony_by_expiry ON operator_ceremony (expires_at);
-- A key of the JSON API. scopes and brands are JSON lists; without brands it is good for all of them.
CREATE TABLE operator_api_key (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    secret_hash  BLOB NOT NULL UNIQUE,
    role         TEXT NOT NULL CHECK (role IN ('read_only', 'support', 'full')),
    scopes       TEXT NOT NULL,
    brands       TEXT,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX operator_api_key_by_time ON operator_api_key (created_at, id);
-- Answers given to requests with an Idempotency-Key, sealed, for a day: whoever asks again gets the same one.
CREATE TABLE operator_idempotency (
    api_key_id    TEXT NOT NULL REFERENCES operator_api_key (id),
    key_hash      BLOB NOT NULL,
    request_hash  BLOB NOT NULL,
    sealed_answer BLOB,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (api_key_id, key_hash)
) STRICT;
CREATE INDEX operator_idempotency_by_time ON operator_idempotency (created_at);
-- Of two people who change one client at the same time, the second is told.
ALTER TABLE client ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE INDEX contract_by_brand_and_time ON contract (brand, created_at, id);
