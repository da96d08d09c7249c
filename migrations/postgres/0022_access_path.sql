-- Over which network a contract's people may come; what sessions, tokens and accounts remember of it; and where a
-- sign-in without a client leads.
ALTER TABLE contract ADD COLUMN access_path TEXT NOT NULL DEFAULT 'line_and_internet' CHECK (access_path IN ('line_and_internet', 'line_only'));
ALTER TABLE session ADD COLUMN line_hash BYTEA;
ALTER TABLE token_family ADD COLUMN access_path TEXT NOT NULL DEFAULT 'internet' CHECK (access_path IN ('internet', 'line'));
ALTER TABLE token_family ADD COLUMN line_hash BYTEA;
ALTER TABLE interaction ADD COLUMN access_path TEXT NOT NULL DEFAULT 'internet' CHECK (access_path IN ('internet', 'line'));
ALTER TABLE interaction ADD COLUMN target TEXT NOT NULL DEFAULT 'client' CHECK (target IN ('client', 'account_menu', 'admin_console'));
ALTER TABLE interaction ADD COLUMN line_rounds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN internet_sign_in_at BIGINT;
ALTER TABLE account ADD COLUMN line_sign_in_at BIGINT;
