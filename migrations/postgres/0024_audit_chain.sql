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
    at       BIGINT NOT NULL
);
-- The chain. `sealed_at` is when the run began that sealed everything waiting then.
CREATE TABLE audit_seal (
    seq       BIGINT PRIMARY KEY,
    event_id  TEXT NOT NULL UNIQUE,
    sealed_at BIGINT NOT NULL,
    hash      BYTEA NOT NULL
);
-- Its end: one row. `drained` is 0 while the run of `sealed_at` has not come to an end.
CREATE TABLE audit_head (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    seq       BIGINT NOT NULL,
    hash      BYTEA NOT NULL,
    sealed_at BIGINT NOT NULL,
    drained   BIGINT NOT NULL
);
-- Where it begins, once the oldest events are gone: the last seal taken away, signed. No row or one.
CREATE TABLE audit_start (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    seq        BIGINT NOT NULL,
    hash       BYTEA NOT NULL,
    sealed_at  BIGINT NOT NULL,
    removed_at BIGINT NOT NULL,
    signature  BYTEA NOT NULL
);
INSERT INTO audit_head (id, seq, hash, sealed_at, drained) VALUES (1, 0, '', 0, 1);
INSERT INTO audit_unsealed (event_id, at) SELECT id, at FROM audit_event;

CREATE FUNCTION audit_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (event_id, at) VALUES (NEW.id, NEW.at);
    RETURN NULL;
END $$;
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE FUNCTION audit_event_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_seal s JOIN audit_start b ON s.seq <= b.seq WHERE s.event_id = OLD.id) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION audit_seal_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_start b WHERE OLD.seq <= b.seq) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_event_queued AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_queue();
CREATE TRIGGER audit_event_never_changed BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_never_changed BEFORE UPDATE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_keep();
CREATE TRIGGER audit_seal_kept BEFORE DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_seal_keep();
CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.seq < OLD.seq)
    EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_start_grows BEFORE UPDATE ON audit_start FOR EACH ROW WHEN (NEW.seq < OLD.seq)
    EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_start_kept BEFORE DELETE ON audit_start FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_event_never_emptied BEFORE TRUNCATE ON audit_event EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_never_emptied BEFORE TRUNCATE ON audit_seal EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_never_emptied BEFORE TRUNCATE ON audit_head EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_start_never_emptied BEFORE TRUNCATE ON audit_start EXECUTE FUNCTION audit_refuse();
