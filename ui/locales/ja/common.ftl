# すべての画面で使う言葉。{ $brand } はブランドの名前。

footer-language = 表示言語
back = 戻る
back-to-service = { $brand }に戻る
restart = はじめからやり直す
list-separator = 、

password-show = パスワードを表示
password-hide = パスワードを隠す

next = 次へ
cancel = キャンセル
copy = コピー
copy-done = コピーしました。
copy-failed = コピーできませんでした。選択された文字を、お使いの端末の操作でコピーしてください。

# 利用マニュアル 1.5、2、3、6：パスワードを設定する画面すべて
password-rule = パスワードは英大文字、英小文字、数字、記号から3種類以上を含め8文字以上で設定してください
second-factor-reset-note = ※この手順を実施後は、2段階認証の登録がリセットされます。次回ログイン時に、2段階認証を再登録してください。
optional = （任意）

passkey-needs-script = パスキーのご利用には、JavaScriptを有効にする必要があります。
passkey-cancelled = パスキーの操作が完了しませんでした。もう一度お試しください。
