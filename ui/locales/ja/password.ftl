# パスワードの設定（利用マニュアル 2、3、6.2）

new-password-reset-title = リセットパスワード
new-password-reset-email = メールアドレス
new-password-reset-password = 新しいパスワード
new-password-reset-again = 新しいパスワード (確認用)
new-password-reset-note = { second-factor-reset-note }
new-password-reset-submit = 送信

new-password-email-change-title = メールアドレス変更確認
new-password-email-change-lead = 変更したメールアドレスを確認のうえ、新しくログインに使用するパスワードを入力してください。
new-password-email-change-email = 変更したメールアドレス
new-password-email-change-password = パスワード
new-password-email-change-again = パスワード (確認用)
new-password-email-change-note = { second-factor-reset-note }
new-password-email-change-submit = 登録

new-password-alert-missing = パスワードと確認用のパスワードを入力してください。
new-password-alert-differ = パスワードと確認用のパスワードが一致しません。両方とも、もう一度入力してください。
new-password-alert-too-short = パスワードが短すぎます。8文字以上で設定してください。
new-password-alert-too-long = パスワードが長すぎます。256文字以内で設定してください。
new-password-alert-too-few-classes = 文字の種類が足りません。英大文字、英小文字、数字、記号から3種類以上を含めて設定してください。
new-password-alert-obvious = メールアドレスやお名前、サービス名から推測できるパスワードは設定できません。別のパスワードを設定してください。
new-password-alert-too-common = よく使われているパスワードのため、設定できません。別のパスワードを設定してください。
new-password-alert-overloaded = ただいま混み合っています。少し待ってから、もう一度お試しください。

change-password-title = パスワード変更
change-password-current = 現在のパスワード
change-password-submit = パスワード変更
change-password-alert-current-missing = 現在のパスワードを入力してください。
change-password-alert-current-wrong = 現在のパスワードが正しくありません。ご確認のうえ、もう一度入力してください。
change-password-alert-too-many-requests = 間違った入力が続きました。しばらく待ってから、もう一度お試しください。

forgotten-title = パスワードを忘れた方
forgotten-lead = ログインに使用しているメールアドレスを入力してください。パスワードリセットのためのメールをお送りします。
forgotten-submit = メール送信
forgotten-alert-email-missing = メールアドレスを入力してください。
forgotten-alert-email-invalid = メールアドレスが正しくありません。ご確認のうえ、もう一度入力してください。
forgotten-alert-too-many-requests = 短い時間に多くの要求がありました。しばらく待ってから、もう一度お試しください。
