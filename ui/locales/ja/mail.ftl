# メール。件名と本文。空行は段落の切れ目、{ $link } だけの行はボタンになる。
# マニュアル1.5、2、6章の文面。ブランドごとの違いは brands/<code>/texts.ja.ftl にある。

mail-thanks = 平素より、{ $brand }をご利用いただき誠にありがとうございます。
mail-thanks-service = 平素より、{ $brand }サービスをご利用いただき誠にありがとうございます。
mail-automatic =
    本メールは「{ $brand }」のシステムより自動的に送信しております。
    送信専用となっておりますので、ご返信いただきましてもご対応いたしかねますので
    予めご了承ください。

mail-invitation-subject = 【{ $brand }】利用者登録のご案内
mail-invitation-button = 利用者登録をする
mail-invitation-registered = 本サービスの利用者として登録されました。
mail-invitation-body =
    { $name } 様

    こちらは、{ $brand }システムです。
    { $inviter }より{ $name }様が
    { mail-invitation-registered }
    本メール受領後、14日以内に下記URLへアクセスして利用者登録を完了してください。

    ■利用者登録用URL
    { $link }

    =====
    { mail-automatic }
    =====

mail-unblock-subject = 【{ $brand }】アカウントロック
mail-unblock-button = ロックを解除する
mail-unblock-body =
    { $name }様

    { mail-thanks-service }
    サービスへのログインが規定回数以上失敗したため、アカウントをロックしました。

    下記URLへアクセスすることでロックを解除できます。

    { $link }

    ※有効期限: 本メール受領後14日間

    なお、上記URLが有効期限切れの場合、ポータルサイトのログイン画面よりパスワード変更を行うことによりロックを解除できます。

mail-password-reset-subject = 【{ $brand }】パスワードリセット
mail-password-reset-button = 新しいパスワードを登録する
mail-password-reset-body =
    { $name }様

    { mail-thanks-service }
    パスワードリセットについて承りました。

    下記URLへアクセスし新しいパスワードを登録ください。

    { $link }

    本メール受領後、14日間以内に新しいパスワードの登録が完了しない場合は処理がキャンセルとなりますのでご注意ください。

mail-email-change-subject = 【{ $brand }】メールアドレス変更登録
mail-email-change-button = メールアドレスを変更する
mail-email-change-cancelled = 本メール受領後、14日間以内にアクセスが完了しない場合は変更処理がキャンセルとなりますのでご注意ください。
mail-email-change-body =
    { $name }様

    { mail-thanks }

    下記URLへアクセスし、ご登録いただきましたメールアドレスへの変更を完了してください。

    { $link }

    { mail-email-change-cancelled }

mail-login-method-change-subject = 【{ $brand }】ログイン方法の設定変更
mail-login-method-change-button = ログイン方法を設定する
mail-login-method-change-unintended = ※お客さまが意図しない認証連携サービスのアカウントに紐づいてしまうことを防ぐため
mail-login-method-change-body =
    { $name }様

    { mail-thanks }

    下記URLへアクセスし、ログイン方法の設定変更を完了してください。

    { $link }

    ログイン方法に認証連携しているサービスアカウントを設定する場合は、当該サービスのアカウントからログアウトした後に、本メールに記載のリンクにアクセスし、{ $brand }のログイン設定を進めることを推奨します。
    { mail-login-method-change-unintended }

    本メール受領後、14日間以内にログイン方法の設定変更が完了しない場合は変更処理がキャンセルとなりますのでご注意ください。

# マニュアル1.3。行の値がない行（回線認証用URLのない場合）は、行ごと省かれる。
mail-active-directory-login-subject = 【{ $brand }】Active Directoryアカウントのログイン用URL・接続ID通知
mail-active-directory-login-body =
    { $name }様

    { mail-thanks }

    Active Directoryアカウントのログイン用URLおよび接続IDをご連絡いたします。

    ※契約者の方は、Active Directoryアカウントでログインをする利用者に対して、事前に接続IDを通知してください。
    利用者がログイン方法のActive Directoryアカウントに設定する際に、接続IDの入力が必要となります。

    ■ Active Directoryアカウントのログイン用URL
    ・インターネット用 : { $internet_url }
    ・回線認証用 : { $line_url }

    ■ Active Directoryアカウントのログイン設定に必要な接続ID
    ・Active Directoryの接続ID : { $connection_id }
    { $brand }へログイン時に、接続IDの入力画面が表示された場合、上記の接続IDを入力してください。

# マニュアルにないもの。

mail-contact = お心当たりがない場合は、お使いのパスワードを変更し、ご契約者または管理者にご連絡ください。

