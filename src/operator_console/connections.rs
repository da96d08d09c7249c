//! Customers' Active Directories: looked at, stopped, led to other networks, their staged endpoints approved.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use ipnet::IpNet;

use super::Seen;
use super::contracts::path as contract_path;
use super::sheet::{Act as Offer, More, Sheet, mark, time};
use crate::audit::EventKind;
use crate::context::{CONSOLE_PURPOSE, Form as Posted, OperatorContext};
use crate::id::ConnectionId;
use crate::operator::Permission;
use crate::storage::Fault;
use crate::text_enum::text_enum;
use crate::upstream::connection::{
    AdfsConnection, Clerk, ConnectionState, Endpoints, approve_endpoints, find_connection_anywhere, list_connections,
    permit_networks, switch_connection,
};
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Place};

text_enum! {
    /// An act: the last segment of its path.
    enum Act {
        /// It may be used.
        Enable = "enable",
        /// It may not.
        Disable = "disable",
        /// What its discovery document names now is put into use.
        Approve = "approve",
        /// Which private networks it may be reached in.
        Networks = "networks",
    }
}

impl Act {
    const fn key(self) -> &'static str {
        match self {
            Self::Enable => "console-connection-enable",
            Self::Disable => "console-connection-disable",
            Self::Approve => "console-connection-approve",
            Self::Networks => "console-connection-networks",
        }
    }

    const fn fits(self, row: &AdfsConnection) -> bool {
        match self {
            Self::Enable => matches!(row.state, ConnectionState::Disabled),
            Self::Disable => matches!(row.state, ConnectionState::Enabled),
            Self::Approve => row.staged.is_some(),
            Self::Networks => true,
        }
    }
}

/// The list.
pub async fn list(Extension(seen): Seen) -> Response {
    let connections = match list_connections(&seen.app.db, None).await {
        Ok(connections) => connections,
        Err(fault) => return seen.fault(&fault),
    };
    let mut sheet = Sheet::titled(&seen, Place::Connections, "console-connections").lead("console-connections-lead");
    let configured = seen.app.config.upstream.iter().map(|upstream| {
        vec![
            Cell::Code(upstream.id.to_string()),
            Cell::code(upstream.kind.as_str()),
            Cell::code(upstream.client_id.as_str()),
            Cell::codes(upstream.brands.iter().map(|brand| brand.as_str())),
        ]
    });
    let columns = ["console-id", "console-kind", "console-client-id", "console-brands"];
    sheet.table(("console-upstreams", "console-none"), &columns, configured.collect(), More::default());
    let rows = connections.iter().map(|row| {
        vec![
            Cell::link(path(&row.id), row.id.as_str()),
            Cell::code(row.brand.as_str()),
            Cell::link(contract_path(&row.contract_id), row.contract_id.as_str()),
            Cell::code(row.settings.issuer.as_str()),
            state(&sheet, row),
            Cell::code(row.trouble.clone().unwrap_or_default()),
        ]
    });
    let rows = rows.collect();
    let columns =
        ["console-id", "console-brand", "console-contract", "console-issuer", "console-state", "console-trouble"];
    sheet.table(("console-adfs", "console-none"), &columns, rows, More::default());
    sheet.ok()
}

fn state(sheet: &Sheet<'_>, row: &AdfsConnection) -> Cell {
    mark(row.state == ConnectionState::Enabled, sheet.word("state", row.state.as_str()))
}

fn path(id: &ConnectionId) -> String {
    format!("/connections/{}", id.as_str())
}

async fn find(seen: &OperatorContext, id: String) -> Result<AdfsConnection, Box<Response>> {
    match find_connection_anywhere(&seen.app.db, &ConnectionId::new(id)).await {
        Ok(Some(row)) => Ok(row),
        Ok(None) => Err(Box::new(seen.refuse(&Problem::NotFound))),
        Err(fault) => Err(Box::new(seen.fault(&fault))),
    }
}

/// One of them.
pub async fn get(Extension(seen): Seen, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let row = match find(&seen, id).await {
        Ok(row) => row,
        Err(response) => return *response,
    };
    let mut sheet = Sheet::new(&seen, Place::Connections, row.id.as_str())
        .below("/connections", seen.frame("").t("console-connections"))
        .done(query.as_deref());
    let rows = vec![
        ("console-brand", Cell::code(row.brand.as_str())),
        ("console-contract", Cell::link(contract_path(&row.contract_id), row.contract_id.as_str())),
        ("console-state", state(&sheet, &row)),
        ("console-trouble", Cell::code(row.trouble.clone().unwrap_or_default())),
        ("console-issuer", Cell::code(row.settings.issuer.as_str())),
        ("console-client-id", Cell::code(row.settings.client_id.as_str())),
        ("console-subject-claim", Cell::code(row.settings.subject_claim.as_str())),
        ("console-networks", Cell::codes(row.permitted_networks.iter().map(ToString::to_string))),
        ("console-endpoints", endpoints(row.endpoints.as_ref())),
        ("console-staged", endpoints(row.staged.as_ref())),
        ("console-next-check", Cell::text(time(row.next_check_at))),
        ("console-updated", Cell::text(time(row.updated_at))),
    ];
    let acts = Act::ALL.iter().filter(|act| act.fits(&row));
    let acts = acts.map(|act| Offer::new(format!("{}/{act}", path(&row.id)), act.key(), Permission::ConnectionsWrite));
    sheet.facts("", rows, acts.collect());
    sheet.ok()
}

