# Access path and two-step verification of a contract (manual, chapters 4.1 and 5.1)

setting-submit = Continue
setting-current-tag = Current setting
setting-confirm-lead = Is this what you want?
setting-confirm-from = Current setting
setting-confirm-to = New setting
setting-confirmed = I have read the explanation above.
setting-alert-missing = Choose one of the two.
setting-alert-same = This is the current setting. Choose the other one to change it.
setting-alert-raced = The setting was changed elsewhere. Check what it is now and try again.
setting-alert-unconfirmed = Read the explanation and tick “I have read the explanation above.”

setting-access-path-title = Access path
setting-access-path-legend = Choose the network
setting-access-path-note = The setting changes for all users of your contract.
setting-access-path-confirm-title = Confirm the access path
setting-access-path-apply = Change
setting-line-and-internet = Line authentication and internet
setting-line-and-internet-note = The service is used both with line authentication and over the internet.
setting-line-and-internet-more = This is the initial setting.
setting-line-only = Line authentication only
setting-line-only-note = The service is used from your registered lines only.
setting-line-only-more = Access from anywhere else is refused.
setting-line-only-warning-1 = The setting changes for all users of your contract. Whoever is logged in over the internet is logged out at once.
setting-line-only-warning-2 = Two-step verification is switched off automatically.
setting-line-only-warning-3 = If a wrong line number keeps everybody out, the contract holder can log in to this menu over the internet and change back to “Line authentication and internet”.
setting-line-and-internet-warning-1 = The setting changes for all users of your contract. They can then log in over the internet too, not only from the registered lines.
setting-preview-title = What this will do
setting-preview-internet = Users who logged in over the internet in the last 30 days: { $count }
setting-preview-others = and { $count } more
setting-preview-lines = Registered line numbers: { $count }
setting-preview-unseen = No access from a registered line has been seen yet. If you change the setting now, nobody may be able to log in. First register your line numbers and check that you can log in on the login page for line authentication.

setting-second-factor-title = Two-step verification
setting-second-factor-legend = Two-step verification
setting-second-factor-note = If the access path is “Line authentication only”, two-step verification is switched off automatically.
setting-second-factor-confirm-title = Confirm the setting
setting-second-factor-apply = Apply
setting-second-factor-enabled = Two-step verification on
setting-second-factor-enabled-note = It applies to all users of your contract who log in with email address and password.
setting-second-factor-disabled = Two-step verification off
setting-second-factor-disabled-note = Before you switch it off, consult whoever is responsible for information security in your company.
setting-second-factor-disabled-warning-1 = Without two-step verification, the risk that somebody else logs in is higher.
setting-second-factor-disabled-warning-2 = Users who log in with another account should set up multi-factor authentication for that account.
setting-second-factor-enabled-warning-1 = All users who log in with email address and password are asked for two-step verification from their next login on.
setting-second-factor-enabled-warning-2 = Users who log in with another account should set up multi-factor authentication for that account.
