-- Single-use secrets sent by mail: only their hash is here. data: what the purpose needs, such as the new address.
CREATE TABLE ticket (
    id          TEXT PRIMARY KEY,
    hash        BYTEA NOT NULL UNIQUE,
    purpose     TEXT NOT NULL CHECK (purpose IN ('invitation', 'unblock', 'password_reset', 'email_change', 'login_method_change')),
    brand       TEXT NOT NULL,
    account_id  TEXT NOT NULL REFERENCES account (id),
    data        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT,
    revoked_at  BIGINT
);
-- One open ticket of a purpose for an account, and one pending change of how the person signs in.
CREATE UNIQUE INDEX one_open_ticket ON ticket (account_id, purpose) WHERE consumed_at IS NULL AND revoked_at IS NULL;
CREATE UNIQUE INDEX one_pending_change ON ticket (account_id) WHERE consumed_at IS NULL AND revoked_at IS NULL AND purpose IN ('email_change', 'login_method_change');
CREATE INDEX ticket_by_expiry ON ticket (expires_at);
