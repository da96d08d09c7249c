# エラー画面：title = 何が起きたか、what = その説明、do = どうすればよいか

problem-reference = お問い合わせ番号: { $reference }
problem-detail = 開発者の方へ：

problem-unknown-client-title = ログインを開始できません
problem-unknown-client-what = ログインを要求したアプリケーションが、このサービスに登録されていません。
problem-unknown-client-do = ご利用のサービスの画面から、もう一度ログインしてください。繰り返し表示されるときは、お問い合わせ番号を添えてお問い合わせください。

problem-client-disabled-title = このアプリケーションは利用できません
problem-client-disabled-what = ログインを要求したアプリケーションは、現在停止されています。
problem-client-disabled-do = アプリケーションの提供元にご確認ください。

problem-redirect-uri-mismatch-title = ログインを開始できません
problem-redirect-uri-mismatch-what = ログイン後の戻り先が、アプリケーションの登録内容と一致しません。安全のため、移動を中止しました。
problem-redirect-uri-mismatch-do = ご利用のサービスの画面から、もう一度ログインしてください。繰り返し表示されるときは、お問い合わせ番号を添えてお問い合わせください。

problem-request-malformed-title = ログインの要求を読み取れません
problem-request-malformed-what = アプリケーションから届いた要求に誤りがあります。
problem-request-malformed-do = ご利用のサービスの画面から、もう一度ログインしてください。

problem-request-too-large-title = 送信された内容が大きすぎます
problem-request-too-large-what = 送信された内容が、受け付けられる大きさを超えています。
problem-request-too-large-do = ご利用のサービスの画面から、もう一度お試しください。

problem-interaction-expired-title = この画面の有効期限が切れました
problem-interaction-expired-what = ログインの開始から時間が経ったか、ログインの手続きがすでに終わっています。
problem-interaction-expired-do = お手数ですが、はじめからログインし直してください。

problem-interaction-elsewhere-title = このブラウザではログインを続けられません
problem-interaction-elsewhere-what = ログインの手続きが別のブラウザで始められたか、このブラウザでCookieが無効になっています。
problem-interaction-elsewhere-do = Cookieを有効にして、このブラウザではじめからログインし直してください。

problem-upstream-expired-title = ログインの時間が切れました
problem-upstream-expired-what = 認証連携しているサービスでの操作に時間がかかったか、この手続きがすでに終わっています。
problem-upstream-expired-do = お手数ですが、もう一度はじめからお試しください。

problem-upstream-elsewhere-title = このブラウザではログインを続けられません
problem-upstream-elsewhere-what = 認証連携しているサービスへのログインが別のブラウザで始められたか、このブラウザでCookieが無効になっています。
problem-upstream-elsewhere-do = お心当たりがない場合は、この画面を閉じてください。続ける場合は、Cookieを有効にして、このブラウザではじめからやり直してください。

problem-upstream-malformed-title = 認証連携しているサービスからの応答を読み取れません
problem-upstream-malformed-what = 応答の形式に誤りがあるため、ログインを中止しました。
problem-upstream-malformed-do = ご利用のサービスの画面から、もう一度ログインしてください。繰り返し表示されるときは、お問い合わせ番号を添えてお問い合わせください。

problem-connection-disabled-title = このログイン方法は利用できません
problem-connection-disabled-what = 認証連携しているサービスまたはActive Directoryとの接続は、現在停止されています。
problem-connection-disabled-do = 別の方法でログインするか、ご契約者様または管理者権限をお持ちの方にお問い合わせください。

problem-csrf-failed-title = 送信を受け付けられませんでした
problem-csrf-failed-what = この画面から送信されたことを確認できませんでした。画面を長く開いたままにしていたか、Cookieが無効になっている場合に起こります。
problem-csrf-failed-do = 前の画面に戻って再読み込みし、もう一度お試しください。

problem-session-ended-title = ログインの有効期限が切れました
problem-session-ended-what = ログアウトしたか、しばらく操作がなかったため、ログインが終了しています。
problem-session-ended-do = もう一度ログインしてください。

problem-consent-denied-title = アクセスは許可されませんでした
problem-consent-denied-what = アプリケーションには何も渡していません。
problem-consent-denied-do = この画面を閉じて、ご利用のサービスにお戻りください。

problem-forbidden-title = この画面は表示できません
problem-forbidden-what = お使いのアカウントには、この操作が許可されていません。
problem-forbidden-do = 必要なときは、ご契約者様または管理者権限をお持ちの方にご確認ください。

problem-not-found-title = ページが見つかりません
problem-not-found-what = お探しのページは、移動または削除されたか、アドレスが間違っています。
problem-not-found-do = アドレスをご確認いただくか、ご利用のサービスの画面からお進みください。

problem-method-not-allowed-title = この操作はできません
problem-method-not-allowed-what = このアドレスでは受け付けていない方法で開かれました。
problem-method-not-allowed-do = ご利用のサービスの画面から、もう一度お試しください。

problem-misdirected-title = このアドレスではご利用になれません
problem-misdirected-what = アクセスしたホスト名は、このサービスのものではありません。
problem-misdirected-do = アドレスをご確認ください。

problem-too-many-requests-title = 試行回数が多すぎます
problem-too-many-requests-what = 短い時間に多くの要求があったため、受け付けを一時的に止めています。
problem-too-many-requests-do = しばらく待ってから、もう一度お試しください。

problem-overloaded-title = ただいま混み合っています
problem-overloaded-what = アクセスが集中しているため、要求を処理できませんでした。
problem-overloaded-do = 少し待ってから、もう一度お試しください。

problem-internal-title = エラーが発生しました
problem-internal-what = サービス側の問題で、要求を処理できませんでした。ご入力に誤りがあったわけではありません。
problem-internal-do = 時間をおいて、もう一度お試しください。繰り返し表示されるときは、お問い合わせ番号を添えてお問い合わせください。
