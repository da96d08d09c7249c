-- The engines need different words here.
-- One more login method: an upstream of the operator's own choice (OpenID Connect). SQLite changes a constraint by its
-- text; the tables of the next migration make every connection read the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''daccount'', ''active_directory'')', '''daccount'', ''active_directory'', ''openid_connect'')')
    WHERE type = 'table' AND name = 'account';
PRAGMA writable_schema = RESET;
