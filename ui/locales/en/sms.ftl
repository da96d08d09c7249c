# SMS. It must fit into 70 letters and holds no URL.

sms-code = 【{ $name }】Code: { $code } (valid { $minutes } min). Never share it.
