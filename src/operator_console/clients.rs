//! Client applications: found, shown, tried, their secret replaced, stopped.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::contracts::brand_field;
use super::sheet::{Act, More, Sheet, asked, mark, path_with};
use crate::client::registration::{rotate_client_secret, switch_client};
use crate::client::{Client, ClientState, load_clients};
use crate::context::{CONSOLE_PURPOSE, OperatorContext};
use crate::id::ClientId;
use crate::operator::Permission;
use crate::policy::access_path::AccessPath;
use crate::protocol::client_metadata::GrantType;
use crate::secret::{Secret, base64url};
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::operator_console::{Block, Cell, Field, Form, Notice, Place};

/// How long the former secret stays good, in hours, unless something else is chosen.
const OVERLAP: &str = "24";
/// The longest overlap, in hours: a week.
const LONGEST_OVERLAP: u64 = 24 * 7;

/// Where a client is.
pub fn path(id: &ClientId) -> String {
    format!("/clients/{}", id.as_str())
}

/// The client, as it is stored at this moment.
pub async fn find(seen: &OperatorContext, id: &str) -> Result<Client, Box<Response>> {
    match load_clients(&seen.app.db).await {
        Ok(clients) => {
            let found = clients.into_iter().find(|client| client.id.as_str() == id);
            found.ok_or_else(|| Box::new(seen.refuse(&Problem::NotFound)))
        }
        Err(fault) => Err(Box::new(seen.fault(&fault))),
    }
}

/// The list.
pub async fn list(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    let clients = match load_clients(&seen.app.db).await {
        Ok(clients) => clients,
        Err(fault) => return seen.fault(&fault),
    };
    let brand = asked(query.as_deref(), "brand");
    let mut sheet = Sheet::titled(&seen, Place::Clients, "console-clients").done(query.as_deref());
    sheet.form(Form {
        title: String::new(),
        asks: true,
        action: "/clients".to_owned(),
        note: String::new(),
        fields: vec![brand_field(&sheet, &brand, true)],
        submit: sheet.t("console-search"),
        danger: false,
    });
    let wanted = clients.iter().filter(|client| brand.is_empty() || client.brand.as_str() == brand);
    let rows = wanted.map(|client| {
        vec![
            Cell::link(path(&client.id), client.metadata.client_name.as_str()),
            Cell::code(client.id.as_str()),
            Cell::code(client.brand.as_str()),
            state(&sheet, client),
            Cell::codes(client.metadata.grant_types.iter().map(|grant| grant.as_str())),
            Cell::code(client.metadata.token_endpoint_auth_method.as_str()),
        ]
    });
    let rows = rows.collect();
    let columns = [
        "console-name",
        "console-client-id",
        "console-brand",
        "console-state",
        "console-field-grant-types",
        "console-field-token-endpoint-auth-method",
    ];
    let new = path_with("/clients/new", &[("brand", &brand)]);
    let acts = vec![Act::new(new, "console-client-new", Permission::ClientsWrite)];
    sheet.table(("console-clients", "console-none-found"), &columns, rows, More { acts, ..More::default() });
    sheet.ok()
}

fn state(sheet: &Sheet<'_>, client: &Client) -> Cell {
    mark(client.is_active(), sheet.word("state", client.state.as_str()))
}

/// One of them.
pub async fn get(Extension(seen): Seen, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let client = match find(&seen, &id).await {
        Ok(client) => client,
        Err(response) => return *response,
    };
    let mut sheet = Sheet::new(&seen, Place::Clients, client.metadata.client_name.as_str())
        .below("/clients", seen.frame("").t("console-clients"))
        .done(query.as_deref());
    let act = |name: &str, key| Act::new(format!("{}/{name}", path(&client.id)), key, Permission::ClientsWrite);
    let mut acts = vec![act("edit", "console-client-edit")];
    if client.metadata.token_endpoint_auth_method.uses_secret() {
        acts.push(act("secret", "console-client-secret"));
    }
    let switch = if client.is_active() { "console-client-disable" } else { "console-client-enable" };
    acts.push(act("state", switch));
    acts.push(Act::new(
        path_with("/audit", &[("client", client.id.as_str())]),
        "console-history",
        Permission::AuditRead,
    ));
    sheet.facts("", facts(&sheet, &client), acts);
    add_tries(&mut sheet, &client);
    sheet.ok()
}

