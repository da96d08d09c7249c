-- A customer company's contract inside a brand (brands themselves are configuration).
CREATE TABLE contract (
    id         TEXT PRIMARY KEY,
    brand      TEXT NOT NULL,
    name       TEXT NOT NULL,
    plan       TEXT NOT NULL CHECK (plan IN ('basic', 'trial')),
    state      TEXT NOT NULL CHECK (state IN ('active', 'cancelled')),
    started_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX contract_by_brand ON contract (brand, created_at);
