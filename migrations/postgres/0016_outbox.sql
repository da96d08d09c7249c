-- Mail and SMS on their way out. sealed: recipient, subject and text, sealed with the master key; gone once it was sent.
CREATE TABLE outbox (
    id              TEXT PRIMARY KEY,
    channel         TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
    kind            TEXT NOT NULL,
    brand           TEXT NOT NULL,
    account_id      TEXT,
    sealed          BYTEA,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts        BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    claimed_until   BIGINT,
    route           TEXT,
    last_error      TEXT,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    done_at         BIGINT,
    CHECK (state <> 'waiting' OR sealed IS NOT NULL),
    CHECK ((state = 'waiting') = (done_at IS NULL))
);
CREATE INDEX outbox_due ON outbox (channel, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_end ON outbox (done_at) WHERE state <> 'waiting';
