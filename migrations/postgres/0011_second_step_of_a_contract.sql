-- Whether a contract asks its people for two-step verification; a session remembers how its own was met.
ALTER TABLE contract ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'enabled' CHECK (second_factor IN ('enabled', 'disabled'));
ALTER TABLE session ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'none' CHECK (second_factor IN ('none', 'remembered', 'verified'));
