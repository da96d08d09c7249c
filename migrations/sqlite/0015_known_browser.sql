-- The browsers an account has signed in with, for the notice about a new one.
CREATE TABLE known_browser (
    account_id   TEXT NOT NULL REFERENCES account (id),
    browser_hash BLOB NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    sign_ins     INTEGER NOT NULL,
    PRIMARY KEY (account_id, browser_hash)
) STRICT;
CREATE INDEX known_browser_by_time ON known_browser (last_at);
