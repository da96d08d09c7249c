# アクセス経路設定、2段階認証設定（利用マニュアル 4.1、5.1）

setting-submit = 設定
setting-current-tag = 現在の設定
setting-confirm-lead = 以下の内容でお間違えはないでしょうか？
setting-confirm-from = 現在の設定
setting-confirm-to = 変更後の設定
setting-confirmed = 上記の説明を確認しました。
setting-alert-missing = いずれかを選択してください。
setting-alert-same = 現在の設定と同じです。変更する場合は、もう一方を選択してください。
setting-alert-raced = 設定が他の画面で変更されました。現在の設定をご確認のうえ、もう一度操作してください。
setting-alert-unconfirmed = 説明をご確認のうえ、「上記の説明を確認しました。」にチェックを入れてください。

setting-access-path-title = アクセス経路設定
setting-access-path-legend = 変更する通信経路を選択
setting-access-path-note = ※ご契約内のユーザすべての設定が変更されます。
setting-access-path-confirm-title = アクセス経路変更確認
setting-access-path-apply = 変更
setting-line-and-internet = 回線認証+インターネット
setting-line-and-internet-note = 回線認証及びインターネット接続の両方でサービスを利用する場合
setting-line-and-internet-more = ※初期設定
setting-line-only = 回線認証のみ
setting-line-only-note = 指定した回線環境のみから本サービスをご利用する場合
setting-line-only-more = ※指定したい回線以外からの本サービスへのアクセスはすべて拒否されます。
setting-line-only-warning-1 = ※ご契約内のユーザすべての設定が変更されます。インターネット経由でログイン中のユーザは、直ちにログアウトされます。
setting-line-only-warning-2 = ※2段階認証の設定は自動的に無効となります。
setting-line-only-warning-3 = ※誤った回線番号を登録してログインできなくなった場合は、契約者様がインターネット経由のログイン画面から認証・契約情報変更メニューにログインし、「回線認証+インターネット」に変更してください。
setting-line-and-internet-warning-1 = ※ご契約内のユーザすべての設定が変更されます。登録された回線以外からも、インターネット経由でログインできるようになります。
setting-preview-title = 変更による影響
setting-preview-internet = 過去30日間にインターネット経由でログインしたユーザ：{ $count }名
setting-preview-others = ほか{ $count }名
setting-preview-lines = 登録されている回線番号：{ $count }件
setting-preview-unseen = 登録された回線からのアクセスは、まだ一度も確認されていません。このまま変更すると、すべてのユーザがログインできなくなるおそれがあります。先に回線番号を登録し、回線認証用のログイン画面からログインできることをご確認ください。

setting-second-factor-title = 2段階認証設定
setting-second-factor-legend = <2段階認証設定>
setting-second-factor-note = ※アクセス経路設定を「回線認証のみ」を選択されている場合、2段階認証の設定は自動的に無効となります。
setting-second-factor-confirm-title = 設定確認
setting-second-factor-apply = 設定
setting-second-factor-enabled = 2段階認証を有効にする
setting-second-factor-enabled-note = ログイン方法に「メールアドレス・パスワード」を設定している、ご契約内のすべてのユーザに適用されます。
setting-second-factor-disabled = 2段階認証を無効にする
setting-second-factor-disabled-note = 2段階認証を無効にする設定の前に、社内の情報セキュリティ責任者等にご相談のうえ、設定してください。
setting-second-factor-disabled-warning-1 = ※2段階認証を無効にする場合、第三者による不正ログインのリスクが高まります。
setting-second-factor-disabled-warning-2 = ※メールアドレス・パスワード認証以外をご利用する場合、ご利用のアカウントにて多要素認証の設定をお願いします。
setting-second-factor-enabled-warning-1 = ※ログイン方法に「メールアドレス・パスワード」を設定しているすべてのユーザに、次回のログインから2段階認証が要求されます。
setting-second-factor-enabled-warning-2 = ※メールアドレス・パスワード認証以外をご利用する場合、ご利用のアカウントにて多要素認証の設定をお願いします。
