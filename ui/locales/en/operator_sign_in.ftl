# Sign-in and enrolment of operators (not in the manuals)

operator-sign-in-title = Operator sign-in
operator-sign-in-link = Go to the sign-in
operator-factor-lead = Enter the 6 digits that your authenticator shows.

operator-enrolment-title = Operator enrolment
operator-enrolment-lead = { $name }, choose the password you will sign in with.
operator-password-rule = A password has at least 12 characters, with at least 3 of: upper case, lower case, digits, symbols
operator-enrolment-factor-title = Set up two-step verification
operator-enrolment-factor-lead = Register an authenticator or a passkey. Signing in always takes both your password and this.
operator-enrolment-passkey = Register a passkey
operator-enrolled-title = Enrolment complete
operator-enrolled-lead = You are enrolled. Sign in with the password you chose and two-step verification.
operator-signed-out-title = Signed out
operator-signed-out-lead = You have signed out.
operator-link-dead-title = This link cannot be used
operator-link-dead-lead = It was used, its time (24 hours) is over, or a newer one was issued. Ask an administrator for a new link.

operator-alert-missing = Enter your e-mail address and your password.
operator-alert-wrong = The e-mail address or the password is wrong. Check them and try again.
operator-alert-too-many-requests = There were too many wrong entries. Wait a while, then try again.
operator-alert-overloaded = The service is busy. Wait a little, then try again.
operator-alert-code-wrong = The 6 digits are wrong. Enter the ones that are shown now.
operator-alert-codes-over = There were too many wrong entries, so this sign-in was stopped. Start again.
operator-alert-passkey-failed = The passkey could not be verified. Try again.
operator-alert-fresh-sign-in = Sign in again to continue.
operator-alert-too-short = The password is too short. Use at least 12 characters.
