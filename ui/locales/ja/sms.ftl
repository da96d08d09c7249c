# SMS。70文字に収まること。URLは入れない。

sms-code = 【{ $name }】認証コードは { $code } です。{ $minutes }分間有効。他人に教えないでください。
