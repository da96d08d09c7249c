# Active Directory設定（利用マニュアル 0. はじめに）

active-directory-title = Active Directory設定
active-directory-lead = AD FS（Active Directory フェデレーション サービス）と接続すると、利用者はお客さまのActive Directoryアカウントで{ $brand }にログインできます。AD FS 2016以降に対応しています。

active-directory-users = 利用者への通知
active-directory-users-lead = Active Directoryアカウントでログインをする利用者に対して、事前に接続IDを通知してください。
active-directory-internet-url = ログイン用URL（インターネット用）
active-directory-line-url = ログイン用URL（回線認証用）

active-directory-there = 1. AD FSへの登録
active-directory-there-lead = AD FSの管理画面でアプリケーション グループ「Web APIにアクセスするサーバー アプリケーション」を追加し、次のリダイレクトURIを登録してください。スコープは openid と allatclaims を許可してください。
active-directory-redirect-uri = リダイレクトURI
active-directory-line-redirect-uri = リダイレクトURI（回線認証用）

active-directory-here = 2. 接続の設定
active-directory-issuer = 発行者（issuer）のURL
active-directory-issuer-hint = AD FSのホスト名に「/adfs」を付けた、https:// から始まるURLです。
active-directory-client-id = クライアントID
active-directory-client-id-hint = サーバー アプリケーションの「クライアント識別子」です。
active-directory-client-secret = クライアント シークレット
active-directory-client-secret-hint = サーバー アプリケーションの資格情報で生成した共有シークレットです。保存後は表示されません。
active-directory-client-secret-stored = 設定済み
active-directory-client-secret-kept = 設定済みの値を変更しない場合は、空欄のままにしてください。
active-directory-subject-claim = 利用者を識別するクレーム
active-directory-subject-claim-hint = 利用者ごとに異なり、変わることのない値を持つクレームの名前です（例：objectGUIDを発行する規則で付けた名前）。ない場合は sub を指定してください。
active-directory-subject-claim-warning = クレームを変更すると、すでに登録した利用者がActive Directoryアカウントでログインできなくなり、ログイン方法の再設定が必要になることがあります。
active-directory-resource = リソース（Web APIの識別子）
active-directory-resource-hint = Web APIに設定した「識別子」です。クレームをIDトークンに含めるために使用します。
active-directory-ca-certificate = 認証局の証明書
active-directory-ca-certificate-hint = AD FSのサーバー証明書を社内の認証局が発行している場合のみ、ルート証明書をPEM形式（「BEGIN CERTIFICATE」の行から始まる文字列）で貼り付けてください。

active-directory-save = 保存
active-directory-identity-change = 登録済みの利用者への影響を確認しました。
active-directory-test = 接続テスト
active-directory-test-hint = 入力した内容で接続を確認します。設定は保存されません。
active-directory-saved = Active Directory設定を保存しました。
active-directory-stopped = この接続は停止されているため、Active Directoryアカウントでログインできません。サポート窓口へお問い合わせください。
active-directory-in-trouble = AD FSの公開情報を定期的に確認していますが、前回は確認できませんでした。「接続テスト」で状況をご確認ください。
active-directory-staged-title = 接続先の変更
active-directory-staged = AD FSが公開している接続先の情報が、保存されている内容から変わっています。安全のため、変更前の接続先を使用しています。次の接続先への変更にお心当たりがある場合は、承認してください。
active-directory-approve = 変更を承認

active-directory-report = 接続テストの結果
active-directory-report-sound = すべての項目を確認できました。
active-directory-report-fault = 確認できない項目がありました。内容を見直し、もう一度お試しください。
active-directory-report-secret = 入力したクライアント シークレットは、安全のため消去されています。新しい値を保存する場合は、もう一度入力してください。
active-directory-test-address = URL
active-directory-test-reach = サーバーへの接続と証明書
active-directory-test-discovery = 公開情報（Discovery）
active-directory-test-issuer = 発行者の一致
active-directory-test-keys = 署名の検証に使う鍵
active-directory-test-client = クライアントIDとシークレット
active-directory-test-clock = 時刻
active-directory-test-passed = 問題なし
active-directory-test-failed = 要確認
active-directory-test-skipped = 未確認

