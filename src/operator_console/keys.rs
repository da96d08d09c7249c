//! Signing keys: where each stands, replaced and taken out before their time.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::sheet::{Act, More, Sheet, time, time_or_none};
use crate::context::{CONSOLE_PURPOSE, OperatorContext};
use crate::id::KeyId;
use crate::jose::Algorithm;
use crate::keys::{
    KeyState, StoredKey, Urgency, Withdrawn, load_keys, order_rotation, promotion_due, rules, withdraw_key,
};
use crate::operator::Permission;
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Mark, Place};

/// The list.
pub async fn list(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    match load_keys(&seen.app.db).await {
        Ok(keys) => show(&seen, &keys, query.as_deref()),
        Err(fault) => seen.fault(&fault),
    }
}

fn show(seen: &OperatorContext, keys: &[StoredKey], query: Option<&str>) -> Response {
    let rules = rules(&seen.app.config);
    let mut sheet = Sheet::titled(seen, Place::Keys, "console-keys").lead("console-keys-lead").done(query);
    let may = seen.operator.may(Permission::KeysRotate);
    let row = |key: &StoredKey| {
        let look = if key.state == KeyState::Current { Mark::Good } else { Mark::Plain };
        let due = (key.state == KeyState::Next).then(|| promotion_due(&key.facts(), &rules));
        let kid = match key.state {
            KeyState::Retired if may => Cell::link(format!("/keys/{}/withdraw", key.kid.as_str()), key.kid.as_str()),
            _ => Cell::code(key.kid.as_str()),
        };
        vec![
            kid,
            Cell::code(key.alg.as_str()),
            Cell::Mark(look, sheet.word("key", key.state.as_str())),
            Cell::text(time(key.published_at)),
            time_or_none(key.activated_at.or(due)),
            time_or_none(key.retired_at),
        ]
    };
    let rows = keys.iter().map(row).collect();
    let columns = [
        "console-kid",
        "console-algorithm",
        "console-state",
        "console-published",
        "console-signs-from",
        "console-retired",
    ];
    let acts = vec![Act::new("/keys/rotate", "console-keys-rotate", Permission::KeysRotate)];
    sheet.table(("console-keys", "console-none"), &columns, rows, More { acts, ..More::default() });
    sheet.ok()
}

/// The form of a rotation.
pub async fn get_rotate(Extension(seen): Seen) -> Response {
    show_rotate(&seen, None)
}

/// Rotates.
pub async fn post_rotate(Extension(seen): Seen, body: Bytes) -> Response {
    let read = seen.read_form(&body, &[CONSOLE_PURPOSE]);
    let read = read.and_then(|form| Ok((form.text("alg")?, form.ticked("now")?, form.ticked("confirm")?)));
    let (alg, now, confirmed) = match read {
        Ok(read) => read,
        Err(problem) => return seen.refuse(&problem),
    };
    let algorithm = Algorithm::parse(&alg);
    if !confirmed {
        return show_rotate(&seen, Some("console-wrong-confirm"));
    }
    if algorithm.is_none() && !alg.is_empty() {
        return show_rotate(&seen, Some("console-wrong-choice"));
    }
    let urgency = if now { Urgency::Immediate } else { Urgency::Announced };
    match order_rotation((&seen.app.db, &seen.app.master), &seen.clerk(), (algorithm, urgency)).await {
        Ok(true) => seen.go("/keys?done=keys-rotated"),
        Ok(false) => show_rotate(&seen, Some("console-keys-under-way")),
        Err(error) => seen.fault(&Fault::Other(error.to_string())),
    }
}

fn show_rotate(seen: &OperatorContext, refused: Option<&str>) -> Response {
    let mut sheet =
        Sheet::titled(seen, Place::Keys, "console-keys-rotate").below("/keys", seen.frame("").t("console-keys"));
    if let Some(key) = refused {
        sheet = sheet.refused(key);
    }
    let all = (String::new(), sheet.t("console-all"));
    let algorithms = Algorithm::ALL.iter().map(|alg| (alg.as_str().to_owned(), alg.as_str().to_owned()));
    let form = Form {
        title: String::new(),
        asks: false,
        action: "/keys/rotate".to_owned(),
        note: sheet.t("console-keys-rotate-note"),
        fields: vec![
            Field::select("alg", sheet.t("console-algorithm"), std::iter::once(all).chain(algorithms), ""),
            Field::tick("now", sheet.t("console-keys-now"), false).hint(sheet.t("console-keys-now-hint")),
            Field::tick("confirm", sheet.t("console-confirm"), false).required(),
        ],
        submit: sheet.t("console-keys-rotate"),
        danger: false,
    };
    sheet.form(form);
    sheet.show(if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK })
}

/// The form of a withdrawal.
pub async fn get_withdraw(Extension(seen): Seen, Path(kid): Path<String>) -> Response {
    match load_keys(&seen.app.db).await {
        Ok(keys) if keys.iter().any(|key| key.kid.as_str() == kid) => show_withdraw(&seen, &kid, None),
        Ok(_) => seen.refuse(&Problem::NotFound),
        Err(fault) => seen.fault(&fault),
    }
}

/// Takes a key out.
pub async fn post_withdraw(Extension(seen): Seen, Path(kid): Path<String>, body: Bytes) -> Response {
    let read = seen.read_form(&body, &[CONSOLE_PURPOSE]).and_then(|form| form.ticked("confirm"));
    match read {
        Ok(true) => {}
        Ok(false) => return show_withdraw(&seen, &kid, Some("console-wrong-confirm")),
        Err(problem) => return seen.refuse(&problem),
    }
    match withdraw(&seen, &KeyId::new(kid.as_str())).await {
        Ok(Withdrawn::Yes) => seen.go("/keys?done=key-withdrawn"),
        Ok(Withdrawn::InUse) => show_withdraw(&seen, &kid, Some("console-key-in-use")),
        Ok(Withdrawn::Unknown) => seen.refuse(&Problem::NotFound),
        Err(fault) => seen.fault(&fault),
    }
}

async fn withdraw(seen: &OperatorContext, kid: &KeyId) -> Result<Withdrawn, Fault> {
    let keys = load_keys(&seen.app.db).await?;
    let mut tx = seen.app.db.begin().await?;
    let withdrawn = withdraw_key(&mut tx, &seen.clerk(), kid, &keys).await?;
    if withdrawn == Withdrawn::Yes {
        tx.commit().await?;
    }
    Ok(withdrawn)
}

fn show_withdraw(seen: &OperatorContext, kid: &str, refused: Option<&str>) -> Response {
    let mut sheet =
        Sheet::titled(seen, Place::Keys, "console-key-withdraw").below("/keys", seen.frame("").t("console-keys"));
    if let Some(key) = refused {
        sheet = sheet.refused(key);
    }
    sheet.facts("", vec![("console-kid", Cell::code(kid))], Vec::new());
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("/keys/{}/withdraw", kid),
        note: sheet.t("console-key-withdraw-note"),
        fields: vec![Field::tick("confirm", sheet.t("console-confirm"), false).required()],
        submit: sheet.t("console-key-withdraw"),
        danger: true,
    };
    sheet.form(form);
    sheet.show(if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK })
}
