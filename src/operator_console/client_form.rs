//! Registering a client application, and changing what is registered.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::client_wish::{Wish, grant_box, mode_box};
use super::clients::{find, path, show_secret};
use super::contracts::brand_field;
use super::sheet::{Sheet, asked};
use crate::client::registration::{
    NewClient, SecretChange, change_client, check_id, configured_lifetimes, made_id, problems, register_client,
    secret_change,
};
use crate::client::{AccessTokenFormat, Client, Registration};
use crate::context::{CONSOLE_PURPOSE, OperatorContext};
use crate::id::BrandCode;
use crate::protocol::client_metadata::{ApplicationType, GrantType, MetadataProblem, TokenEndpointAuthMethod};
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::signing_algorithm::SigningAlgorithm;
use crate::secret::Secret;
use crate::storage::Fault;
use crate::web::pages::operator_console::{Field, Form, Place};

/// The form of a new one.
pub async fn get_new(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    let brand = asked(query.as_deref(), "brand");
    show(&seen, None, (&Wish::fresh(), &brand), &[])
}

/// Registers it.
pub async fn post_new(Extension(seen): Seen, body: Bytes) -> Response {
    let wish = match seen.read_form(&body, &[CONSOLE_PURPOSE]).and_then(|form| Wish::read(&form)) {
        Ok(wish) => wish,
        Err(problem) => return seen.refuse(&problem),
    };
    register(&seen, &wish).await.unwrap_or_else(|fault| seen.fault(&fault))
}

async fn register(seen: &OperatorContext, wish: &Wish) -> Result<Response, Fault> {
    let app = &seen.app;
    let brand = BrandCode::new(wish.text("brand"));
    let mut wrong = Vec::new();
    if app.issuers.of(&brand).is_none() {
        wrong.push(MetadataProblem { field: "brand", message: "is unknown".to_owned() });
    }
    let id = match wish.text("client_id") {
        "" => Ok(made_id(&app.random)),
        id => check_id(id),
    };
    if let Err(why) = id {
        wrong.push(MetadataProblem { field: "client_id", message: why.to_owned() });
    }
    let registration = check(seen, wish, Registration::default(), &mut wrong);
    let (Ok(id), Some(registration), true) = (id, registration, wrong.is_empty()) else {
        return Ok(show(seen, None, (wish, brand.as_str()), &wrong));
    };
    let uses_secret = registration.metadata.token_endpoint_auth_method.uses_secret();
    let secret = uses_secret.then(|| Secret::new(app.random.token()));
    let new = NewClient { brand, id, registration, secret };
    let mut tx = app.db.begin().await?;
    if !register_client(&mut tx, &seen.clerk(), &app.master, &new).await? {
        let taken = MetadataProblem { field: "client_id", message: "is taken".to_owned() };
        return Ok(show(seen, None, (wish, new.brand.as_str()), &[taken]));
    }
    tx.commit().await?;
    // This node follows at once: the test link is good on the next page.
    app.clients.reload(&app.db).await?;
    Ok(match &new.secret {
        Some(secret) => show_secret(seen, &new.id, secret, "console-client-registered"),
        None => seen.go(&format!("{}?done=client-registered", path(&new.id))),
    })
}

/// What can be registered; everything that is wrong goes into `wrong`.
fn check(
    seen: &OperatorContext,
    wish: &Wish,
    ground: Registration,
    wrong: &mut Vec<MetadataProblem>,
) -> Option<Registration> {
    match wish.registration(ground) {
        Ok(registration) => {
            wrong.extend(problems(&registration, &configured_lifetimes(&seen.app.config)));
            Some(registration)
        }
        Err(unreadable) => {
            wrong.extend(unreadable);
            None
        }
    }
}

/// The form of what is registered.
pub async fn get(Extension(seen): Seen, Path(id): Path<String>) -> Response {
    match find(&seen, &id).await {
        Ok(client) => show(&seen, Some(&client), (&Wish::of_client(&client), ""), &[]),
        Err(response) => *response,
    }
}

