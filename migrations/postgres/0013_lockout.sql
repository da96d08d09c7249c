-- Wrong passwords in a row by login ID, whether or not anybody has it. login_key is a keyed hash of brand and address.
CREATE TABLE login_failure (
    login_key  BYTEA PRIMARY KEY,
    failures   BIGINT NOT NULL,
    last_at    BIGINT NOT NULL
);
CREATE INDEX login_failure_by_time ON login_failure (last_at);