active-directory-failure-address-refused = このURLには接続できません。インターネットに公開された、ホスト名によるhttpsのURLを指定してください。社内のアドレスへの接続が必要な場合は、サポートセンターにお問い合わせください。
active-directory-failure-unreachable = AD FSから応答を得られません。ホスト名、インターネットへの公開（Webアプリケーション プロキシ）、ファイアウォール、AD FSが2016以降であることをご確認ください。AD FS 2012 R2以前は公開情報（OpenID Connect Discovery）がないため、ご利用になれません。
active-directory-failure-certificate = サーバー証明書を確認できません。有効期限とホスト名、中間証明書をご確認ください。社内の認証局をお使いの場合は、認証局の証明書を設定してください。
active-directory-failure-document = 公開情報を読み取れません。発行者のURLと、AD FSが2016以降であることをご確認ください。
active-directory-failure-other-issuer = 公開情報の発行者が、入力した発行者のURLと一致しません。末尾の「/」の有無まで、AD FSの設定と同じURLを入力してください。
active-directory-failure-foreign-endpoint = 公開情報に、AD FSと異なるホストの接続先が含まれています。AD FSの設定をご確認ください。
active-directory-failure-keys = 署名の検証に使える鍵がありません。AD FSのトークン署名証明書（RSA 2048ビット以上）をご確認ください。
active-directory-failure-client = クライアントIDまたはクライアント シークレットが正しくありません。AD FSのサーバー アプリケーションの設定をご確認ください。
active-directory-failure-token-endpoint = トークン エンドポイントの応答を確認できません。AD FSのイベント ログをご確認ください。
active-directory-failure-clock = AD FSの時刻が{ $seconds }秒ずれています。サーバーの時刻同期（NTP）をご確認ください。
active-directory-failure-busy = このサーバーへの接続に失敗が続いたため、接続を一時的に止めています。しばらく待ってから、もう一度お試しください。

active-directory-alert-fields = 入力内容をご確認ください。設定は保存されていません。
active-directory-alert-issuer-missing = 発行者のURLを入力してください。
active-directory-alert-issuer-malformed = 発行者のURLが正しくありません。https:// から始まるURLを、「?」や「#」を含めずに入力してください。
active-directory-alert-issuer-refused = このURLには接続できません。インターネットに公開された、ホスト名によるURLを入力してください。
active-directory-alert-client-id-missing = クライアントIDを入力してください。
active-directory-alert-client-id-malformed = クライアントIDが正しくありません。AD FSの「クライアント識別子」をコピーして入力してください。
active-directory-alert-client-secret-missing = クライアント シークレットを入力してください。
active-directory-alert-client-secret-malformed = クライアント シークレットが正しくありません。AD FSで生成した値をコピーして入力してください。
active-directory-alert-subject-claim-missing = 利用者を識別するクレームを入力してください。
active-directory-alert-subject-claim-malformed = クレームの名前が正しくありません。
active-directory-alert-resource-malformed = リソースの識別子が正しくありません。
active-directory-alert-ca-certificate-malformed = 証明書を読み取れません。認証局の証明書をPEM形式で入力してください。
active-directory-alert-identity-changed = 登録済みの利用者を識別する設定（発行者、クレーム、クライアントID）が変更されています。登録済みの利用者がログインできなくなり、ログイン方法の再設定が必要になることがあります。影響をご確認のうえ、「保存」の上の欄にチェックを入れて保存してください。
active-directory-alert-changed-elsewhere = 設定が別の画面で変更されたため、保存していません。現在の設定を表示しています。内容をご確認のうえ、もう一度お手続きください。
active-directory-alert-test-failed = 接続を確認できなかったため、設定は保存されていません。
active-directory-alert-too-many-requests = 短い時間に多くの要求がありました。しばらく待ってから、もう一度お試しください。
