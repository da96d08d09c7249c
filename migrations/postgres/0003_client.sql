-- A registered client application (RFC 6749 section 2). Secrets are random, so a plain hash of them is enough.
CREATE TABLE client (
    id                       TEXT PRIMARY KEY,
    brand                    TEXT NOT NULL,
    metadata                 TEXT NOT NULL,
    state                    TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    secret_hash              BYTEA,
    former_secret_hash       BYTEA,
    former_secret_expires_at BIGINT,
    created_at               BIGINT NOT NULL,
    updated_at               BIGINT NOT NULL
);
CREATE INDEX client_by_brand ON client (brand, created_at);
