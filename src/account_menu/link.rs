//! 契約情報変更, プラン変更, 解約: entries that lead to the contract system (`product.md` §9).
//!
//! The way there goes by a URL of ours, so that it is refused to whoever must not see the entry.

use axum::response::Response;

use crate::context::PageContext;
use crate::policy::menu::Entry;
use crate::web::Problem;
use crate::web::callback::see_other;

/// `GET /account/contract`.
pub async fn contract(page: PageContext) -> Response {
    lead(&page, Entry::ContractChange).await
}

/// `GET /account/plan`.
pub async fn plan(page: PageContext) -> Response {
    lead(&page, Entry::PlanChange).await
}

/// `GET /account/cancellation`.
pub async fn cancellation(page: PageContext) -> Response {
    lead(&page, Entry::Cancellation).await
}

async fn lead(page: &PageContext, entry: Entry) -> Response {
    match page.menu_entry(entry).await {
        Ok(Ok(_)) => {}
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    }
    let links = &page.issuer().contract_links;
    let target = match entry {
        Entry::ContractChange => &links.contract_change,
        Entry::PlanChange => &links.plan_change,
        _ => &links.cancellation,
    };
    match target {
        Some(target) => page.seal(see_other(target)),
        None => page.refuse(&Problem::Forbidden),
    }
}