fn endpoints(endpoints: Option<&Endpoints>) -> Cell {
    let Some(all) = endpoints else { return Cell::None };
    Cell::codes(
        [Some(&all.authorization), Some(&all.token), all.jwks.as_ref()].into_iter().flatten().map(ToString::to_string),
    )
}

/// What an act will do.
pub async fn get_act(Extension(seen): Seen, Path((id, act)): Path<(String, String)>) -> Response {
    let Some(act) = Act::parse(&act) else { return seen.refuse(&Problem::NotFound) };
    match find(&seen, id).await {
        Ok(row) => show_act(&seen, &row, (act, None), None),
        Err(response) => *response,
    }
}

/// Does it.
pub async fn post_act(Extension(seen): Seen, Path((id, act)): Path<(String, String)>, body: Bytes) -> Response {
    let form = match seen.read_form(&body, &[CONSOLE_PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return seen.refuse(&problem),
    };
    let Some(act) = Act::parse(&act) else { return seen.refuse(&Problem::NotFound) };
    let row = match find(&seen, id).await {
        Ok(row) => row,
        Err(response) => return *response,
    };
    match run(&seen, &row, act, &form).await {
        Ok(Ok(())) => seen.go(&format!("{}?done=connection-changed", path(&row.id))),
        Ok(Err((typed, why))) => show_act(&seen, &row, (act, typed), Some(why)),
        Err(fault) => seen.fault(&fault),
    }
}

/// What was typed, and why it is not done.
type Refused = (Option<String>, &'static str);

async fn run(
    seen: &OperatorContext,
    row: &AdfsConnection,
    act: Act,
    form: &Posted,
) -> Result<Result<(), Refused>, Fault> {
    let typed = form.text("networks").unwrap_or_default();
    let networks: Result<Vec<IpNet>, _> = typed.split_whitespace().map(str::parse).collect();
    let Ok(networks) = networks else { return Ok(Err((Some(typed), "console-wrong-networks"))) };
    let clerk = Clerk { random: &seen.app.random, now: seen.now, event: seen.event(EventKind::ConnectionChanged) };
    let mut tx = seen.app.db.begin().await?;
    let done = match act {
        Act::Enable => switch_connection(&mut tx, &clerk, row, ConnectionState::Enabled).await?,
        Act::Disable => switch_connection(&mut tx, &clerk, row, ConnectionState::Disabled).await?,
        Act::Approve => approve_endpoints(&mut tx, &clerk, row).await?,
        Act::Networks => permit_networks(&mut tx, &clerk, (row, &networks)).await.map(|()| true)?,
    };
    if !done {
        return Ok(Err((None, "console-changed-meanwhile")));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

fn show_act(
    seen: &OperatorContext,
    row: &AdfsConnection,
    (act, typed): (Act, Option<String>),
    refused: Option<&str>,
) -> Response {
    let mut sheet = Sheet::titled(seen, Place::Connections, act.key())
        .below("/connections", seen.frame("").t("console-connections"))
        .below(path(&row.id), row.id.as_str());
    if let Some(key) = refused {
        sheet = sheet.refused(key);
    }
    let rows = vec![
        ("console-state", state(&sheet, row)),
        ("console-endpoints", endpoints(row.endpoints.as_ref())),
        ("console-staged", endpoints(row.staged.as_ref())),
    ];
    sheet.facts("", rows, Vec::new());
    let networks = typed.unwrap_or_else(|| row.permitted_networks.iter().map(|net| format!("{net}\n")).collect());
    let field = (act == Act::Networks)
        .then(|| Field::area("networks", sheet.t("console-networks"), networks).hint(sheet.t("console-networks-hint")));
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("{}/{act}", path(&row.id)),
        note: sheet.t(&format!("{}-note", act.key())),
        fields: field.into_iter().collect(),
        submit: sheet.t("console-apply"),
        danger: act == Act::Disable,
    };
    sheet.form(form);
    sheet.show(if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK })
}
