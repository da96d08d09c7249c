-- Mail and SMS on their way out. sealed: recipient, subject and text, sealed with the master key; gone once it was sent.
CREATE TABLE outbox (
    id              TEXT PRIMARY KEY,
    channel         TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
    kind            TEXT NOT NULL,
    brand           TEXT NOT NULL,
    account_id      TEXT,
    sealed          BLOB,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    claimed_until   INTEGER,
    route           TEXT,
    last_error      TEXT,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    done_at         INTEGER,
    CHECK (state <> 'waiting' OR sealed IS NOT NULL),
    CHECK ((state = 'waiting') = (done_at IS NULL))
) STRICT;
CREATE INDEX outbox_due ON outbox (channel, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_end ON outbox (done_at) WHERE state <> 'waiting';
