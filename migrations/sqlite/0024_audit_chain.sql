-- The engines need different words here.
-- The audit log can be searched from every side, newest first, and can only grow: each event is queued as it is
-- written, sealed by a hash over itself and its predecessor, and neither changed nor taken away until its time is over.
DROP INDEX audit_event_by_time;
DROP INDEX audit_event_by_account;
CREATE INDEX audit_event_by_time ON audit_event (at, id);
CREATE INDEX audit_event_by_event ON audit_event (event, at, id);
CREATE INDEX audit_event_by_contract ON audit_event (contract_id, at, id) WHERE contract_id IS NOT NULL;
CREATE INDEX audit_event_by_account ON audit_event (account_id, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_event_by_client ON audit_event (client_id, at, id) WHERE client_id IS NOT NULL;
CREATE INDEX audit_event_by_address ON audit_event (address, at, id) WHERE address IS NOT NULL;

-- Events that wait for their seal.
CREATE TABLE audit_unsealed (
    event_id TEXT PRIMARY KEY,
    at       INTEGER NOT NULL
) STRICT;
-- The chain. `sealed_at` is when the run began that sealed everything waiting then.
CREATE TABLE audit_seal (
    seq       INTEGER NOT NULL PRIMARY KEY,
    event_id  TEXT NOT NULL UNIQUE,
    sealed_at INTEGER NOT NULL,
    hash      BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Its end: one row. `drained` is 0 while the run of `sealed_at` has not come to an end.
CREATE TABLE audit_head (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    sealed_at INTEGER NOT NULL,
    drained   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Where it begins, once the oldest events are gone: the last seal taken away, signed. No row or one.
CREATE TABLE audit_start (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq        INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    sealed_at  INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    signature  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO audit_head (id, seq, hash, sealed_at, drained) VALUES (1, 0, X'', 0, 1);
INSERT INTO audit_unsealed (event_id, at) SELECT id, at FROM audit_event;

CREATE TRIGGER audit_event_queued AFTER INSERT ON audit_event BEGIN
    INSERT INTO audit_unsealed (event_id, at) VALUES (NEW.id, NEW.at);
END;
CREATE TRIGGER audit_event_never_changed BEFORE UPDATE ON audit_event BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_seal_never_changed BEFORE UPDATE ON audit_seal BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event
WHEN NOT EXISTS (SELECT 1 FROM audit_seal s JOIN audit_start b ON s.seq <= b.seq WHERE s.event_id = OLD.id) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_seal_kept BEFORE DELETE ON audit_seal
WHEN NOT EXISTS (SELECT 1 FROM audit_start b WHERE OLD.seq <= b.seq) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head WHEN NEW.seq < OLD.seq BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_start_grows BEFORE UPDATE ON audit_start WHEN NEW.seq < OLD.seq BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_start_kept BEFORE DELETE ON audit_start BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
