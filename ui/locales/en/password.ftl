# Setting a password (manual, chapters 2, 3 and 6.2)

new-password-reset-title = Reset your password
new-password-reset-email = Email address
new-password-reset-password = New password
new-password-reset-again = New password (again)
new-password-reset-note = { second-factor-reset-note }
new-password-reset-submit = Send

new-password-email-change-title = Confirm your new email address
new-password-email-change-lead = Check the new email address, then enter the password that you will log in with from now on.
new-password-email-change-email = New email address
new-password-email-change-password = Password
new-password-email-change-again = Password (again)
new-password-email-change-note = { second-factor-reset-note }
new-password-email-change-submit = Register

new-password-alert-missing = Enter the password twice.
new-password-alert-differ = The two passwords are not the same. Enter both again.
new-password-alert-too-short = The password is too short. Use at least 8 characters.
new-password-alert-too-long = The password is too long. Use at most 256 characters.
new-password-alert-too-few-classes = The password needs more kinds of characters: at least 3 of upper-case letters, lower-case letters, digits and symbols.
new-password-alert-obvious = This password can be guessed from your email address, your name or the name of the service. Choose another one.
new-password-alert-too-common = This password is used by many people. Choose another one.
new-password-alert-overloaded = We are very busy right now. Wait a moment and try again.

change-password-title = Change your password
change-password-current = Current password
change-password-submit = Change password
change-password-alert-current-missing = Enter your current password.
change-password-alert-current-wrong = Your current password is incorrect. Check it and try again.
change-password-alert-too-many-requests = There have been several wrong entries. Wait a while and try again.

forgotten-title = Forgot your password?
forgotten-lead = Enter the email address that you log in with. We will send you an email for resetting your password.
forgotten-submit = Send email
forgotten-alert-email-missing = Enter your email address.
forgotten-alert-email-invalid = This is not a valid email address. Check it and try again.
forgotten-alert-too-many-requests = There have been many requests in a short time. Wait a while and try again.
