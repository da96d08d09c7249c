# Pages that a mailed link opens (manual, chapters 1.5, 2 and 6)

unblock-title = Unlock your account
unblock-lead = Choose “Unlock” to unlock your account. You can log in again afterwards.
unblock-submit = Unlock

registration-title = Register your login
registration-name = Name
registration-password = Password
registration-again = Password (again)
registration-submit = Register

# The address of the person who registers, whatever the picture in the manual calls it.
registration-confirm-title = Confirm your registration
registration-confirm-lead = Is everything correct?
registration-confirm-method = Log in with
registration-confirm-method-password = Email address and password
registration-confirm-hidden = (hidden)
registration-confirm-submit = Confirm

email-change-title = Confirm your new email address
email-change-lead = Check the new email address, then choose “Register”.
email-change-email = New email address
email-change-submit = Register

ticket-refused-unknown-title = This link is not valid
ticket-refused-unknown-what = We do not know this link. It may have been cut off, or it may come from an old email.
ticket-refused-expired-title = This link has expired
ticket-refused-expired-what = The link could be used for 14 days after the email arrived. That time is over, and what it was for has been canceled.
ticket-refused-used-title = This is already done
ticket-refused-used-what = What this link was for is already done. A link works only once.
ticket-refused-replaced-title = This link no longer works
ticket-refused-replaced-what = We have sent you a newer email, or the matter was settled in another way.
ticket-refused-taken-title = This email address cannot be registered
ticket-refused-taken-what = The new email address has meanwhile been registered by somebody else. Your present address was not changed.
ticket-email-change-taken-do = Please start again with another address.
ticket-refused-to-reset = Reset your password
ticket-refused-to-login = Go to the login page

ticket-invitation-unknown-do = Copy the whole link from the email and open it again. If that does not help, ask your contract holder or an administrator to send the invitation again.
ticket-invitation-expired-do = Ask your contract holder or an administrator to send the invitation again.
ticket-invitation-used-do = Log in the way you registered.
ticket-invitation-replaced-do = Open the link in the invitation that arrived last.
ticket-unblock-unknown-do = Copy the whole link from the email and open it again. Resetting your password unlocks your account too.
ticket-unblock-expired-do = You can unlock your account by resetting your password.
ticket-unblock-used-do = Your account is not locked any more. Log in.
ticket-unblock-replaced-do = Try to log in. If your account is locked, open the link in the email about it that arrived last.
ticket-password-reset-unknown-do = Copy the whole link from the email and open it again. If that does not help, ask for a password reset again.
ticket-password-reset-expired-do = Ask for a password reset again.
ticket-password-reset-used-do = Log in with your new password.
ticket-password-reset-replaced-do = Open the link in the email about your password that arrived last.
ticket-email-change-unknown-do = Copy the whole link from the email and open it again. If that does not help, change your email address again.
ticket-email-change-expired-do = Your email address has not been changed. Change it again.
ticket-email-change-used-do = Log in with your new email address.
ticket-email-change-replaced-do = Open the link in the email about your new address that arrived last.
ticket-login-method-change-unknown-do = Copy the whole link from the email and open it again. If that does not help, ask your contract holder or an administrator to start the change again.
ticket-login-method-change-expired-do = The way you log in has not been changed. Ask your contract holder or an administrator to start the change again.
ticket-login-method-change-used-do = Log in the new way.
ticket-login-method-change-replaced-do = Open the link in the email about your login method that arrived last.
