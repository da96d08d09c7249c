//! Operators, to be looked at; they are made and changed in the console and from the command line.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Made;
use super::guard::ApiContext;
use super::problem::ApiResult;
use super::query::{List, Query, page_of};
use crate::operator::{Operator, OperatorRole, OperatorState, list_operators};

/// An operator.
#[derive(Serialize, ToSchema)]
#[schema(as = Operator)]
pub struct OperatorView {
    /// Its id.
    operator_id: String,
    /// The address that signs in.
    email: String,
    /// The person's name.
    name: String,
    /// What they may do.
    role: OperatorRole,
    /// Whether they may sign in.
    state: OperatorState,
    /// Whether they have chosen a password and a second factor.
    is_enrolled: bool,
    /// When they last signed in.
    #[schema(format = "date-time")]
    signed_in_at: Option<String>,
    /// When they were made.
    #[schema(format = "date-time")]
    created_at: String,
}

impl OperatorView {
    fn of(operator: &Operator) -> Self {
        Self {
            operator_id: operator.id.to_string(),
            email: operator.email.clone(),
            name: operator.name.clone(),
            role: operator.role,
            state: operator.state,
            is_enrolled: operator.is_enrolled,
            signed_in_at: operator.signed_in_at.map(|at| at.to_rfc3339()),
            created_at: operator.created_at.to_rfc3339(),
        }
    }
}

/// Lists the operators, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/operators", tag = "operators", operation_id = "list_operators",
    params(("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The operators.", body = List<OperatorView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    let query = Query::read(&api, &["limit", "cursor"])?;
    api.everywhere()?;
    let mut operators = list_operators(&api.app.db).await?;
    operators.sort_by(|a, b| a.id.cmp(&b.id));
    let after = query.cursor::<1>()?.map(|[id]| id);
    let page = page_of(operators, |operator| operator.id.as_str(), (after.as_deref(), query.limit()?));
    let items = page.items.iter().map(OperatorView::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor: page.next_cursor })?.respond())
}
