# 回線認証（利用マニュアル 1.4、4）

line-retry = もう一度確認する

# 利用マニュアル 1.4：回線認証エラー
line-refused-title = 回線認証エラー
line-refused-not-registered = ご利用の回線は、ご契約に登録されていません。
line-refused-not-proved = ご利用の回線を確認できませんでした。
line-refused-number = ご利用の回線番号
line-refused-tail = 末尾 { $tail }
line-refused-ask = 契約者様または管理者権限を持つ利用者様に、下記をご確認ください。
line-refused-check-setting = 「回線認証設定」が完了しているか
line-refused-check-number = ご利用の回線番号を正しく登録しているか
line-refused-contractor = 契約者様は、インターネット経由のログイン画面から認証・契約情報変更メニューにログインして、アクセス経路を変更できます。

# 利用マニュアル 1.4：回線情報通知設定
line-west-choose = 「通知する」を選択し、「決定」ボタンをクリックしてください。
line-west-return = 設定が終わると、この画面に戻り、回線をもう一度確認します。
line-carrier-west-title = 回線情報通知設定
line-carrier-west-lead = 西日本エリアから、はじめて回線認証をする場合、回線情報通知設定画面が表示されます。
line-carrier-west-submit = 回線情報通知設定画面へ進む
line-carrier-west-again-title = 回線情報通知設定
line-carrier-west-again-notice = 回線情報の通知を、まだ確認できません。
line-carrier-west-again-lead = 回線情報通知設定画面を、もう一度開いてください。
line-carrier-west-again-submit = 回線情報通知設定画面へ進む

line-carrier-ask-title = 回線の確認
line-carrier-ask-lead = 通信事業者の画面で、ご利用の回線を確認します。
line-carrier-ask-submit = 回線を確認する

line-declined-title = 回線情報が通知されていません
line-declined-what = 回線情報通知設定で「通知しない」が選択されているため、回線認証ができません。
line-declined-do = 回線認証をご利用になるには、回線情報通知設定を変更してください。
line-abandoned-title = 回線を確認できませんでした
line-abandoned-what = 通信事業者の画面での手続きが完了していません。
line-abandoned-do = もう一度お試しください。
line-still-not-notified-title = 回線情報の通知を確認できません
line-still-not-notified-what = 回線情報通知設定のあとも、ご利用の回線の情報が通知されていません。
line-still-not-notified-do = 設定が反映されるまで、しばらくお待ちになってから、もう一度お試しください。繰り返し表示されるときは、お問い合わせ番号を添えてお問い合わせください。
line-not-notified-title = 回線情報が通知されていません
line-not-notified-what = ご利用の回線の情報を通知する設定がされていないため、回線認証ができません。
line-not-notified-do = 通信事業者の回線情報通知設定画面で設定してから、もう一度お試しください。
line-unavailable-title = 回線認証を一時的にご利用いただけません
line-unavailable-what = ただいま、ご利用の回線を確認できません。
line-unavailable-do = しばらくお待ちになってから、もう一度お試しください。
