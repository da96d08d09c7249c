# Two-step verification (manual, chapters 1.1 and 5.2)

factor-title = Two-step verification

factor-sms-lead = Enter the number of a mobile phone that can receive text messages. We will send a text message to it.
factor-sms-phone = Phone number
factor-sms-hint = For example: 090-1234-5678
factor-sms-recommendation = Do you already use Google Authenticator or Microsoft Authenticator?
factor-sms-authenticator-link = Verify with a QR code

factor-authenticator-open = Open Google Authenticator or Microsoft Authenticator.
factor-authenticator-scan = Scan the QR code.
factor-authenticator-qr = QR code for the authenticator app
factor-authenticator-secret-title = If you cannot scan the QR code
factor-authenticator-secret-lead = Type this key into the authenticator app. You may leave out the spaces.
factor-authenticator-type = Enter the 6-digit code that the app shows.
factor-authenticator-sms-link = Verify by text message

factor-code-sms-lead = We have sent you a text message. Enter the 6 digits from the message.
factor-code-sms-unsent-lead = Enter the 6 digits from the text message.
factor-code-sms-phone = Sent to
factor-code-sms-label = 6 digits from the text message
factor-code-authenticator-lead = Open Google Authenticator or Microsoft Authenticator and enter the 6-digit code that it shows.
factor-code-authenticator-label = 6-digit code
factor-code-sms-trouble = Did no text message arrive?
factor-code-sms-check-number = Check that the phone number you entered is correct.
factor-code-sms-settings = The settings of your phone or carrier may keep it from you. If one of these is on, turn it off and send the message again:
factor-code-sms-settings-foreign = Text messages from abroad or from foreign providers are rejected
factor-code-sms-settings-only = Only certain numbers are allowed
factor-code-resend = Send again
factor-code-resent = We have sent another text message. Enter the 6 digits from the new message.
factor-code-change = Enter another phone number
factor-code-passkey-link = Verify with a passkey
factor-code-lost-link = Lost your device?

factor-remember = Remember this browser for a while
factor-remember-hint = While it is remembered, this browser skips two-step verification. Do not tick this on a shared device.

factor-passkey-lead = Verify with a passkey: your fingerprint, your face, the PIN of your screen lock, or a security key.
factor-passkey-submit = Verify with a passkey
factor-passkey-other-link = Verify in another way

factor-done-title = Two-step verification complete
factor-done-lead = You have completed two-step verification.
factor-done-recovered = If you have lost your device, reset your password: this resets two-step verification too, and you can register a new device.
factor-done-continue = Log in

# Spelled as the label of the box in the Japanese catalogue.
recovery-code-title = Recovery code
recovery-code-lead = You need this code if you lose your phone, or to register another phone number. Keep it, in a text file for example.
recovery-code-replaced = A new recovery code has been issued. The previous one no longer works.
recovery-code-once = The recovery code is shown only on this page.
recovery-code-download = Save as a text file
recovery-code-saved = I have saved the recovery code

recovery-entry-title = Enter your recovery code
recovery-entry-lead = If you have lost the device that you use for two-step verification, use the recovery code that you were given when you registered it.
recovery-entry-code = Recovery code
recovery-entry-hint = Enter it as you copied it, with spaces and “-”.
recovery-entry-lost = If you have lost the recovery code, choose “Forgot your password?” on the login page: resetting your password resets two-step verification too.

factor-alert-phone-missing = Enter a phone number.
factor-alert-phone-invalid = This is not a valid phone number. Check it and try again.
factor-alert-phone-not-mobile = This number cannot receive text messages. Enter the number of a mobile phone.
factor-alert-phone-country = We cannot send text messages to this country or region. Enter another number, or verify with a QR code.
factor-alert-sms-too-soon = We sent a text message a moment ago. If it does not arrive, wait a little and try again.
factor-alert-sms-limit = Too many text messages have been sent. Wait a while and try again.
factor-alert-sms-unavailable = We cannot send text messages right now. Wait a while and try again.
factor-alert-code-missing = Enter the 6 digits.
factor-alert-code-wrong = These 6 digits are incorrect. Check them and try again.
factor-alert-code-expired = These 6 digits have expired. Enter new ones.
factor-alert-attempt-over = This attempt has ended after several wrong entries. Start again.
factor-alert-too-many-wrong = Two-step verification is paused after several wrong entries. Wait a while and try again.
factor-alert-recovery-missing = Enter your recovery code.
factor-alert-recovery-wrong = This recovery code is incorrect. Make sure it is the one that was issued last, and try again.
factor-alert-saved-missing = Save the recovery code and tick “I have saved the recovery code”.
factor-alert-passkey-failed = The passkey could not be verified. Try again, or use another way.
