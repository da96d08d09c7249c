# Line authentication (manual, 1.4 and 4)

line-retry = Check again

# Manual 1.4: 回線認証エラー
line-refused-title = Line authentication error
line-refused-not-registered = The line you are using is not registered for your contract.
line-refused-not-proved = The line you are using could not be verified.
line-refused-number = The number of your line
line-refused-tail = ends with { $tail }
line-refused-ask = Please ask your contract holder, or a user with administrator rights, to check the following.
line-refused-check-setting = Whether the line authentication settings are complete
line-refused-check-number = Whether the number of your line is registered correctly
line-refused-contractor = The contract holder can change the access path over the internet: there, choose “Change your password or other sign-in and contract details” on the login page.

# Manual 1.4: 回線情報通知設定
line-west-choose = Choose 「通知する」 (notify), then click the button 「決定」 (OK).
line-west-return = When you have finished, you come back to this page and your line is checked again.
line-carrier-west-title = Line information notification
line-carrier-west-lead = When you use line authentication from the West Japan area for the first time, your carrier shows the page 「回線情報通知設定」 (line information notification).
line-carrier-west-submit = Go on to your carrier’s page
line-carrier-west-again-title = Line information notification
line-carrier-west-again-notice = The notification of your line could not be confirmed yet.
line-carrier-west-again-lead = Please open your carrier’s page once more.
line-carrier-west-again-submit = Go on to your carrier’s page

line-carrier-ask-title = Checking your line
line-carrier-ask-lead = Your carrier will check which line you are using.
line-carrier-ask-submit = Check my line

line-declined-title = Your line is not being notified
line-declined-what = 「通知しない」 (do not notify) was chosen at your carrier, so your line cannot be verified.
line-declined-do = To use line authentication, please change the setting.
line-abandoned-title = Your line could not be verified
line-abandoned-what = The procedure at your carrier was not completed.
line-abandoned-do = Please try again.
line-still-not-notified-title = The notification of your line cannot be confirmed
line-still-not-notified-what = Even after the setting at your carrier, your line is not being notified.
line-still-not-notified-do = The setting may take a while. Please wait a little and try again. If this keeps appearing, contact us and give the reference number.
line-not-notified-title = Your line is not being notified
line-not-notified-what = Your carrier has no setting that allows your line to be notified, so it cannot be verified.
line-not-notified-do = Please make the setting at your carrier, then try again.
line-unavailable-title = Line authentication is temporarily unavailable
line-unavailable-what = Your line cannot be verified right now.
line-unavailable-do = Please wait a little, then try again.
