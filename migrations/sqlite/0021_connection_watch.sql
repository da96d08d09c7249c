-- When a connection's discovery document is read the next time, and what was wrong with it the last time.
ALTER TABLE connection ADD COLUMN next_check_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN trouble TEXT;
CREATE INDEX connection_by_check ON connection (next_check_at);
