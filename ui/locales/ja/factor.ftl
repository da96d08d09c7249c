# 2段階認証（利用マニュアル 1.1、5.2）

factor-title = 2段階認証

factor-sms-lead = SMS（ショートメッセージ）が受信できる携帯電話、スマートフォンの電話番号を入力してください。入力された電話番号宛に、ショートメッセージが送信されます。
factor-sms-phone = 電話番号
factor-sms-hint = 例：090-1234-5678
factor-sms-recommendation = すでにGoogle Authenticatorまたは、Microsoft Authenticatorをご利用の方は
factor-sms-authenticator-link = QRコードでの認証はこちら

factor-authenticator-open = Google Authenticator、またはMicrosoft Authenticatorを起動します。
factor-authenticator-scan = QRコードを読み込みます。
factor-authenticator-qr = Authenticatorに登録するためのQRコード
factor-authenticator-secret-title = QRコードを読み込めないとき
factor-authenticator-secret-lead = Authenticatorに次のキーを入力してください。空白は入力しなくてもかまいません。
factor-authenticator-type = 表示された、6桁のパスワードを入力します。
factor-authenticator-sms-link = SMS（ショートメッセージ）での認証はこちら

factor-code-sms-lead = ショートメッセージを送信しました。ショートメッセージに送られてきた6文字を入力してください。
factor-code-sms-unsent-lead = ショートメッセージに送られてきた6文字を入力してください。
factor-code-sms-phone = 送信先
factor-code-sms-label = ショートメッセージの6文字
factor-code-authenticator-lead = Google Authenticator、またはMicrosoft Authenticatorを起動し、表示された6桁のパスワードを入力してください。
factor-code-authenticator-label = 6桁のパスワード
factor-code-sms-trouble = SMSを受信できなかった場合
factor-code-sms-check-number = 入力された電話番号に誤りがないか、ご確認ください。
factor-code-sms-settings = SMSの受信設定が影響している可能性があります。下記の設定がされている場合は解除していただき、もう一度送信してください。
factor-code-sms-settings-foreign = 国際SMSや海外事業者からのSMSの受信を拒否する設定
factor-code-sms-settings-only = 特定の番号のみ許可する設定
factor-code-resend = もう一度送信する
factor-code-resent = ショートメッセージをもう一度送信しました。新しく届いた6文字を入力してください。
factor-code-change = 電話番号を入力し直す
factor-code-passkey-link = パスキーでの認証はこちら
factor-code-lost-link = デバイスを紛失した場合はこちら

factor-remember = このブラウザを一定期間、記憶する
factor-remember-hint = 記憶している間は、このブラウザで2段階認証が省略されます。共用の端末ではチェックしないでください。

factor-passkey-lead = パスキー（指紋や顔、画面ロックの暗証番号、セキュリティキー）で認証します。
factor-passkey-submit = パスキーで認証する
factor-passkey-other-link = ほかの方法での認証はこちら

factor-done-title = 2段階認証完了
factor-done-lead = 2段階認証が完了しました。
factor-done-recovered = デバイスを紛失した場合は、パスワードのリセットで2段階認証の登録もリセットし、新しいデバイスを登録してください。
factor-done-continue = ログインする

# 「リカバリコード」の表記は、チェックボックスの文言に合わせる。
recovery-code-title = リカバリコード
recovery-code-lead = 携帯電話を紛失した場合など登録する電話番号を変更する際に必要となりますので、忘れないようにテキストファイル等に保存してください。
recovery-code-replaced = 新たなリカバリコードが発行されました。これまでのリカバリコードは利用できなくなります。
recovery-code-once = リカバリコードは、この画面でしか表示されません。
recovery-code-download = テキストファイルに保存
recovery-code-saved = リカバリコードを保存しました

recovery-entry-title = リカバリコードの入力
recovery-entry-lead = 2段階認証で使用した端末を紛失してしまった場合などは、初回の2段階認証で発行されたリカバリコードで認証できます。
recovery-entry-code = リカバリコード
recovery-entry-hint = ※コピーした状態（半角スペースや「-」が含まれている値）のまま入力してください。
recovery-entry-lost = ※リカバリコードを紛失した場合は、ログイン画面の「パスワードを忘れた方はこちら」からパスワードをリセットすると、2段階認証の登録もリセットされます。

factor-alert-phone-missing = 電話番号を入力してください。
factor-alert-phone-invalid = 電話番号が正しくありません。ご確認のうえ、もう一度入力してください。
factor-alert-phone-not-mobile = この番号ではSMSを受信できません。携帯電話、スマートフォンの電話番号を入力してください。
factor-alert-phone-country = この国・地域の電話番号にはSMSを送信できません。ほかの電話番号を入力するか、QRコードでの認証をご利用ください。
factor-alert-sms-too-soon = ショートメッセージは、少し前に送信しました。しばらく待っても届かないときは、もう一度お試しください。
factor-alert-sms-limit = SMSの送信回数が上限に達しました。しばらく待ってから、もう一度お試しください。
factor-alert-sms-unavailable = ただいまSMSを送信できません。しばらく待ってから、もう一度お試しください。
factor-alert-code-missing = 6文字を入力してください。
factor-alert-code-wrong = 入力された6文字が正しくありません。ご確認のうえ、もう一度入力してください。
factor-alert-code-expired = 入力された6文字の有効期限が切れています。新しい6文字を入力してください。
factor-alert-attempt-over = 間違った入力が続いたため、この認証を終了しました。お手数ですが、はじめからやり直してください。
factor-alert-too-many-wrong = 間違った入力が続いたため、2段階認証を一時的に停止しています。しばらく待ってから、もう一度お試しください。
factor-alert-recovery-missing = リカバリコードを入力してください。
factor-alert-recovery-wrong = リカバリコードが正しくありません。最後に発行されたリカバリコードかご確認のうえ、もう一度入力してください。
factor-alert-saved-missing = リカバリコードを保存し、「リカバリコードを保存しました」にチェックしてください。
factor-alert-passkey-failed = パスキーで認証できませんでした。もう一度お試しいただくか、ほかの方法をご利用ください。