/// Changes it.
pub async fn post(Extension(seen): Seen, Path(id): Path<String>, body: Bytes) -> Response {
    let wish = match seen.read_form(&body, &[CONSOLE_PURPOSE]).and_then(|form| Wish::read(&form)) {
        Ok(wish) => wish,
        Err(problem) => return seen.refuse(&problem),
    };
    match find(&seen, &id).await {
        Ok(client) => change(&seen, &client, &wish).await.unwrap_or_else(|fault| seen.fault(&fault)),
        Err(response) => *response,
    }
}

async fn change(seen: &OperatorContext, client: &Client, wish: &Wish) -> Result<Response, Fault> {
    let app = &seen.app;
    let ground = Registration { metadata: client.metadata.clone(), settings: client.settings.clone() };
    let mut wrong = Vec::new();
    let registration = check(seen, wish, ground, &mut wrong);
    if wish.text("version") != client.version.to_string() {
        wrong.push(MetadataProblem { field: "version", message: String::new() });
    }
    let (Some(registration), true) = (registration, wrong.is_empty()) else {
        return Ok(show(seen, Some(client), (wish, ""), &wrong));
    };
    let secret = secret_change(client, &registration, &app.random);
    let mut tx = app.db.begin().await?;
    if !change_client(&mut tx, &seen.clerk(), &app.master, (client, &registration, &secret)).await? {
        let raced = MetadataProblem { field: "version", message: String::new() };
        return Ok(show(seen, Some(client), (wish, ""), &[raced]));
    }
    tx.commit().await?;
    app.clients.reload(&app.db).await?;
    Ok(match &secret {
        SecretChange::New(secret) => show_secret(seen, &client.id, secret, "console-client-changed"),
        SecretChange::Keep | SecretChange::Drop => seen.go(&format!("{}?done=client-changed", path(&client.id))),
    })
}

fn show(
    seen: &OperatorContext,
    client: Option<&Client>,
    (wish, brand): (&Wish, &str),
    wrong: &[MetadataProblem],
) -> Response {
    let key = if client.is_some() { "console-client-edit" } else { "console-client-new" };
    let mut sheet = Sheet::titled(seen, Place::Clients, key).below("/clients", seen.frame("").t("console-clients"));
    if let Some(client) = client {
        sheet = sheet.below(path(&client.id), client.metadata.client_name.as_str());
    }
    if wrong.iter().any(|problem| problem.field == "version") {
        sheet = sheet.refused("console-changed-meanwhile");
    } else if !wrong.is_empty() {
        sheet = sheet.refused("console-wrong-fields");
    }
    let mut fields = match client {
        Some(client) => vec![Field::hidden("version", client.version.to_string())],
        None => vec![
            brand_field(&sheet, brand, false),
            Field::line("client_id", sheet.t("console-client-id"), wish.text("client_id"))
                .hint(sheet.t("console-client-id-hint")),
        ],
    };
    fields.extend(metadata_fields(&sheet, wish));
    fields.extend(settings_fields(&sheet, wish));
    for field in &mut fields {
        let words: Vec<_> = wrong.iter().filter(|problem| concerns(problem.field, &field.name)).collect();
        let words = words.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ");
        field.error = if words.is_empty() { words } else { format!("{} {words}", sheet.t("console-wrong-field")) };
    }
    let form = Form {
        title: String::new(),
        asks: false,
        action: client.map_or_else(|| "/clients/new".to_owned(), |client| format!("{}/edit", path(&client.id))),
        note: String::new(),
        fields,
        submit: sheet.t(if client.is_some() { "console-apply" } else { "console-create" }),
        danger: false,
    };
    sheet.form(form);
    sheet.show(if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY })
}