fn facts(sheet: &Sheet<'_>, client: &Client) -> Vec<(&'static str, Cell)> {
    let (metadata, settings) = (&client.metadata, &client.settings);
    let yes_no = |yes: bool| Cell::text(sheet.word("yes-no", if yes { "yes" } else { "no" }));
    let uri = |uri: Option<&String>| Cell::code(uri.map_or("", String::as_str));
    vec![
        ("console-client-id", Cell::code(client.id.as_str())),
        ("console-brand", Cell::link(format!("/brands/{}", client.brand), client.brand.as_str())),
        ("console-state", state(sheet, client)),
        ("console-field-application-type", Cell::code(metadata.application_type.as_str())),
        ("console-field-first-party", yes_no(settings.first_party)),
        ("console-field-grant-types", Cell::codes(metadata.grant_types.iter().map(|grant| grant.as_str()))),
        ("console-field-redirect-uris", Cell::codes(metadata.redirect_uris.clone())),
        ("console-field-line-redirect-uris", Cell::codes(metadata.line_redirect_uris.clone())),
        ("console-field-post-logout-redirect-uris", Cell::codes(metadata.post_logout_redirect_uris.clone())),
        ("console-field-line-post-logout-redirect-uris", Cell::codes(metadata.line_post_logout_redirect_uris.clone())),
        ("console-field-token-endpoint-auth-method", Cell::code(metadata.token_endpoint_auth_method.as_str())),
        ("console-field-scope", Cell::code(metadata.scope.to_string())),
        ("console-field-id-token-signed-response-alg", Cell::code(metadata.id_token_signed_response_alg.as_str())),
        ("console-field-access-token-format", Cell::code(settings.access_token_format.as_str())),
        ("console-field-resources", Cell::codes(settings.resources.clone())),
        ("console-field-introspects", Cell::codes(settings.introspects.clone())),
        ("console-field-client-uri", uri(metadata.client_uri.as_ref())),
        ("console-field-logo-uri", uri(metadata.logo_uri.as_ref())),
    ]
}

/// Links that begin a sign-in at this client, one for each redirect URI of each of the brand's issuers. What comes back
/// there is a real answer to a request that the application did not make: it says so, or shows its own error page.
fn add_tries(sheet: &mut Sheet<'_>, client: &Client) {
    if !client.metadata.allows(GrantType::AuthorizationCode) {
        return;
    }
    let random = &sheet.seen.app.random;
    // Nobody redeems the code: whose verifier this was is nobody's business.
    let challenge = base64url(&random.bytes::<32>());
    let mut rows = Vec::new();
    for access_path in AccessPath::ALL {
        let Some(issuer) = sheet.seen.app.issuers.twin(&client.brand, *access_path) else { continue };
        for uri in client.redirect_uris_at(*access_path) {
            let parameters = [
                ("response_type", "code"),
                ("client_id", client.id.as_str()),
                ("redirect_uri", uri.as_str()),
                ("scope", &*client.metadata.scope.to_string()),
                ("state", "console-test"),
                ("nonce", &*random.token()),
                ("code_challenge", &*challenge),
                ("code_challenge_method", "S256"),
                ("prompt", "login"),
            ];
            let href = path_with(&issuer.url("/authorize"), &parameters);
            rows.push(vec![
                Cell::link(href, sheet.t("console-client-try")),
                Cell::text(sheet.word("path", access_path.as_str())),
                Cell::code(uri.as_str()),
            ]);
        }
    }
    let columns = ["console-client-try", "console-path", "console-field-redirect-uris"];
    sheet.table(("console-client-tries", "console-client-tries-none"), &columns, rows, More::default());
}

/// A secret, this once.
pub fn show_secret(seen: &OperatorContext, id: &ClientId, secret: &Secret<String>, done: &str) -> Response {
    let mut sheet = Sheet::new(seen, Place::Clients, id.as_str())
        .below("/clients", seen.frame("").t("console-clients"))
        .below(path(id), id.as_str());
    let text = sheet.t(done);
    sheet = sheet.said(Notice::Done(text));
    let note = sheet.t("console-client-secret-once");
    sheet.block(Block::Note(note));
    let label = sheet.t("console-client-id");
    sheet.block(Block::Secret { id: "client-id", label, value: id.to_string() });
    let label = sheet.t("console-client-secret-label");
    sheet.block(Block::Secret { id: "client-secret", label, value: secret.expose().clone() });
    sheet.ok()
}

/// The form of a new secret.
pub async fn get_secret(Extension(seen): Seen, Path(id): Path<String>) -> Response {
    match find(&seen, &id).await {
        Ok(client) if client.metadata.token_endpoint_auth_method.uses_secret() => {
            show_rotate(&seen, &client, OVERLAP, None)
        }
        Ok(_) => seen.refuse(&Problem::NotFound),
        Err(response) => *response,
    }
}

