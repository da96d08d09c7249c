# すべての画面で使う言葉。{ $brand } はブランドの名前。

footer-language = 表示言語
back = 戻る
back-to-service = { $brand }に戻る
restart = はじめからやり直す
list-separator = 、

password-show = パスワードを表示
password-hide = パスワードを隠す
