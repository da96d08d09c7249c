# Pages that only explain

info-account-title = Change sign-in and contract details
info-account-1 = Sign-in and contract details cannot be changed on this page at present.
info-account-2 = To change your password or other details, ask your contract holder or an administrator. If you are the contract holder, contact the service’s support desk.

info-password-title = Forgot your password?
info-password-1 = Ask your contract holder or an administrator to reset your password.
info-password-2 = If you are the contract holder and have forgotten your password, contact the service’s support desk.