/// Replaces it.
pub async fn post_secret(Extension(seen): Seen, Path(id): Path<String>, body: Bytes) -> Response {
    let read = seen.read_form(&body, &[CONSOLE_PURPOSE]);
    let (hours, version) = match read.and_then(|form| Ok((form.text("hours")?, form.text("version")?))) {
        Ok(read) => read,
        Err(problem) => return seen.refuse(&problem),
    };
    let client = match find(&seen, &id).await {
        Ok(client) => client,
        Err(response) => return *response,
    };
    if version != client.version.to_string() {
        return show_rotate(&seen, &client, &hours, Some("console-changed-meanwhile"));
    }
    match hours.trim().parse::<u64>() {
        Ok(overlap) if overlap <= LONGEST_OVERLAP => {
            rotate(&seen, &client, overlap).await.unwrap_or_else(|fault| seen.fault(&fault))
        }
        _ => show_rotate(&seen, &client, &hours, Some("console-wrong-hours")),
    }
}

async fn rotate(seen: &OperatorContext, client: &Client, hours: u64) -> Result<Response, Fault> {
    let app = &seen.app;
    let secret = Secret::new(app.random.token());
    let until = seen.now.plus(std::time::Duration::from_secs(hours * 3600));
    let mut tx = app.db.begin().await?;
    if !rotate_client_secret(&mut tx, &seen.clerk(), &app.master, (client, &secret, until)).await? {
        return Ok(show_rotate(seen, client, OVERLAP, Some("console-changed-meanwhile")));
    }
    tx.commit().await?;
    app.clients.reload(&app.db).await?;
    Ok(show_secret(seen, &client.id, &secret, "console-client-secret-replaced"))
}

fn show_rotate(seen: &OperatorContext, client: &Client, hours: &str, refused: Option<&str>) -> Response {
    let mut sheet = sheet_of(seen, client, "console-client-secret");
    if let Some(key) = refused {
        sheet = sheet.refused(key);
    }
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("{}/secret", path(&client.id)),
        note: sheet.t("console-client-secret-note"),
        fields: vec![
            Field::hidden("version", client.version.to_string()),
            Field::line("hours", sheet.t("console-client-overlap"), hours)
                .of_type("number")
                .required()
                .hint(sheet.t("console-client-overlap-hint")),
        ],
        submit: sheet.t("console-client-secret"),
        danger: false,
    };
    sheet.form(form);
    sheet.show(if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK })
}

fn sheet_of<'a>(seen: &'a OperatorContext, client: &Client, key: &str) -> Sheet<'a> {
    Sheet::titled(seen, Place::Clients, key)
        .below("/clients", seen.frame("").t("console-clients"))
        .below(path(&client.id), client.metadata.client_name.as_str())
}

/// What stopping or starting it means.
pub async fn get_state(Extension(seen): Seen, Path(id): Path<String>) -> Response {
    match find(&seen, &id).await {
        Ok(client) => show_state(&seen, &client, false),
        Err(response) => *response,
    }
}

/// Stops or starts it.
pub async fn post_state(Extension(seen): Seen, Path(id): Path<String>, body: Bytes) -> Response {
    let read = seen.read_form(&body, &[CONSOLE_PURPOSE]).and_then(|form| form.text("to"));
    let to = match read.map(|to| ClientState::parse(&to)) {
        Ok(Some(to)) => to,
        Ok(None) => return seen.refuse(&Problem::RequestMalformed { detail: "no such state".into() }),
        Err(problem) => return seen.refuse(&problem),
    };
    let client = match find(&seen, &id).await {
        Ok(client) => client,
        Err(response) => return *response,
    };
    match switch(&seen, &client, to).await {
        Ok(true) => seen.go(&format!("{}?done=client-changed", path(&client.id))),
        Ok(false) => show_state(&seen, &client, true),
        Err(fault) => seen.fault(&fault),
    }
}

async fn switch(seen: &OperatorContext, client: &Client, to: ClientState) -> Result<bool, Fault> {
    let mut tx = seen.app.db.begin().await?;
    if !switch_client(&mut tx, &seen.clerk(), client, to).await? {
        return Ok(false);
    }
    tx.commit().await?;
    seen.app.clients.reload(&seen.app.db).await?;
    Ok(true)
}

fn show_state(seen: &OperatorContext, client: &Client, refused: bool) -> Response {
    let (key, to) = match client.state {
        ClientState::Active => ("console-client-disable", ClientState::Disabled),
        ClientState::Disabled => ("console-client-enable", ClientState::Active),
    };
    let mut sheet = sheet_of(seen, client, key);
    if refused {
        sheet = sheet.refused("console-changed-meanwhile");
    }
    sheet.facts("", vec![("console-state", state(&sheet, client))], Vec::new());
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("{}/state", path(&client.id)),
        note: sheet.t(&format!("{key}-note")),
        fields: vec![Field::hidden("to", to.as_str())],
        submit: sheet.t(key),
        danger: to == ClientState::Disabled,
    };
    sheet.form(form);
    sheet.show(if refused { StatusCode::CONFLICT } else { StatusCode::OK })
}
