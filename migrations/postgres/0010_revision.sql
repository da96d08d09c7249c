-- One counter per thing that nodes keep in memory; a node reloads what has moved.
CREATE TABLE revision (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO revision (name, value) VALUES ('client', 0), ('signing_key', 0);
