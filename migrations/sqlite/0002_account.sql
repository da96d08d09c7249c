-- A person in a contract. email_key is the address as compared: the login ID, unique within the brand.
CREATE TABLE account (
    id                  TEXT PRIMARY KEY,
    brand               TEXT NOT NULL,
    contract_id         TEXT NOT NULL REFERENCES contract (id),
    subject             TEXT NOT NULL UNIQUE,
    email               TEXT NOT NULL,
    email_key           TEXT NOT NULL,
    email_verified_at   INTEGER,
    name                TEXT NOT NULL,
    profile             TEXT NOT NULL,
    role                TEXT NOT NULL CHECK (role IN ('contractor', 'administrator', 'user')),
    state               TEXT NOT NULL CHECK (state IN ('invited', 'active', 'locked', 'suspended', 'deleted')),
    login_method        TEXT NOT NULL CHECK (login_method IN ('password', 'google', 'facebook', 'microsoft', 'daccount', 'active_directory')),
    password_hash       TEXT,
    password_changed_at INTEGER,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    CHECK (password_hash IS NULL OR login_method = 'password'),
    CHECK (role <> 'contractor' OR login_method <> 'active_directory')
) STRICT;
-- A deleted person's address may be registered again.
CREATE UNIQUE INDEX one_login_id ON account (brand, email_key) WHERE state <> 'deleted';
CREATE INDEX account_by_contract ON account (contract_id, created_at);
CREATE UNIQUE INDEX one_contractor ON account (contract_id) WHERE role = 'contractor' AND state <> 'deleted';
