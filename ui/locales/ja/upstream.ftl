# 認証連携しているサービスとActive Directoryのアカウント（利用マニュアル 1.2、1.3、1.5、2）
# { $name } は、運営者が付けたOpenID Connect接続の名前。

upstream-or = または
upstream-list = 認証連携しているサービスのアカウント

upstream-password = メールアドレス・パスワード
upstream-google = Googleアカウント
upstream-facebook = Facebookアカウント
upstream-microsoft = Microsoftアカウント
upstream-daccount = dアカウント
upstream-active-directory = Active Directoryアカウント
upstream-other = 認証連携しているサービスのアカウント
upstream-openid-connect = { $name }アカウント

login-with-google = Googleアカウントでログイン
login-with-facebook = Facebookアカウントでログイン
login-with-microsoft = Microsoftアカウントでログイン
login-with-daccount = dアカウントでログイン
login-with-active-directory = Active Directoryアカウントでログイン
login-with-openid-connect = { $name }アカウントでログイン

register-with-google = Googleアカウントで登録
register-with-facebook = Facebookアカウントで登録
register-with-microsoft = Microsoftアカウントで登録
register-with-daccount = dアカウントで登録
register-with-active-directory = Active Directoryアカウントで登録
register-with-openid-connect = { $name }アカウントで登録

change-to-password = メールアドレス・パスワードに変更
change-to-google = Googleアカウントに変更
change-to-facebook = Facebookアカウントに変更
change-to-microsoft = Microsoftアカウントに変更
change-to-daccount = dアカウントに変更
change-to-active-directory = Active Directoryアカウントに変更
change-to-openid-connect = { $name }アカウントに変更

login-alert-upstream-cancelled = 認証連携しているサービスでのログインを中止しました。もう一度お試しいただくか、別の方法でログインしてください。
login-alert-upstream-unavailable = 現在、認証連携しているサービスに接続できません。しばらく待ってから、もう一度お試しください。
login-alert-upstream-failed = 認証連携しているサービスからの応答を確認できなかったため、ログインを中止しました。もう一度お試しください。
login-alert-upstream-not-linked = このアカウントは、{ $brand }のログイン方法として登録されていません。別のアカウントを使う場合は、もう一度ボタンをクリックし、登録したアカウントを選択してください。選択画面が表示されないときは、認証連携しているサービスから一度ログアウトしてからお試しください。
login-alert-connection-unknown = この接続IDではログインできません。接続IDをご契約者様にご確認ください。

upstream-alert-cancelled = 認証連携しているサービスでの操作を中止しました。ログイン方法は登録・変更されていません。
upstream-alert-unavailable = 現在、認証連携しているサービスに接続できません。しばらく待ってからもう一度お試しいただくか、別の方法を選択してください。
upstream-alert-failed = 認証連携しているサービスからの応答を確認できなかったため、登録・変更を中止しました。もう一度お試しください。
upstream-alert-linked-elsewhere = このアカウントは、すでにほかの利用者のログイン方法として登録されています。別のアカウントを選択してください。
# 利用マニュアル 2.1、2.2
upstream-alert-same-facebook = 登録済みの「Facebookアカウント」から異なるFacebookアカウントへは切り替えできません。異なるFacebookアカウントに変更したい場合は、一度別のログイン方法に変更してください。
upstream-alert-wrong-contract = この接続IDは、ご契約のActive Directoryのものではありません。契約者から周知された接続IDとなっているかご確認ください。
upstream-alert-not-possible = このログイン方法は選択できません。別の方法を選択してください。

link-confirm-registration-title = 登録するアカウントの確認
link-confirm-registration-lead = この{ $upstream }を、ログイン方法として登録します。
link-confirm-registration-submit = この{ $upstream }で登録
link-confirm-change-title = 変更するアカウントの確認
link-confirm-change-lead = ログイン方法を、この{ $upstream }に変更します。
link-confirm-change-submit = この{ $upstream }に変更
link-confirm-unnamed = （お名前とメールアドレスは提供されていません）
link-confirm-account = { $brand }のメールアドレス
link-confirm-other = 別のアカウントを使う

# 利用マニュアル 1.3
connection-id-title = 接続IDの入力
connection-id-lead = Active Directoryアカウントでログインするための接続IDを入力してください。
connection-id-label = 接続ID
connection-id-hint = 「adfs-」から始まるIDです。件名に「Active Directoryアカウントのログイン用URL・接続ID通知」とあるメールに記載されています。ご不明な場合は、契約者にご確認ください。
connection-id-alert-missing = 接続IDを入力してください。
connection-id-alert-malformed = 接続IDの形式が正しくありません。「adfs-」に続く16文字の英数字まで、すべて入力されているかご確認ください。
connection-id-alert-unknown = この接続IDは登録されていません。接続IDを契約者にご確認ください。

# 利用マニュアル 1.5、2.2
connection-confirm-title = 接続IDの確認
connection-confirm-lead = 契約者から周知された接続IDとなっているかご確認のうえ、「確認」をクリックしてください。
connection-confirm-host = 接続先
connection-confirm-keep = ※接続IDは、ログインの際に必要となりますので、メモを取り安全な場所に保管してください。
connection-confirm-next = Active Directoryの認証画面が表示された場合は、ADのアカウント（[ADのユーザ名]@[ADのドメイン]）とパスワードを入力し、サインインしてください。ADのドメインが不明の場合は、契約者にご確認ください。
connection-confirm-submit = 確認

active-directory-entry-title = Active Directory{ "\u200B" }アカウントでログイン
active-directory-entry-lead = 「ログイン」をクリックすると、Active Directoryの認証に進みます。
active-directory-entry-other = ほかの方法でログイン

# 利用マニュアル 2.1、2.2
login-method-title = ログイン方法の設定
login-method-current = 現在ご利用中のログイン方法
login-method-lead = ログインする方法を選択してください。
login-method-none = 現在、ほかに選択できるログイン方法はありません。
login-method-facebook-note = ※登録済みの「Facebookアカウント」から異なるFacebookアカウントへは切り替えできません。異なるFacebookアカウントに変更したい場合は、一度別のログイン方法に変更してください。
login-method-contractor-note = ※契約者は、Active Directoryアカウントは選択できません。

method-password-title = メールアドレス・パスワード認証の設定
method-password-section = <ログインに使用しているパスワードの変更>
method-password-lead = 新しくログインに使用するパスワードを入力してください。

deletion-title = Facebook連携データの削除
deletion-done = Facebookアカウントとの連携に関するデータは、すべて削除されました。
deletion-waiting = Facebookアカウントとの連携に関するデータの削除を受け付けました。処理が完了するまで、しばらくお待ちください。
deletion-code = 確認コード
deletion-note = { $brand }のアカウントと保存されているファイルは削除されません。
