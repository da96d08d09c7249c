# Mails: subject and body. An empty line ends a paragraph; the line that is only { $link } becomes a button.
# The mails of the manuals, chapters 1.5, 2 and 6.

mail-thanks = Thank you for using { $brand }.
mail-thanks-service = Thank you for using the { $brand } service.
mail-automatic =
    This mail was sent automatically by the { $brand } system.
    The address is for sending only: we cannot answer replies.

mail-invitation-subject = [{ $brand }] Your user registration
mail-invitation-button = Register
mail-invitation-registered = as a user of this service.
mail-invitation-body =
    Dear { $name },

    this is the { $brand } system.
    { $inviter } has entered { $name }
    { mail-invitation-registered }
    Please open the following URL within 14 days of receiving this mail to complete the registration.

    URL for the user registration:
    { $link }

    =====
    { mail-automatic }
    =====

mail-unblock-subject = [{ $brand }] Account locked
mail-unblock-button = Unlock the account
mail-unblock-body =
    Dear { $name },

    { mail-thanks-service }
    Signing in failed more often than is allowed, so the account was locked.

    Open the following URL to unlock it.

    { $link }

    Valid for 14 days after receipt of this mail.

    If the URL has expired, you can unlock the account by changing the password from the login page of the portal site.

mail-password-reset-subject = [{ $brand }] Password reset
mail-password-reset-button = Choose a new password
mail-password-reset-body =
    Dear { $name },

    { mail-thanks-service }
    We have received your request to reset the password.

    Please open the following URL and choose a new password.

    { $link }

    If no new password is chosen within 14 days of receiving this mail, the request is canceled.

mail-email-change-subject = [{ $brand }] Change of email address
mail-email-change-button = Change the email address
mail-email-change-cancelled = If the URL is not opened within 14 days of receiving this mail, the change is canceled.
mail-email-change-body =
    Dear { $name },

    { mail-thanks }

    Please open the following URL to complete the change to this email address.

    { $link }

    { mail-email-change-cancelled }

mail-login-method-change-subject = [{ $brand }] Change of login method
mail-login-method-change-button = Choose the login method
mail-login-method-change-unintended = This prevents an account of that service which you did not intend from being linked.
mail-login-method-change-body =
    Dear { $name },

    { mail-thanks }

    Please open the following URL to complete the change of your login method.

    { $link }

    If you want to sign in with an account of a linked service, we recommend to sign out of that service first, then open the link in this mail and set up your login to { $brand }.
    { mail-login-method-change-unintended }

    If the login method is not set within 14 days of receiving this mail, the change is canceled.

# Chapter 1.3. A line whose value is absent, such as the URL of a line there is none for, is left out.
mail-active-directory-login-subject = [{ $brand }] Login URL and connection ID of your Active Directory account
mail-active-directory-login-body =
    Dear { $name },

    { mail-thanks }

    Here are the login URL and the connection ID of your Active Directory account.

    If you are the contractor, please tell the connection ID to the users who will log in with an Active Directory account.
    They need to enter it when they set up Active Directory as their login method.

    Login URL of your Active Directory account
    - Internet: { $internet_url }
    - Line authentication: { $line_url }

    Connection ID for setting up the login with your Active Directory account
    - Connection ID of Active Directory: { $connection_id }
    If { $brand } asks for the connection ID when you log in, enter the one above.

# Not in the manuals.

mail-contact = If this was not you, change your password and tell your contractor or administrator.

mail-reset-other-method-subject = [{ $brand }] Password reset
mail-reset-other-method-body =
    Dear { $name },

    { mail-thanks-service }
    We have received a request to reset the password, but your account has none.

    Please sign in with “{ $method }” on the login page.

    If you did not ask for this, you can ignore this mail. Nothing about your account has changed.

    { mail-automatic }

mail-email-taken-subject = [{ $brand }] About a change of email address
mail-email-taken-body =
    Dear { $name },

    { mail-thanks }

    Somebody asked to use this email address. Your account uses it already, so nothing was changed.

    Nothing about your account has changed. If you did not ask for this, you can ignore this mail.

    { mail-automatic }

mail-new-browser-subject = [{ $brand }] Sign-in from a new browser
mail-new-browser-body =
    Dear { $name },

    { mail-thanks }

    Somebody signed in to your account from a browser that was not used before.

    Time: { $time }
    Browser: { $browser }

    If this was you, there is nothing to do.
    { mail-contact }

    { mail-automatic }

mail-password-changed-subject = [{ $brand }] Your password was changed
mail-password-changed-body =
    Dear { $name },

    { mail-thanks }

    Your password was changed.

    If this was you, there is nothing to do.
    If this was not you, choose a new password with “Forgot your password?” on the login page, and tell your contractor or administrator.

    { mail-automatic }

mail-email-changed-subject = [{ $brand }] Your email address was changed
mail-email-changed-body =
    Dear { $name },

    { mail-thanks }

    The email address you sign in with was changed to { $new }.
    You can no longer sign in with this address.

    If this was you, there is nothing to do.
    If this was not you, tell your contractor or administrator at once.

    { mail-automatic }

mail-contractor-changed-subject = [{ $brand }] Your contract has another contractor
mail-contractor-changed-body =
    Dear { $name },

    { mail-thanks }

    The contractor of your contract has changed.

    New contractor
    { $contractor }

    { mail-contact }

    { mail-automatic }

mail-second-factor-reset-subject = [{ $brand }] Two-step verification was reset
mail-second-factor-reset-body =
    Dear { $name },

    { mail-thanks }

    Your registration for two-step verification was reset.
    Please register it again the next time you sign in.

    { mail-contact }

    { mail-automatic }

mail-recovery-code-used-subject = [{ $brand }] A recovery code was used
mail-recovery-code-used-body =
    Dear { $name },

    { mail-thanks }

    Somebody signed in to your account with your recovery code.
    The code that was used is no longer valid.

    { mail-contact }

    { mail-automatic }

mail-passkey-added-subject = [{ $brand }] A passkey was added
mail-passkey-added-body =
    Dear { $name },

    { mail-thanks }

    A passkey was added to your account.

    If this was you, there is nothing to do.
    If this was not you, remove the passkey in the menu for authentication and contract information, change your password, and tell your contractor or administrator.

    { mail-automatic }

mail-passkey-removed-subject = [{ $brand }] A passkey was removed
mail-passkey-removed-body =
    Dear { $name },

    { mail-thanks }

    A passkey was removed from your account.

    { mail-contact }

    { mail-automatic }

mail-login-method-changed-subject = [{ $brand }] Your login method was changed
mail-login-method-changed-body =
    Dear { $name },

    { mail-thanks }

    Your login method was changed.

    Before: { $from }
    Now: { $to }

    If this was you, there is nothing to do.
    If this was not you, tell your contractor or administrator at once.

    { mail-automatic }

mail-upstream-unlinked-subject = [{ $brand }] Your account is no longer linked
mail-upstream-unlinked-button = Choose a login method
mail-upstream-unlinked-body =
    Dear { $name },

    { mail-thanks }

    The link with your { $method } was removed, so you can no longer sign in with it.

    To go on using the service, open the following URL and choose a new login method.

    { $link }

    Valid for 14 days after receipt of this mail.

    If this was not you, tell your contractor or administrator.

    { mail-automatic }
