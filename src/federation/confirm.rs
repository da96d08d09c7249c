//! Before an account is linked, the person sees which one (`product.md` §7, `upstreams.md` S26–S29).

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::callback::turn_back;
use super::origin::{back_with, restart_of};
use crate::account::SignInRecord;
use crate::context::{Journey, PageContext, kind_of};
use crate::id::UpstreamTransactionId;
use crate::lifecycle::{
    Linked, MethodChange, NewMethod, Upstream, change_login_method, may_change_method, register_with_upstream,
};
use crate::policy::sign_in::AccountState;
use crate::storage::Fault;
use crate::ticket::{Purpose as TicketPurpose, Ticket};
use crate::upstream::identity::find_by_identity;
use crate::upstream::profile::Wishes;
use crate::upstream::refusal::Refusal;
use crate::upstream::transaction::{
    Purpose, Transaction, find_transaction, finish_transaction, keep_identity, note_id_token,
};
use crate::upstream::verify::Proved;
use crate::upstream::{Connection, Person};
use crate::web::callback::see_other;
use crate::web::pages::{LinkConfirmPage, LinkPurpose, TicketRefusal, UpstreamAlert};
use crate::web::{Problem, render};

/// Keeps who came back, and leads to the confirmation.
pub async fn keep(
    page: &PageContext,
    (connection, transaction): (&Arc<Connection>, &Transaction),
    proved: Proved,
) -> Result<Response, Fault> {
    let app = &page.app;
    if find_by_identity(&app.db, &page.issuer().brand, &connection.id, &proved.person.subject).await?.is_some() {
        return Ok(back_with(page, transaction, UpstreamAlert::LinkedElsewhere.as_str()));
    }
    let mut tx = app.db.begin().await?;
    if let Some((hash, until)) = proved.token
        && !note_id_token(&mut tx, hash, until).await?
    {
        drop(tx);
        return turn_back(page, (connection, transaction), &Refusal::TokenReplayed.into()).await;
    }
    keep_identity(&mut tx, &transaction.id, &proved.person, (&app.master, page.now)).await?;
    tx.commit().await?;
    Ok(page.seal(see_other(&page.issuer().page(&format!("/link/{}", transaction.id)))))
}

/// A link that waits for its confirmation in this browser.
struct Waiting {
    transaction: Transaction,
    connection: Arc<Connection>,
    person: Person,
    record: SignInRecord,
    ticket: Option<Ticket>,
}

/// `GET /link/{transaction}`.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    match find(&page, id).await {
        Ok(Ok(waiting)) => show(&page, &waiting),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /link/{transaction}`: 「この…で登録」.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(problem) = page.read_form(&headers, &body, &[&purpose(&id)]) {
        return page.refuse(&problem);
    }
    let outcome = async {
        match find(&page, id).await? {
            Ok(waiting) => link(&page, &waiting).await,
            Err(response) => Ok(*response),
        }
    };
    outcome.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /link/{transaction}/other`: 「別のアカウントを使う」.
pub async fn other(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(problem) = page.read_form(&headers, &body, &[&purpose(&id)]) {
        return page.refuse(&problem);
    }
    let outcome = async {
        let waiting = match find(&page, id).await? {
            Ok(waiting) => waiting,
            Err(response) => return Ok(*response),
        };
        page.begin_upstream(Journey {
            connection: &waiting.connection,
            purpose: waiting.transaction.purpose.clone(),
            wishes: Wishes { other_account: true, ..Wishes::default() },
            ticket: waiting.transaction.secrets(&page.app.master).and_then(|secrets| secrets.ticket),
        })
        .await
    };
    outcome.await.unwrap_or_else(|fault| page.fault(&fault))
}

fn purpose(id: &str) -> String {
    format!("link/{id}")
}

/// Everything a link needs, found anew at each step: the transaction of this browser, its connection as it is now, and
/// the mailed link or the session it hangs from.
async fn find(page: &PageContext, id: String) -> Result<Result<Waiting, Box<Response>>, Fault> {
    let app = &page.app;
    let over = |restart| Ok(Err(Box::new(page.refuse(&Problem::UpstreamExpired { restart }))));
    let service = Some(page.issuer().service_url.clone());
    if id.contains('\0') {
        return over(service);
    }
    let id = UpstreamTransactionId::new(id);
    let Some(transaction) = find_transaction(&app.db, &page.issuer().brand, &id).await? else { return over(service) };
    if page.browser_hash() != Some(transaction.browser) {
        return Ok(Err(Box::new(page.refuse(&Problem::UpstreamElsewhere { restart: service }))));
    }
    let restart = restart_of(page, &transaction);
    let over_now = transaction.finished_at.is_some() || page.now >= transaction.expires_at;
    let Some(person) = transaction.person(&app.master).filter(|_| !over_now) else { return over(restart) };
    let Some(connection) = page.connection(&transaction.connection).await? else {
        return Ok(Err(Box::new(page.refuse(&Problem::ConnectionDisabled))));
    };
    let (record, ticket) = match holder(page, &transaction).await? {
        Ok(holder) => holder,
        Err(response) => return Ok(Err(response)),
    };
    Ok(Ok(Waiting { transaction, connection, person, record, ticket }))
}

