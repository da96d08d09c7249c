# メール内のURLで開く画面（利用マニュアル 1.5、2、6）

unblock-title = アカウントロックの解除
unblock-lead = 「ロックを解除する」をクリックすると、アカウントロックが解除され、ログイン可能になります。
unblock-submit = ロックを解除する

registration-title = 利用者ログイン登録
registration-name = お名前
registration-password = パスワード
registration-again = パスワード (確認用)
registration-submit = 登録

# マニュアルの図の「管理者メールアドレス」は、登録する本人のメールアドレスのこと。
registration-confirm-title = 申込確認
registration-confirm-lead = 以下の内容でお間違えはないでしょうか？
registration-confirm-method = 登録方法
registration-confirm-method-password = メールアドレス・パスワードで登録
registration-confirm-hidden = (非表示)
registration-confirm-submit = 確認

email-change-title = メールアドレス変更確認
email-change-lead = 新しいメールアドレスを確認のうえ、「登録」をクリックしてください。
email-change-email = 新しいメールアドレス
email-change-submit = 登録

ticket-refused-unknown-title = URLが正しくありません
ticket-refused-unknown-what = このURLは確認できませんでした。メール内のURLが途中で切れているか、古いメールのURLの可能性があります。
ticket-refused-expired-title = URLの有効期限が切れています
ticket-refused-expired-what = メール内のURLの有効期限（メール受領後14日間）が過ぎているため、お手続きがキャンセルされました。
ticket-refused-used-title = お手続きは完了しています
ticket-refused-used-what = このURLでのお手続きは、すでに完了しています。URLは一度だけ利用できます。
ticket-refused-replaced-title = このURLは利用できません
ticket-refused-replaced-what = 新しいメールをお送りしたか、別のお手続きが行われたため、このURLは利用できなくなりました。
ticket-refused-taken-title = このメールアドレスは登録できません
ticket-refused-taken-what = 新しいメールアドレスは、すでにほかの利用者に登録されています。現在のメールアドレスは変更されていません。
ticket-email-change-taken-do = 別のメールアドレスで、もう一度お手続きください。
ticket-refused-to-reset = パスワードのリセットへ
ticket-refused-to-login = ログイン画面へ

ticket-invitation-unknown-do = メール内のURL全体をコピーして、もう一度開いてください。それでも表示されるときは、ご契約者様または管理者権限をお持ちの方に、利用者登録のご案内メールの再送をご依頼ください。
ticket-invitation-expired-do = ご契約者様または管理者権限をお持ちの方に、利用者登録のご案内メールの再送をご依頼ください。
ticket-invitation-used-do = 登録したログイン方法で、ログインしてください。
ticket-invitation-replaced-do = 最後に届いた利用者登録のご案内メールのURLを開いてください。
ticket-unblock-unknown-do = メール内のURL全体をコピーして、もう一度開いてください。パスワードをリセットすることでも、アカウントロックを解除できます。
ticket-unblock-expired-do = パスワードをリセットすることで、アカウントロックを解除できます。
ticket-unblock-used-do = アカウントロックは解除されています。ログインしてください。
ticket-unblock-replaced-do = ログインをお試しください。ロックされているときは、最後に届いたアカウントロックのメールのURLを開いてください。
ticket-password-reset-unknown-do = メール内のURL全体をコピーして、もう一度開いてください。それでも表示されるときは、もう一度パスワードのリセットをお申し込みください。
ticket-password-reset-expired-do = もう一度パスワードのリセットをお申し込みください。
ticket-password-reset-used-do = 新しいパスワードでログインしてください。
ticket-password-reset-replaced-do = 最後に届いたパスワードリセットのメールのURLを開いてください。
ticket-email-change-unknown-do = メール内のURL全体をコピーして、もう一度開いてください。それでも表示されるときは、もう一度メールアドレス変更のお手続きを行ってください。
ticket-email-change-expired-do = メールアドレスは変更されていません。もう一度メールアドレス変更のお手続きを行ってください。
ticket-email-change-used-do = 新しいメールアドレスでログインしてください。
ticket-email-change-replaced-do = 最後に届いたメールアドレス変更登録のメールのURLを開いてください。
ticket-login-method-change-unknown-do = メール内のURL全体をコピーして、もう一度開いてください。それでも表示されるときは、ご契約者様または管理者権限をお持ちの方に、ログイン方法の変更を再度ご依頼ください。
ticket-login-method-change-expired-do = ログイン方法は変更されていません。ご契約者様または管理者権限をお持ちの方に、ログイン方法の変更を再度ご依頼ください。
ticket-login-method-change-used-do = 変更したログイン方法でログインしてください。
ticket-login-method-change-replaced-do = 最後に届いたログイン方法の設定変更のメールのURLを開いてください。
