-- 「パスワードを忘れた方」: what was asked, written the same for every address and worked off by a job.
CREATE TABLE recovery_request (
    id         TEXT PRIMARY KEY,
    brand      TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX recovery_request_by_time ON recovery_request (created_at);
