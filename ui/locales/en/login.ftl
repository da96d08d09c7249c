# The login page (manual, chapter 1)

login-title = Log in
login-account-link = Change your password or other sign-in and contract details
# Manual, chapter 2.1
login-account-title = Log in to change your account or contract
login-admin-title = Log in to the admin console
login-back-link = If you only want to log in, log in here.
login-email = Email address
login-password = Password
login-submit = Log in
login-forgotten-link = Forgot your password?
login-passkey = Log in with a passkey
login-for-client = After logging in you will continue to “{ $client }”.

login-alert-email-missing = Enter your email address.
login-alert-password-missing = Enter your password.
login-alert-mismatch = The email address or password is incorrect. Check them and try again.
# Manual, chapter 6
login-alert-locked = Your account has been locked because of several failed login attempts in a row. We have sent you an email with instructions for unlocking it.
login-alert-unavailable = This account cannot log in at the moment. Contact your contract holder or an administrator.
login-alert-line-required = Your contract allows access over its registered lines only. From such a line, use the login page for line authentication.
login-alert-trial-ended = The free trial has ended. Until 15 days after its end, the contract holder can move to the basic plan in “Change your account or contract”.
login-alert-too-many-requests = There have been too many login attempts. Wait a while and try again.
login-alert-overloaded = We are very busy right now. Wait a moment and try again.
login-alert-passkey-failed = Logging in with a passkey did not work. Try again, or log in with your password.
login-alert-fresh-sign-in = Log in again to continue.
