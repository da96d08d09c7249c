# M-Driveのマニュアルだけの言い回し。

mail-thanks-service = { mail-thanks }
mail-login-method-change-unintended = ※お客様が意図しない認証連携サービスのアカウントに紐づいてしまうことを防ぐため
