-- A sign-in in progress: the authorization request and what the person has done for it so far.
CREATE TABLE interaction (
    id               TEXT PRIMARY KEY,
    brand            TEXT NOT NULL,
    client_id        TEXT NOT NULL,
    browser_hash     BYTEA,
    request          TEXT NOT NULL,
    authenticated_at BIGINT,
    consent          TEXT CHECK (consent IN ('given', 'denied')),
    created_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);
CREATE INDEX interaction_by_expiry ON interaction (expires_at);
