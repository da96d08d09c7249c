-- A contract's own Active Directory (ADFS). client_secret: sealed. permitted_networks: private networks it may be reached
-- in, set by operators alone. endpoints: of its discovery document, as accepted; staged: a change that waits for approval.
CREATE TABLE connection (
    id                 TEXT PRIMARY KEY,
    brand              TEXT NOT NULL,
    contract_id        TEXT NOT NULL UNIQUE REFERENCES contract (id),
    issuer             TEXT NOT NULL,
    client_id          TEXT NOT NULL,
    client_secret      BYTEA NOT NULL,
    resource           TEXT,
    subject_claim      TEXT NOT NULL,
    ca_certificate     TEXT,
    permitted_networks TEXT NOT NULL,
    clock_leeway       BIGINT NOT NULL CHECK (clock_leeway BETWEEN 0 AND 300000),
    state              TEXT NOT NULL CHECK (state IN ('enabled', 'disabled')),
    endpoints          TEXT,
    staged             TEXT,
    version            BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL
);

-- The upstream identity an account signs in with: one for an account, and one account for it in a brand. The foreign key
-- keeps it in step with the account's login method. upstream_sub: what the upstream calls sub, where the key is another.
CREATE UNIQUE INDEX account_login_method ON account (id, login_method);
CREATE TABLE upstream_identity (
    account_id   TEXT PRIMARY KEY,
    login_method TEXT NOT NULL CHECK (login_method <> 'password'),
    brand        TEXT NOT NULL,
    connection   TEXT NOT NULL,
    subject      TEXT NOT NULL,
    upstream_sub TEXT,
    linked_at    BIGINT NOT NULL,
    FOREIGN KEY (account_id, login_method) REFERENCES account (id, login_method)
);
CREATE UNIQUE INDEX one_upstream_identity ON upstream_identity (brand, connection, subject);

-- A person on the way to an upstream and back. secrets: nonce and PKCE verifier, sealed; identity: who came back, sealed,
-- until the person confirms the link.
CREATE TABLE upstream_transaction (
    id             TEXT PRIMARY KEY,
    state_hash     BYTEA NOT NULL UNIQUE,
    brand          TEXT NOT NULL,
    connection     TEXT NOT NULL,
    browser_hash   BYTEA NOT NULL,
    purpose        TEXT NOT NULL,
    secrets        BYTEA NOT NULL,
    identity       BYTEA,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    returned_at    BIGINT,
    finished_at    BIGINT
);
CREATE INDEX upstream_transaction_by_expiry ON upstream_transaction (expires_at);

-- ID tokens of upstreams already seen: each once.
CREATE TABLE upstream_id_token (
    hash       BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX upstream_id_token_by_expiry ON upstream_id_token (expires_at);

-- A person asked an upstream to have their data deleted here: what the status page says of it.
CREATE TABLE data_deletion (
    code         TEXT PRIMARY KEY,
    request_hash BYTEA NOT NULL UNIQUE,
    brand        TEXT NOT NULL,
    connection   TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    done_at      BIGINT
);

-- When a federated session's person authenticated, if the upstream said so.
ALTER TABLE session ADD COLUMN upstream_auth_time BIGINT;
