# WORKSDRIVEのマニュアルだけの言い回し。

mail-invitation-registered = { $brand }の利用者として登録されました。
