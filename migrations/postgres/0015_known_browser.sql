-- The browsers an account has signed in with, for the notice about a new one.
CREATE TABLE known_browser (
    account_id   TEXT NOT NULL REFERENCES account (id),
    browser_hash BYTEA NOT NULL,
    first_at     BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    sign_ins     BIGINT NOT NULL,
    PRIMARY KEY (account_id, browser_hash)
);
CREATE INDEX known_browser_by_time ON known_browser (last_at);
