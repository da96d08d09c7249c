-- What a person has allowed a client, remembered until revoked.
CREATE TABLE consent (
    account_id TEXT NOT NULL REFERENCES account (id),
    client_id  TEXT NOT NULL REFERENCES client (id),
    scope      TEXT NOT NULL,
    claims     TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (account_id, client_id)
);
