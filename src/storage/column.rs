//! How our base types look in a column, on both engines.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};

use crate::clock::Timestamp;
use crate::id::{
    AccountId, ApiKeyId, AuditEventId, BrandCode, CeremonyId, ClientId, ConnectionId, ContractId, EnrolmentId,
    InteractionId, KeyId, LineId, MessageId, OperatorId, PasskeyId, RememberedBrowserId, SessionId, Subject, TicketId,
    TokenFamilyId, UpstreamTransactionId,
};
use crate::secret::TokenHash;

macro_rules! column_as {
    ($name:ty as $inner:ty, $to:expr, $from:expr) => {
        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            $inner: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$inner as sqlx::Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$inner as sqlx::Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $name
        where
            $inner: sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buf: &mut DB::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                let to: fn(&$name) -> $inner = $to;
                to(self).encode(buf)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            $inner: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let from: fn($inner) -> Result<$name, sqlx::error::BoxDynError> = $from;
                from(<$inner as sqlx::Decode<'r, DB>>::decode(value)?)
            }
        }
    };
}
pub(crate) use column_as;

macro_rules! id_columns {
    ($($id:ty),*) => {$(
        column_as!($id as String, |id| id.as_str().to_owned(), |text| Ok(<$id>::new(text)));
    )*};
}

id_columns!(
    AccountId,
    AuditEventId,
    TicketId,
    BrandCode,
    CeremonyId,
    ClientId,
    ConnectionId,
    ContractId,
    InteractionId,
    KeyId,
    LineId,
    RememberedBrowserId,
    MessageId,
    PasskeyId,
    SessionId,
    Subject,
    TokenFamilyId,
    UpstreamTransactionId,
    OperatorId,
    EnrolmentId,
    ApiKeyId
);

column_as!(Timestamp as i64, |t| t.as_millis(), |ms| Ok(Timestamp::from_millis(ms)));
column_as!(TokenHash as Vec<u8>, |h| h.as_bytes().to_vec(), |bytes| TokenHash::from_slice(&bytes)
    .ok_or_else(|| "a token hash has 32 bytes".into()));

/// A value kept as JSON text. Kept as text on purpose: the engines' JSON types differ, ours do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonText<T>(pub T);

impl<DB: Database, T> Type<DB> for JsonText<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'q, DB: Database, T: Serialize> Encode<'q, DB> for JsonText<T>
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        serde_json::to_string(&self.0)?.encode(buf)
    }
}

impl<'r, DB: Database, T: DeserializeOwned> Decode<'r, DB> for JsonText<T>
where
    String: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(&<String as Decode<'r, DB>>::decode(value)?)?))
    }
}

/// Lets an enum made by `text_enum!` stand in a TEXT column.
macro_rules! text_column {
    ($($name:ty),* $(,)?) => {$(
        $crate::storage::column_as!($name as String, |v| v.as_str().to_owned(), |text| text
            .parse::<$name>()
            .map_err(Into::into));
    )*};
}
pub(crate) use text_column;
