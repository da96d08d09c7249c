-- The engines need different words here.
-- The user list of the admin console: prefixes by index, pages by key, a text from the middle in an index alone. name_key
-- is the name as it is searched (what was stored before gets an approximation), search_key both keys and a blank between
-- them, which neither holds.
-- Keys are compared byte by byte, as SQLite does: in any other order a prefix is no range.
ALTER TABLE account ALTER COLUMN email_key TYPE TEXT COLLATE "C";
ALTER TABLE account ADD COLUMN name_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN search_key TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE account SET name_key = lower(replace(replace(name, ' ', ''), '　', ''));
UPDATE account SET search_key = email_key || ' ' || name_key;
CREATE INDEX account_by_address ON account (contract_id, email_key, search_key, role, state, id) WHERE state <> 'deleted';
CREATE INDEX account_by_name ON account (contract_id, name_key, id, search_key, role, state) WHERE state <> 'deleted';
