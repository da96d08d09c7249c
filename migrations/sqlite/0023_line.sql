-- A contract's registered lines (回線番号). number_hash: keyed, so that a number is found without being readable;
-- number_sealed: the number itself, for the contract's own administrators; tail: its last three characters.
CREATE TABLE contract_line (
    id            TEXT PRIMARY KEY,
    brand         TEXT NOT NULL,
    contract_id   TEXT NOT NULL REFERENCES contract (id),
    number_hash   BLOB NOT NULL,
    number_sealed BLOB NOT NULL,
    tail          TEXT NOT NULL,
    label         TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    last_seen_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX one_contract_of_a_line ON contract_line (brand, number_hash);
CREATE INDEX contract_line_by_contract ON contract_line (contract_id);

-- Assertions of line gateways and answers of notifiers already seen: each once. hash: of who made it and its jti.
CREATE TABLE line_assertion (
    hash       BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX line_assertion_by_expiry ON line_assertion (expires_at);

-- A person at the carrier's page during a sign-in, and what came back. answer: sealed, believed for minutes.
CREATE TABLE line_departure (
    interaction_id TEXT PRIMARY KEY,
    state_hash     BLOB,
    nonce_hash     BLOB,
    departed_at    INTEGER NOT NULL,
    answer         BLOB,
    answered_at    INTEGER,
    expires_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX line_departure_by_expiry ON line_departure (expires_at);

-- The prefix table in use, so that an older or a suspiciously small one is refused after a restart and on every node.
CREATE TABLE line_prefix_table (
    iss         TEXT PRIMARY KEY,
    version     INTEGER NOT NULL,
    digest      BLOB NOT NULL,
    entries     INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL
) STRICT;
