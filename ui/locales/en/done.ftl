# The end of a procedure: title, lead, note (if any), button

done-reset-requested-title = Check your email
done-reset-requested-lead = If the address you entered is used to log in here, we have sent an email for resetting the password to it.
done-reset-requested-note = Open the link in the email within 14 days and set a new password. If no email arrives, check the address you entered and your spam folder.
done-reset-requested-button = Go to the login page

done-unblocked-title = Account unlocked
done-unblocked-lead = Your account is not locked any more. You can log in.
done-unblocked-button = Go to the login page

# Manual, chapter 6.2
done-password-reset-title = Reset your password
done-password-reset-lead = Your password has been reset.
done-password-reset-note = Your two-step verification has been reset too. Register it again the next time you log in.
done-password-reset-button = OK

# Manual, chapter 3
done-password-changed-title = Password changed
done-password-changed-lead = Your password has been changed.
done-password-changed-button = Back to the menu
done-access-path-changed-title = Access path changed
done-access-path-changed-lead = The access path has been changed.
done-access-path-changed-button = Back to the menu
done-second-factor-set-title = Two-step verification set
done-second-factor-set-lead = The setting of two-step verification has been changed.
done-second-factor-set-button = Back to the menu

# Manual, chapter 1.5
done-registered-title = Registration complete
done-registered-lead = You are registered.
done-registered-button = OK

done-registration-cancelled-title = Registration canceled
done-registration-cancelled-lead = You have not been registered. To register, open the link in the invitation again.
done-registration-cancelled-button = Back to the registration

# Manual, chapter 2.1
done-email-change-requested-title = Check your email
done-email-change-requested-lead = We have sent an email to your new address. Open the link in it to complete the change.
done-email-change-requested-note = If you do not open it within 14 days, the change is canceled. Until it is complete, use your current email address.
done-email-change-requested-button = Back to the menu

done-email-changed-title = Email address changed
done-email-changed-lead = Your email address has been changed.
done-email-changed-button = Close

done-passkey-added-title = Passkey added
done-passkey-added-lead = The passkey has been added. You can use it from now on.
done-passkey-added-button = Show your passkeys

# Manual, chapters 2.1 and 2.2
done-login-method-changed-title = Login method changed
done-login-method-changed-lead = Your login method has been changed.
done-login-method-changed-note = Please log in the new way.
done-login-method-changed-button = Go to the login page
