-- What an account's sign-ins are verified with, besides the password. sealed: the phone number, or the authenticator's
-- secret. last_step: the newest time step whose code was accepted (RFC 6238 §5.2: none is accepted twice).
CREATE TABLE second_factor (
    account_id  TEXT PRIMARY KEY REFERENCES account (id),
    method      TEXT NOT NULL CHECK (method IN ('sms', 'authenticator')),
    sealed      BLOB NOT NULL,
    last_step   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    verified_at INTEGER NOT NULL
) STRICT;
-- One recovery code for each account: 125 random bits, so a plain hash suffices.
CREATE TABLE recovery_code (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    hash       BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
-- Wrong codes in a row, over all attempts; until barred_until no code of the account is looked at.
CREATE TABLE second_factor_failure (
    account_id   TEXT PRIMARY KEY REFERENCES account (id),
    failures     INTEGER NOT NULL,
    barred_until INTEGER NOT NULL,
    last_at      INTEGER NOT NULL
) STRICT;
-- One attempt for each sign-in with a password, named by the session it began. code_hash is keyed and covers the session
-- and the number. What waits for the box to be ticked is sealed here and nowhere else yet.
CREATE TABLE second_factor_attempt (
    session_id      TEXT PRIMARY KEY,
    account_id      TEXT NOT NULL REFERENCES account (id),
    stage           TEXT NOT NULL CHECK (stage IN ('open', 'proved', 'recovered', 'over')),
    guesses         INTEGER NOT NULL,
    sealed_phone    BLOB,
    sealed_secret   BLOB NOT NULL,
    code_hash       BLOB,
    code_expires_at INTEGER NOT NULL,
    sends           INTEGER NOT NULL,
    sent_at         INTEGER NOT NULL,
    proved_method   TEXT CHECK (proved_method IN ('sms', 'authenticator')),
    proved_step     INTEGER NOT NULL,
    remember        INTEGER NOT NULL,
    sealed_recovery BLOB,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX second_factor_attempt_by_account ON second_factor_attempt (account_id);
CREATE INDEX second_factor_attempt_by_expiry ON second_factor_attempt (expires_at);
-- The browsers in which an account is not asked for a while: one secret for each, its hash here.
CREATE TABLE remembered_browser (
    id          TEXT PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES account (id),
    secret_hash BLOB NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX remembered_browser_by_account ON remembered_browser (account_id);
CREATE INDEX remembered_browser_by_expiry ON remembered_browser (expires_at);
-- The SMS of the last day. Number and block (the number without its last four digits) are keyed hashes.
CREATE TABLE sms_sent (
    id          TEXT PRIMARY KEY,
    session_id  TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    number_key  BLOB NOT NULL,
    block_key   BLOB NOT NULL,
    at          INTEGER NOT NULL,
    verified_at INTEGER
) STRICT;
CREATE INDEX sms_sent_by_number ON sms_sent (number_key, at);
CREATE INDEX sms_sent_by_account ON sms_sent (account_id, at);
CREATE INDEX sms_sent_by_block ON sms_sent (block_key, at);
CREATE INDEX sms_sent_by_session ON sms_sent (session_id);
CREATE INDEX sms_sent_by_time ON sms_sent (at);
-- Windows that began at `since`, one for each contract, brand and block; also what parallel senders wait at.
CREATE TABLE sms_window (
    name  TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    sent  INTEGER NOT NULL
) STRICT;
CREATE INDEX sms_window_by_time ON sms_window (since);
