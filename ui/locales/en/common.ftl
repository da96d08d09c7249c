# Words of every page. { $brand } is the brand's name.

footer-language = Language
back = Back
back-to-service = Back to { $brand }
restart = Start again
list-separator = {", "}

password-show = Show password
password-hide = Hide password

next = Next
cancel = Cancel
copy = Copy
copy-done = Copied.
copy-failed = It could not be copied. The text is selected now: copy it the way you copy on this device.

# Manual, chapters 1.5, 2, 3 and 6: every page that sets a password
password-rule = Use at least 8 characters, with at least 3 of these kinds: upper-case letters, lower-case letters, digits, symbols.
second-factor-reset-note = Note: This resets your two-step verification. Register it again the next time you log in.
optional = (optional)

passkey-needs-script = To use a passkey, JavaScript must be turned on.
passkey-cancelled = The passkey was not used. Try again.
