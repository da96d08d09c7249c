-- Wrong passwords in a row by login ID, whether or not anybody has it. login_key is a keyed hash of brand and address.
CREATE TABLE login_failure (
    login_key  BLOB PRIMARY KEY,
    failures   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX login_failure_by_time ON login_failure (last_at);
