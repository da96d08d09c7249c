-- A customer company's contract inside a brand (brands themselves are configuration).
CREATE TABLE contract (
    id         TEXT PRIMARY KEY,
    brand      TEXT NOT NULL,
    name       TEXT NOT NULL,
    plan       TEXT NOT NULL CHECK (plan IN ('basic', 'trial')),
    state      TEXT NOT NULL CHECK (state IN ('active', 'cancelled')),
    started_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contract_by_brand ON contract (brand, created_at);
