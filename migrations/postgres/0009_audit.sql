-- What happened, for whoever has to explain it later. Rows are only ever added, until their time is over.
CREATE TABLE audit_event (
    id          TEXT PRIMARY KEY,
    at          BIGINT NOT NULL,
    event       TEXT NOT NULL,
    reason      TEXT,
    reference   TEXT NOT NULL,
    brand       TEXT,
    contract_id TEXT,
    account_id  TEXT,
    client_id   TEXT,
    session_id  TEXT,
    address     TEXT,
    detail      TEXT NOT NULL
);
CREATE INDEX audit_event_by_time ON audit_event (at);
CREATE INDEX audit_event_by_reference ON audit_event (reference);
CREATE INDEX audit_event_by_account ON audit_event (account_id, at);