type Holder = (SignInRecord, Option<Ticket>);

/// Whose account it is: fixed when the transaction began, and still theirs to change (S28).
async fn holder(page: &PageContext, transaction: &Transaction) -> Result<Result<Holder, Box<Response>>, Fault> {
    let secret = transaction.secrets(&page.app.master).and_then(|secrets| secrets.ticket).unwrap_or_default();
    let (purpose, account) = match &transaction.purpose {
        Purpose::Register { account, .. } => (TicketPurpose::Invitation, account),
        Purpose::ChangeByTicket { account, .. } => (TicketPurpose::LoginMethodChange, account),
        Purpose::Change { session, account } => {
            let signed_in = match page.fresh_sign_in().await? {
                Ok(signed_in) => signed_in,
                Err(response) => return Ok(Err(response)),
            };
            if signed_in.session.id != *session || signed_in.record.account.id != *account {
                return Ok(Err(Box::new(page.refuse(&Problem::Forbidden))));
            }
            return Ok(Ok((signed_in.record, None)));
        }
        Purpose::SignIn { .. } => return Ok(Err(Box::new(page.refuse(&Problem::Forbidden)))),
    };
    let usable = |record: &SignInRecord| match purpose {
        TicketPurpose::Invitation => {
            record.account.state == AccountState::Invited && !record.contract_refuses(page.now)
        }
        _ => may_change_method(record, page.now),
    };
    let open = match page.ticket(&secret, purpose, usable).await? {
        Ok(open) if open.record.account.id == *account => open,
        Ok(_) => return Ok(Err(Box::new(page.refuse(&Problem::Forbidden)))),
        Err(response) => return Ok(Err(response)),
    };
    Ok(Ok((open.record, Some(open.ticket))))
}

fn show(page: &PageContext, waiting: &Waiting) -> Response {
    let id = &waiting.transaction.id;
    let action = page.issuer().page(&format!("/link/{id}"));
    let confirm = LinkConfirmPage {
        frame: page.frame(&purpose(id.as_str())),
        kind: kind_of(waiting.connection.method),
        purpose: match waiting.transaction.purpose {
            Purpose::Register { .. } => LinkPurpose::Registration,
            _ => LinkPurpose::Change,
        },
        upstream_name: page.upstream_words(&waiting.connection),
        name: waiting.person.name.clone(),
        address: waiting.person.email.clone(),
        account_email: waiting.record.account.email.clone(),
        other_action: format!("{action}/other"),
        action,
        other_origin: waiting.connection.origin(),
        cancel_href: restart_of(page, &waiting.transaction).unwrap_or_default(),
    };
    page.seal(render(StatusCode::OK, &confirm))
}

async fn link(page: &PageContext, waiting: &Waiting) -> Result<Response, Fault> {
    let Waiting { transaction, connection, person, record, ticket } = waiting;
    let upstream = Upstream { connection, person };
    let registrar = page.registrar();
    let mut tx = page.app.db.begin().await?;
    if !finish_transaction(&mut tx, &transaction.id, page.now).await? {
        let restart = restart_of(page, transaction);
        return Ok(page.refuse(&Problem::UpstreamExpired { restart }));
    }
    let (linked, done) = match (&transaction.purpose, ticket) {
        (Purpose::Register { .. }, Some(ticket)) => {
            (register_with_upstream(&mut tx, &registrar, (ticket, record), upstream).await?, "/registration/done")
        }
        (_, ticket) => {
            let change = MethodChange { record, ticket: ticket.as_ref(), new: NewMethod::Upstream(upstream) };
            (change_login_method(&mut tx, &registrar, change).await?, "/login-method/done")
        }
    };
    let word = match linked {
        Linked::Yes => {
            tx.commit().await?;
            page.app.outbox.wake();
            metrics::counter!("tegata_registrations_total", "method" => connection.method.as_str()).increment(1);
            return Ok(page.seal(see_other(&page.issuer().page(done))));
        }
        Linked::Elsewhere => UpstreamAlert::LinkedElsewhere,
        Linked::SameFacebook => UpstreamAlert::SameFacebook,
        Linked::NotPossible => UpstreamAlert::NotPossible,
        Linked::No if ticket.is_some() => {
            drop(tx);
            let purpose = ticket.as_ref().map_or(TicketPurpose::LoginMethodChange, |ticket| ticket.purpose);
            return Ok(page.refuse_ticket(purpose, TicketRefusal::Used));
        }
        Linked::No => UpstreamAlert::NotPossible,
    };
    drop(tx);
    Ok(back_with(page, transaction, word.as_str()))
}
