# JSON APIのリファレンス（利用マニュアルにはない画面）。操作の説明はOpenAPIの英文のまま。

api-title = 運用API リファレンス
api-version = バージョン { $version }。
api-document = OpenAPI文書（JSON）
api-contents = 目次
api-takes = 必要なスコープ：
api-parameters = パラメータ
api-body = リクエスト本文：
api-answers = 応答
api-example = リクエストの例
api-schemas = データの形式
api-codes = エラーコード
