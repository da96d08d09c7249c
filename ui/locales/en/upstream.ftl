# Accounts of linked services and of Active Directory (manual, chapters 1.2, 1.3, 1.5 and 2)
# { $name } is the operator's name of an OpenID Connect connection.

upstream-or = or
upstream-list = Accounts of linked services

upstream-password = Email address and password
upstream-google = Google account
upstream-facebook = Facebook account
upstream-microsoft = Microsoft account
upstream-daccount = d ACCOUNT
upstream-active-directory = Active Directory account
upstream-other = Linked account
upstream-openid-connect = { $name } account

login-with-google = Log in with Google
login-with-facebook = Log in with Facebook
login-with-microsoft = Log in with Microsoft
login-with-daccount = Log in with d ACCOUNT
login-with-active-directory = Log in with Active Directory
login-with-openid-connect = Log in with { $name }

register-with-google = Register with Google
register-with-facebook = Register with Facebook
register-with-microsoft = Register with Microsoft
register-with-daccount = Register with d ACCOUNT
register-with-active-directory = Register with Active Directory
register-with-openid-connect = Register with { $name }

change-to-password = Change to email address and password
change-to-google = Change to Google
change-to-facebook = Change to Facebook
change-to-microsoft = Change to Microsoft
change-to-daccount = Change to d ACCOUNT
change-to-active-directory = Change to Active Directory
change-to-openid-connect = Change to { $name }

login-alert-upstream-cancelled = You stopped logging in at the linked service. Try again or log in another way.
login-alert-upstream-unavailable = The linked service cannot be reached right now. Wait a while and try again.
login-alert-upstream-failed = We could not verify the answer of the linked service, so you have not been logged in. Try again.
login-alert-upstream-not-linked = This account is not registered for logging in to { $brand }. To use another account, choose the button again and pick the account you registered. If you are not asked which account to use, log out of the linked service first.
login-alert-connection-unknown = You cannot log in with this connection ID. Ask your contract holder for the right one.

upstream-alert-cancelled = You stopped at the linked service. Nothing has been registered or changed.
upstream-alert-unavailable = The linked service cannot be reached right now. Try again later or choose another way.
upstream-alert-failed = We could not verify the answer of the linked service, so nothing has been registered or changed. Try again.
upstream-alert-linked-elsewhere = This account is already registered as the login of somebody else. Choose another account.
# Manual, chapters 2.1 and 2.2
upstream-alert-same-facebook = You cannot switch from the registered Facebook account to another Facebook account. To use another Facebook account, change to a different login method first.
upstream-alert-wrong-contract = This connection ID does not belong to the Active Directory of your contract. Check that it is the one your contract holder gave you.
upstream-alert-not-possible = You cannot choose this login method. Choose another one.

link-confirm-registration-title = Confirm the account to register
link-confirm-registration-lead = You will log in with this { $upstream }.
link-confirm-registration-submit = Register with this { $upstream }
link-confirm-change-title = Confirm the account to change to
link-confirm-change-lead = From now on you will log in with this { $upstream }.
link-confirm-change-submit = Change to this { $upstream }
link-confirm-unnamed = (name and address are not provided)
link-confirm-account = Email address at { $brand }
link-confirm-other = Use another account

# Manual, chapter 1.3
connection-id-title = Enter your connection ID
connection-id-lead = Enter the connection ID for logging in with your Active Directory account.
connection-id-label = Connection ID
connection-id-hint = It begins with “adfs-” and stands in the email titled “Login URL and connection ID of your Active Directory account”. If you do not know it, ask your contract holder.
connection-id-alert-missing = Enter the connection ID.
connection-id-alert-malformed = This is not a connection ID. Check that all 16 letters and digits follow “adfs-”.
connection-id-alert-unknown = There is no such connection ID. Ask your contract holder for the right one.

# Manual, chapters 1.5 and 2.2
connection-confirm-title = Confirm your connection ID
connection-confirm-lead = Check that this is the connection ID your contract holder gave you, then choose “Confirm”.
connection-confirm-host = You will go to
connection-confirm-keep = Note: You need the connection ID to log in. Write it down and keep it in a safe place.
connection-confirm-next = If the login page of Active Directory appears, enter your AD account ([AD user name]@[AD domain]) and password, and sign in. If you do not know the AD domain, ask your contract holder.
connection-confirm-submit = Confirm

active-directory-entry-title = Log in with Active Directory
active-directory-entry-lead = Choose “Log in” to continue to your Active Directory.
active-directory-entry-other = Log in another way

# Manual, chapters 2.1 and 2.2
login-method-title = Login method
login-method-current = Your current login method
login-method-lead = Choose how you want to log in.
login-method-none = There is no other login method to choose at present.
login-method-facebook-note = Note: You cannot switch from the registered Facebook account to another Facebook account. To use another Facebook account, change to a different login method first.
login-method-contractor-note = Note: As the contract holder you cannot choose Active Directory.

method-password-title = Log in with email address and password
method-password-section = Change of the password for logging in
method-password-lead = Enter the password that you will log in with from now on.

deletion-title = Deletion of Facebook data
deletion-done = All data about the link with your Facebook account has been deleted.
deletion-waiting = We have received the request to delete the data about the link with your Facebook account. Please wait until it is done.
deletion-code = Confirmation code
deletion-note = Your { $brand } account and your files are not deleted.
