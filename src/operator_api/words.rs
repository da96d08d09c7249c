//! The words of our enums, as the document describes them.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::account::{AccountState, LoginMethod, Role};
use crate::client::{AccessTokenFormat, ClientState};
use crate::contract::{AccessPathSetting, ContractState, Plan, SecondFactorSetting};
use crate::explain::{Outcome, What};
use crate::operator::{OperatorRole, OperatorState, Permission};
use crate::policy::access_path::AccessPath;
use crate::protocol::client_metadata::{ApplicationType, GrantType, SubjectType, TokenEndpointAuthMethod};
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::response_type::ResponseType;
use crate::protocol::signing_algorithm::SigningAlgorithm;
use crate::upstream::connection::ConnectionState;

macro_rules! words {
    ($($name:ident),* $(,)?) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of($name::ALL.iter().map(|word| word.as_str()))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words!(
    AccessPath,
    AccessPathSetting,
    AccessTokenFormat,
    AccountState,
    ApplicationType,
    ClientState,
    ConnectionState,
    ContractState,
    GrantType,
    LoginMethod,
    OperatorRole,
    OperatorState,
    Outcome,
    Permission,
    Plan,
    ResponseMode,
    ResponseType,
    Role,
    SecondFactorSetting,
    SigningAlgorithm,
    SubjectType,
    TokenEndpointAuthMethod,
    What,
);

fn one_of<'w>(words: impl Iterator<Item = &'w str>) -> RefOr<Schema> {
    let schema = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(words));
    RefOr::T(Schema::Object(schema.build()))
}
