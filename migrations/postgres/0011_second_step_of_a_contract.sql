-- Whether a contract asks its people for two-step verification; a session remembers how its own was met.
ALTER TABLE contract ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'enabled' CHECK (second_factor IN ('enabled', 'disabled'));
ALTER TABLE session ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'none' CHECK (second_factor IN ('none', 'remembered', 'verified'));
-- A sign-in in progress leads to a client, or to the account menu, which has no authorization request.
ALTER TABLE interaction ADD COLUMN target TEXT NOT NULL DEFAULT 'client' CHECK (target IN ('client', 'account_menu'));
