# ログイン画面（利用マニュアル 1. ログイン）

login-title = ログイン
login-account-link = パスワード変更、その他認証・契約情報の変更はこちら
# 利用マニュアル 2.1 認証・契約情報変更ログイン
login-account-title = 認証・契約情報変更ログイン
login-admin-title = 管理コンソール ログイン
login-back-link = ログインの方はこちらからログインしてください。
login-email = メールアドレス
login-password = パスワード
login-submit = ログイン
login-forgotten-link = パスワードを忘れた方はこちら
login-passkey = パスキーでログイン
login-for-client = ログイン後、「{ $client }」に進みます。

login-alert-email-missing = メールアドレスを入力してください。
login-alert-password-missing = パスワードを入力してください。
login-alert-mismatch = メールアドレスまたはパスワードが正しくありません。ご確認のうえ、もう一度入力してください。
# 利用マニュアル 6. アカウントロックを解除する場合
login-alert-locked = ログインを複数回連続して試行したため、アカウントがブロックされました。ブロック解除のためのメールをお送りしましたのでご確認ください。
login-alert-unavailable = 現在、このアカウントではログインできません。ご契約者様または管理者権限をお持ちの方にお問い合わせください。
login-alert-line-required = ご契約のアクセス経路は「回線認証のみ」に設定されています。登録された回線から、回線認証用のログイン画面をご利用ください。
login-alert-trial-ended = 無料トライアルの期間が終了しました。トライアル期間終了後15日以内であれば、契約者の方は認証・契約情報変更メニューから基本プランへ変更できます。
login-alert-too-many-requests = ログインの試行回数が多すぎます。しばらく待ってから、もう一度お試しください。
login-alert-overloaded = ただいま混み合っています。少し待ってから、もう一度お試しください。
login-alert-passkey-failed = パスキーでログインできませんでした。もう一度お試しいただくか、パスワードでログインしてください。
login-alert-fresh-sign-in = 続けるには、もう一度ログインしてください。
