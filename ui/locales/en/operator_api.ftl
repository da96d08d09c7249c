# The reference of the JSON API (not in the manuals). What an operation does is told by the OpenAPI document.

api-title = Operators' API reference
api-version = Version { $version }.
api-document = OpenAPI document (JSON)
api-contents = Contents
api-takes = Scope:
api-parameters = Parameters
api-body = Request body:
api-answers = Answers
api-example = Example
api-schemas = Schemas
api-codes = Error codes