/// Whether a problem is shown at a field: what is wrong between the lifetimes stands at the first of them.
fn concerns(problem: &str, field: &str) -> bool {
    problem == field
        || problem == "lifetimes" && field == "access_token"
        || problem == "response_types" && field == "grant_types"
        || problem == "token_endpoint_auth_signing_alg" && field == "token_endpoint_auth_method"
}

fn words(all: impl IntoIterator<Item = &'static str>) -> Vec<(String, String)> {
    all.into_iter().map(|word| (word.to_owned(), word.to_owned())).collect()
}

fn metadata_fields(sheet: &Sheet<'_>, wish: &Wish) -> Vec<Field> {
    let label = |name: &str| sheet.t(&format!("console-field-{}", name.replace('_', "-")));
    let line = |name: &str| Field::line(name, label(name), wish.text(name));
    let area = |name: &str| Field::area(name, label(name), wish.text(name)).hint(sheet.t("console-one-per-line"));
    let algorithms = || words(SigningAlgorithm::ALL.iter().map(|alg| alg.as_str()));
    let none = || (String::new(), sheet.t("console-unsigned"));
    let select = |name: &str, options| Field::select(name, label(name), options, wish.text(name));
    let grants = GrantType::ALL.iter().map(|grant| {
        let name = grant_box(*grant);
        let ticked = wish.is_ticked(&name);
        (name, grant.to_string(), ticked)
    });
    vec![
        line("client_name").required(),
        select("application_type", words(ApplicationType::ALL.iter().map(|kind| kind.as_str()))),
        Field::boxes("grant_types", label("grant_types"), grants),
        area("redirect_uris"),
        area("line_redirect_uris"),
        area("post_logout_redirect_uris"),
        area("line_post_logout_redirect_uris"),
        select("token_endpoint_auth_method", words(TokenEndpointAuthMethod::ALL.iter().map(|method| method.as_str())))
            .hint(sheet.t("console-field-auth-method-hint")),
        Field::area("jwks", label("jwks"), wish.text("jwks")),
        line("scope").hint(sheet.t("console-field-scope-hint")),
        select("id_token_signed_response_alg", algorithms()),
        select("userinfo_signed_response_alg", std::iter::once(none()).chain(algorithms()).collect()),
        line("default_max_age").of_type("number").hint(sheet.t("console-seconds")),
        Field::tick("require_auth_time", label("require_auth_time"), wish.is_ticked("require_auth_time")),
        line("client_uri"),
        line("logo_uri"),
        line("tos_uri"),
        line("policy_uri"),
    ]
}

fn settings_fields(sheet: &Sheet<'_>, wish: &Wish) -> Vec<Field> {
    let label = |name: &str| sheet.t(&format!("console-field-{}", name.replace('_', "-")));
    let area = |name: &str| Field::area(name, label(name), wish.text(name)).hint(sheet.t("console-one-per-line"));
    let select = |name: &str, options| Field::select(name, label(name), options, wish.text(name));
    let tick = |name: &str| Field::tick(name, label(name), wish.is_ticked(name));
    let seconds = |name: &str| {
        Field::line(name, label(name), wish.text(name)).of_type("number").hint(sheet.t("console-seconds-or-default"))
    };
    let modes = ResponseMode::ALL.iter().map(|mode| {
        let name = mode_box(*mode);
        let ticked = wish.is_ticked(&name);
        (name, mode.to_string(), ticked)
    });
    vec![
        tick("first_party").hint(sheet.t("console-field-first-party-hint")),
        select("access_token_format", words(AccessTokenFormat::ALL.iter().map(|format| format.as_str()))),
        select("access_token_signed_response_alg", words(SigningAlgorithm::ALL.iter().map(|alg| alg.as_str()))),
        tick("rotate_refresh_tokens"),
        Field::boxes("response_modes", label("response_modes"), modes)
            .hint(sheet.t("console-field-response-modes-hint")),
        area("resources"),
        area("introspects"),
        seconds("access_token"),
        seconds("id_token"),
        seconds("refresh_token_idle"),
        seconds("refresh_token_absolute"),
    ]
}
