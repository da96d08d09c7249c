# アプリケーションへの情報提供の同意、ログアウト、応答の引き渡し

consent-title = アクセスの許可
consent-lead = 「{ $client }」が、次の許可を求めています。
consent-account = ログイン中のアカウント
consent-host = 提供先
consent-lasts = 有効期間
consent-lasts-days = 最長{ $days }日間（ログアウト後も続きます）
consent-lasts-session = ログアウトするまで
consent-claims = 渡す情報：{ $claims }
consent-read = 許可する前に、提供先の説明をご確認ください：
consent-policy = プライバシーポリシー
consent-terms = 利用規約
consent-allow = 許可する
consent-deny = 許可しない
consent-revoke = 許可は、いつでも取り消せます。取り消すときは、サービスの窓口にご連絡ください。

scope-openid = あなたが誰であるかを確認する
scope-profile = プロフィールを見る
scope-email = メールアドレスを見る
scope-phone = 電話番号を見る
scope-address = 住所を見る
scope-contract = ご契約とあなたの権限を見る
scope-claims = 次の情報を見る
scope-offline_access = あなたが操作していないときも、この許可を使い続ける

claim-sub = このサービスでの利用者の識別子
claim-name = 氏名
claim-family-name = 姓
claim-given-name = 名
claim-middle-name = ミドルネーム
claim-nickname = ニックネーム
claim-preferred-username = ユーザ名
claim-profile = プロフィールページ
claim-picture = 写真
claim-website = ウェブサイト
claim-gender = 性別
claim-birthdate = 生年月日
claim-email = メールアドレス
claim-email-verified = メールアドレスが確認済みかどうか
claim-phone-number = 電話番号
claim-phone-number-verified = 電話番号が確認済みかどうか
claim-address = 住所
claim-brand = ご利用のサービス名
claim-contract-id = 契約の識別子
claim-contract-name = 会社名
claim-role = 契約内での権限
claim-access-path = アクセス経路
claim-updated-at = 情報の更新日時
claim-locale = 言語
claim-zoneinfo = タイムゾーン

logout-title = ログアウト
logout-lead = { $brand }からログアウトしますか？
logout-lead-client = 「{ $client }」からログアウトの要求がありました。{ $brand }からログアウトしますか？
logout-yes = ログアウトする
logout-no = ログアウトしない

logged-out-title = ログアウトしました
logged-out-lead = ご利用ありがとうございました。共用の端末では、ブラウザも閉じてください。
logged-out-stayed-title = ログインしたままです
logged-out-stayed-lead = ログアウトは行いませんでした。

form-post-title = サービスに移動しています
form-post-lead = 自動で移動しないときは、「続ける」を押してください。
form-post-continue = 続ける
