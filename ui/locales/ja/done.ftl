# 手続きの完了画面：title、lead、（あれば）note、button

done-reset-requested-title = メールをご確認ください
done-reset-requested-lead = 入力されたメールアドレスでのご利用が確認できた場合は、パスワードリセットのためのメールをお送りしました。
done-reset-requested-note = 14日間以内に、メール本文に書かれているURLから新しいパスワードを登録してください。メールが届かないときは、メールアドレスと迷惑メールフォルダをご確認ください。
done-reset-requested-button = ログイン画面へ

done-unblocked-title = アカウントロック解除完了
done-unblocked-lead = アカウントロックが解除されました。ログインしてください。
done-unblocked-button = ログイン画面へ

# 利用マニュアル 6.2
done-password-reset-title = リセットパスワード
done-password-reset-lead = リセットパスワードの手続きが完了いたしました。
done-password-reset-note = ※2段階認証の登録がリセットされました。次回ログイン時に、2段階認証を再登録してください。
done-password-reset-button = OK

# 利用マニュアル 3
done-password-changed-title = パスワード変更完了
done-password-changed-lead = パスワード変更のお手続きが完了いたしました。
done-password-changed-button = 認証・契約情報変更メニューへ
done-access-path-changed-title = アクセス経路変更完了
done-access-path-changed-lead = アクセス経路の変更が完了いたしました。
done-access-path-changed-button = 認証・契約情報変更メニューへ
done-second-factor-set-title = 2段階認証設定完了
done-second-factor-set-lead = 2段階認証の設定が完了いたしました。
done-second-factor-set-button = 認証・契約情報変更メニューへ

# 利用マニュアル 1.5
done-registered-title = 申込完了
done-registered-lead = 利用者登録のお手続きが完了いたしました。
done-registered-button = OK

done-registration-cancelled-title = 登録をキャンセルしました
done-registration-cancelled-lead = 利用者登録は行われていません。登録するときは、利用者登録のご案内メールのURLをもう一度開いてください。
done-registration-cancelled-button = 登録画面に戻る

# 利用マニュアル 2.1
done-email-change-requested-title = メールをご確認ください
done-email-change-requested-lead = 新しいメールアドレス宛に、メールアドレス変更登録のメールをお送りしました。メール本文に書かれているURLへアクセスし、変更を完了してください。
done-email-change-requested-note = 14日間以内にアクセスが完了しない場合は変更処理がキャンセルとなります。変更が完了するまでは、現在のメールアドレスをご利用ください。
done-email-change-requested-button = 認証・契約情報変更メニューへ

done-email-changed-title = メールアドレス変更完了
done-email-changed-lead = メールアドレス変更のお手続きが完了いたしました。
done-email-changed-button = 閉じる

done-passkey-added-title = パスキー追加完了
done-passkey-added-lead = パスキーを追加しました。次回から、パスキーで認証できます。
done-passkey-added-button = パスキーの一覧へ

# 利用マニュアル 2.1、2.2：「変更後、ログイン画面が表示されます。変更したログイン方法でログインを実施してください。」
done-login-method-changed-title = ログイン方法の変更完了
done-login-method-changed-lead = ログイン方法の変更のお手続きが完了いたしました。
done-login-method-changed-note = 変更したログイン方法でログインを実施してください。
done-login-method-changed-button = ログイン画面へ
