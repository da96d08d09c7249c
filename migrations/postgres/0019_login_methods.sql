-- The engines need different words here.
-- One more login method: an upstream of the operator's own choice (OpenID Connect).
ALTER TABLE account DROP CONSTRAINT account_login_method_check;
ALTER TABLE account ADD CONSTRAINT account_login_method_check CHECK (login_method IN ('password', 'google', 'facebook', 'microsoft', 'daccount', 'active_directory', 'openid_connect'));
