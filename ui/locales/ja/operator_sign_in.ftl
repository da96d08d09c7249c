# 運用担当者のログインと登録（利用マニュアルにはない画面）

operator-sign-in-title = 運用担当者ログイン
operator-sign-in-link = ログイン画面へ
operator-factor-lead = Authenticatorに表示された、6桁のパスワードを入力してください。

operator-enrolment-title = 運用担当者の登録
operator-enrolment-lead = { $name } さん、ログインに使用するパスワードを設定してください。
operator-password-rule = パスワードは英大文字、英小文字、数字、記号から3種類以上を含め12文字以上で設定してください
operator-enrolment-factor-title = 2段階認証の登録
operator-enrolment-factor-lead = Authenticatorまたはパスキーを登録してください。ログインには、パスワードと2段階認証の両方が必要です。
operator-enrolment-passkey = パスキーを登録する
operator-enrolled-title = 登録完了
operator-enrolled-lead = 登録が完了しました。設定したパスワードと2段階認証でログインしてください。
operator-signed-out-title = ログアウト
operator-signed-out-lead = ログアウトしました。
operator-link-dead-title = このリンクは使用できません
operator-link-dead-lead = リンクは使用済みか、有効期限（24時間）が切れているか、新しいリンクが発行されています。管理者に新しいリンクの発行を依頼してください。

operator-alert-missing = メールアドレスとパスワードを入力してください。
operator-alert-wrong = メールアドレスまたはパスワードが正しくありません。ご確認のうえ、もう一度入力してください。
operator-alert-too-many-requests = 間違った入力が続きました。しばらく待ってから、もう一度お試しください。
operator-alert-overloaded = ただいま混み合っています。少し待ってから、もう一度お試しください。
operator-alert-code-wrong = 6桁のパスワードが正しくありません。新しく表示されたものを入力してください。
operator-alert-codes-over = 間違った入力が続いたため、ログインを中止しました。はじめからやり直してください。
operator-alert-passkey-failed = パスキーで認証できませんでした。もう一度お試しください。
operator-alert-fresh-sign-in = 続けるには、もう一度ログインしてください。
operator-alert-too-short = パスワードが短すぎます。12文字以上で設定してください。
