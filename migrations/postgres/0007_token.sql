-- Everything issued from one authorization: revoked together (RFC 9700 section 4.14.2).
CREATE TABLE token_family (
    id          TEXT PRIMARY KEY,
    brand       TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    account_id  TEXT NOT NULL REFERENCES account (id),
    session_id  TEXT NOT NULL,
    facts       TEXT NOT NULL,
    offline     BIGINT NOT NULL CHECK (offline IN (0, 1)),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    revoked_at  BIGINT,
    revoked_why TEXT
);
CREATE INDEX token_family_by_account ON token_family (account_id);
CREATE INDEX token_family_by_session ON token_family (session_id);
CREATE INDEX token_family_by_expiry ON token_family (expires_at);

CREATE TABLE authorization_code (
    hash        BYTEA PRIMARY KEY,
    family_id   TEXT NOT NULL REFERENCES token_family (id) ON DELETE CASCADE,
    brand       TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    facts       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX authorization_code_by_expiry ON authorization_code (expires_at);
CREATE INDEX authorization_code_by_family ON authorization_code (family_id);

-- answer: the token response this token was exchanged for, sealed under a key only the holder of the token can derive,
-- so that a retry within the grace window gets the identical answer.
CREATE TABLE refresh_token (
    hash         BYTEA PRIMARY KEY,
    family_id    TEXT NOT NULL REFERENCES token_family (id) ON DELETE CASCADE,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    rotated_at   BIGINT,
    answer       BYTEA
);
CREATE INDEX refresh_token_by_family ON refresh_token (family_id);
CREATE INDEX refresh_token_by_expiry ON refresh_token (expires_at);

-- Opaque access tokens, for clients that ask for them.
CREATE TABLE access_token (
    hash       BYTEA PRIMARY KEY,
    claims     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_token_by_expiry ON access_token (expires_at);

-- Single access tokens revoked before their time (RFC 7009), by jti.
CREATE TABLE revoked_token (
    jti        TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_token_by_expiry ON revoked_token (expires_at);

-- Client assertions already seen (RFC 7523 section 3): each jti once.
CREATE TABLE client_assertion (
    client_id  TEXT NOT NULL,
    jti        TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, jti)
);
CREATE INDEX client_assertion_by_expiry ON client_assertion (expires_at);
