//! The operator console (`product.md` §10): who may open and do what, generated from the router's own list; and that
//! each act does what its page says.

mod acts;
mod clients;
mod matrix;
mod pages;

use std::collections::BTreeMap;

use tegata::id::AuditEventId;
use tegata::operator::{OperatorRole, Permission};
use tegata::operator_console::{Route, routes};

use crate::support::operators::{Staff, csrf};
use crate::support::{Answer, Browser, Operators, TestAccount, TestClient, sql};

/// A provider with a customer, a client and staff.
pub struct Scene {
    pub ops: Operators,
    pub account: TestAccount,
    pub client: TestClient,
    /// Somebody else of the staff, whom acts are about.
    pub other: Staff,
    known: BTreeMap<&'static str, String>,
}

impl Scene {
    pub async fn start() -> Self {
        let ops = Operators::start().await;
        let account = ops.provider.account("hanako@vx7.example").await;
        let client = ops.provider.storage_app().await;
        let other = ops.staff("other@staff.example", OperatorRole::Support).await;
        ops.provider.app.audit.flush().await;
        let event = sql::texts(&ops.provider, "SELECT id FROM audit_event ORDER BY id LIMIT 1").await.remove(0);
        ops.key(OperatorRole::ReadOnly, &[Permission::BrandsRead]).await;
        let api_key = sql::texts(&ops.provider, "SELECT id FROM operator_api_key").await.remove(0);
        let kid = sql::texts(&ops.provider, "SELECT kid FROM signing_key ORDER BY kid LIMIT 1").await.remove(0);
        let known = BTreeMap::from([
            ("brand", "VX7".to_owned()),
            ("contract", account.account.contract_id.to_string()),
            ("subject", account.account.subject.to_string()),
            ("client", client.id.clone()),
            ("event", AuditEventId::new(event).to_string()),
            ("operator", other.operator.id.to_string()),
            ("kid", kid),
            ("api_key", api_key),
        ]);
        Self { ops, account, client, other, known }
    }

    /// A browser of somebody with a role, who has just signed in.
    pub async fn browser(&self, role: OperatorRole) -> Browser {
        let staff = self.ops.staff(&format!("{role}@staff.example"), role).await;
        self.ops.signed_in(&staff).await
    }

    /// Every path of a route, with what is known in the place of its parameters; what is not known is nobody's.
    pub fn paths(&self, route: &Route) -> Vec<String> {
        let acts: &[&str] = match route.path {
            "/contracts/{contract}/{act}" => &["name", "plan", "access-path", "second-factor", "cancel", "reinstate"],
            "/contracts/{contract}/accounts/{subject}/{act}" => &["unlock", "reset-second-factor", "suspend", "resume"],
            "/connections/{connection}/{act}" => &["enable", "disable", "approve", "networks"],
            "/operators/{operator}/{act}" => &["role", "suspend", "resume", "reset"],
            _ => &[""],
        };
        let fill = |act: &&str| {
            let parts = route.path.split('/').skip(1).map(|part| {
                match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                    Some("act") => (*act).to_owned(),
                    Some(name) => self.known.get(name).cloned().unwrap_or_else(|| "nobody".to_owned()),
                    None => part.to_owned(),
                }
            });
            parts.fold(String::new(), |path, part| path + "/" + &part)
        };
        acts.iter().map(fill).collect()
    }

    /// Everything that staff can change, as one text.
    pub async fn state(&self) -> String {
        let queries = [
            "SELECT id || name || plan || state || access_path || second_factor FROM contract ORDER BY id",
            "SELECT id || state || email FROM account ORDER BY id",
            "SELECT id || state || metadata FROM client ORDER BY id",
            "SELECT id || role || state FROM operator ORDER BY id",
            "SELECT id || COALESCE(CAST(revoked_at AS TEXT), '') FROM operator_api_key ORDER BY id",
            "SELECT kid || state FROM signing_key ORDER BY kid",
            "SELECT id || state FROM connection ORDER BY id",
        ];
        let mut all = String::new();
        for query in queries {
            all += &sql::texts(&self.ops.provider, query).await.join("\n");
        }
        all
    }
}

/// Every route of the console.
pub fn all() -> Vec<Route> {
    routes()
}

/// Sends the form of a page with some of its fields changed.
pub async fn submit(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    let token = csrf(&page);
    let document = scraper::Html::parse_document(&page.body);
    let selector = scraper::Selector::parse("form[method=post][action]:not([action=\"/sign-out\"]) input[type=hidden]");
    let hidden: Vec<(String, String)> = document
        .select(&selector.unwrap())
        .filter_map(|input| Some((input.attr("name")?.to_owned(), input.attr("value")?.to_owned())))
        .filter(|(name, _)| name != "csrf" && !fields.iter().any(|(field, _)| field == name))
        .collect();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(("csrf", &token));
    all.extend_from_slice(fields);
    browser.post(path, &all).await
}
