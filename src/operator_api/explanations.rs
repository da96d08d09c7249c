//! Why would somebody be let in or refused now: the checks of a sign-in, in their order.

use std::net::IpAddr;

use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Fields, Made, read};
use super::guard::ApiContext;
use super::problem::{ApiError, ApiProblem, ApiResult};
use crate::explain::{Check, Ground, Outcome, Question, Verdict, What, Who, explain, in_words, verdict_in_words};
use crate::id::{BrandCode, ClientId};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::Purpose;
use crate::web::Lang;

/// A question about a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignInQuestion)]
pub struct QuestionBody {
    /// The brand's code.
    #[schema(example = "VX7")]
    brand: String,
    /// The address that signs in.
    #[schema(example = "hanako@example.jp")]
    email: String,
    /// Over which network.
    access_path: AccessPath,
    /// For which client application.
    #[serde(default)]
    client_id: Option<String>,
    /// What for, without a client: `account_menu` or `admin_console`.
    #[serde(default)]
    purpose: Option<String>,
    /// From which network address: the limits of the node that answers are looked at.
    #[serde(default)]
    address: Option<String>,
    /// Over which line, as it is written.
    #[serde(default)]
    line: Option<String>,
}

/// What the checks come to.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInExplanation)]
pub struct ExplanationView {
    /// `let_in`, `depends` or `refused`.
    #[schema(example = "refused")]
    verdict: &'static str,
    /// The same in a sentence.
    sentence: String,
    /// The check it hangs from.
    check: Option<What>,
    /// Its reason, as the audit log has it.
    reason: Option<&'static str>,
    /// Every check, in the order of a sign-in.
    checks: Vec<CheckView>,
}

/// One check.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInCheck)]
pub struct CheckView {
    /// What is checked.
    check: What,
    /// How it ends.
    outcome: Outcome,
    /// Why, as a code.
    reason: &'static str,
    /// The same in a sentence.
    sentence: String,
}

/// Tells why somebody would be let in or refused now. Nothing is counted and nothing changes; the password is taken for right.
#[utoipa::path(post, path = "/api/v1/explanations", tag = "accounts", operation_id = "explain_sign_in",
    request_body = QuestionBody,
    responses((status = 200, description = "The checks and what they come to.", body = ExplanationView),
        (status = 422, description = "Fields are wrong.", body = ApiProblem)))]
pub async fn ask(api: ApiContext, body: Bytes) -> ApiResult {
    let question = question(&api, read(&api, &body)?)?;
    let app = &api.app;
    let ground = Ground {
        db: &app.db,
        master: &app.master,
        config: &app.config,
        issuers: &app.issuers,
        clients: &app.clients,
        limits: Some(&app.limits),
        now: api.now,
    };
    let found = explain(&ground, &question).await?;
    let texts = app.faces.of(question.brand.as_str()).texts(Lang::En);
    let view = |check: &Check| CheckView {
        check: check.what,
        outcome: check.outcome,
        reason: check.code,
        sentence: in_words(texts, check),
    };
    let (check, reason) = match found.verdict {
        Verdict::LetIn => (None, None),
        Verdict::Depends(what, why) | Verdict::Refused(what, why) => (Some(what), Some(why)),
    };
    let shown = ExplanationView {
        verdict: found.verdict.as_str(),
        sentence: verdict_in_words(texts, found.verdict),
        check,
        reason,
        checks: found.checks.iter().map(view).collect(),
    };
    Ok(Made::new(StatusCode::OK, &shown)?.respond())
}

fn question(api: &ApiContext, asked: QuestionBody) -> Result<Question, ApiError> {
    let brand = api.issuer(&BrandCode::new(asked.brand))?.brand.clone();
    let mut fields = Fields::default();
    let address = match asked.address.as_deref().map(str::parse::<IpAddr>) {
        None => None,
        Some(Ok(address)) => Some(address),
        Some(Err(_)) => {
            fields.add("address", "is no network address");
            None
        }
    };
    let purpose = match asked.purpose.as_deref() {
        None => Purpose::Client,
        Some("account_menu") => Purpose::AccountMenu,
        Some("admin_console") => Purpose::AdminConsole,
        Some(_) => {
            fields.add("purpose", "is account_menu or admin_console");
            Purpose::Client
        }
    };
    fields.finish()?;
    let client = asked.client_id.map(ClientId::new);
    Ok(Question {
        brand,
        who: Who::Email(asked.email),
        address,
        path: asked.access_path,
        line: asked.line,
        client,
        purpose,
    })
}