mail-reset-other-method-subject = 【{ $brand }】パスワードリセット
mail-reset-other-method-body =
    { $name }様

    { mail-thanks-service }
    パスワードリセットについて承りましたが、お客さまのアカウントにはパスワードがありません。

    ログイン画面で「{ $method }」を選んでログインしてください。

    お心当たりがない場合は、本メールを破棄してください。アカウントに変更はありません。

    { mail-automatic }

mail-email-taken-subject = 【{ $brand }】メールアドレスの変更について
mail-email-taken-body =
    { $name }様

    { mail-thanks }

    このメールアドレスへの変更のお申し込みがありましたが、このメールアドレスはすでにお客さまのアカウントで使用されているため、変更は行われませんでした。

    お客さまのアカウントに変更はありません。お心当たりがない場合は、本メールを破棄してください。

    { mail-automatic }

mail-new-browser-subject = 【{ $brand }】新しいブラウザからのログイン
mail-new-browser-body =
    { $name }様

    { mail-thanks }

    これまでに使われたことのないブラウザからログインがありました。

    日時: { $time }
    ブラウザ: { $browser }

    ご本人によるログインの場合は、何もする必要はありません。
    { mail-contact }

    { mail-automatic }

mail-password-changed-subject = 【{ $brand }】パスワード変更のお知らせ
mail-password-changed-body =
    { $name }様

    { mail-thanks }

    パスワードが変更されました。

    ご本人による変更の場合は、何もする必要はありません。
    お心当たりがない場合は、ログイン画面の「パスワードを忘れた方はこちら」から新しいパスワードを登録し、ご契約者または管理者にご連絡ください。

    { mail-automatic }

mail-email-changed-subject = 【{ $brand }】メールアドレス変更のお知らせ
mail-email-changed-body =
    { $name }様

    { mail-thanks }

    ログインに使用するメールアドレスが { $new } に変更されました。
    このメールアドレスではログインできなくなりました。

    ご本人による変更の場合は、何もする必要はありません。
    お心当たりがない場合は、すぐにご契約者または管理者にご連絡ください。

    { mail-automatic }

mail-contractor-changed-subject = 【{ $brand }】契約者変更のお知らせ
mail-contractor-changed-body =
    { $name }様

    { mail-thanks }

    ご契約の契約者が変更されました。

    ■ 新しい契約者
    { $contractor }様

    { mail-contact }

    { mail-automatic }

mail-second-factor-reset-subject = 【{ $brand }】2段階認証リセットのお知らせ
mail-second-factor-reset-body =
    { $name }様

    { mail-thanks }

    2段階認証の登録がリセットされました。
    次回ログイン時に、2段階認証を再登録してください。

    { mail-contact }

    { mail-automatic }

mail-recovery-code-used-subject = 【{ $brand }】リカバリコード使用のお知らせ
mail-recovery-code-used-body =
    { $name }様

    { mail-thanks }

    リカバリコードを使用したログインがありました。
    使用されたリカバリコードは、今後ご利用いただけません。

    { mail-contact }

    { mail-automatic }

mail-passkey-added-subject = 【{ $brand }】パスキー登録のお知らせ
mail-passkey-added-body =
    { $name }様

    { mail-thanks }

    お客さまのアカウントにパスキーが登録されました。

    ご本人による登録の場合は、何もする必要はありません。
    お心当たりがない場合は、「認証・契約情報変更メニュー」でそのパスキーを削除し、お使いのパスワードを変更して、ご契約者または管理者にご連絡ください。

    { mail-automatic }

mail-passkey-removed-subject = 【{ $brand }】パスキー削除のお知らせ
mail-passkey-removed-body =
    { $name }様

    { mail-thanks }

    お客さまのアカウントからパスキーが削除されました。

    { mail-contact }

    { mail-automatic }

mail-login-method-changed-subject = 【{ $brand }】ログイン方法変更のお知らせ
mail-login-method-changed-body =
    { $name }様

    { mail-thanks }

    ログイン方法が変更されました。

    変更前: { $from }
    変更後: { $to }

    ご本人による変更の場合は、何もする必要はありません。
    お心当たりがない場合は、すぐにご契約者または管理者にご連絡ください。

    { mail-automatic }

mail-upstream-unlinked-subject = 【{ $brand }】アカウント連携解除のお知らせ
mail-upstream-unlinked-button = ログイン方法を設定する
mail-upstream-unlinked-body =
    { $name }様

    { mail-thanks }

    { $method }との連携が解除されたため、{ $method }ではログインできなくなりました。

    引き続きご利用いただくには、下記URLへアクセスし、新しいログイン方法を設定してください。

    { $link }

    ※有効期限: 本メール受領後14日間

    お心当たりがない場合は、ご契約者または管理者にご連絡ください。

    { mail-automatic }
