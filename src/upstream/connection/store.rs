//! The SQL of ADFS connections.

use std::time::Duration;

use ipnet::IpNet;
use sqlx::{FromRow, query_as};

use super::model::{AdfsConnection, AdfsSettings, CHECK_EVERY, ConnectionState, Endpoints};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ConnectionId, ContractId};
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(ConnectionState);

macro_rules! columns {
    () => {
        "id, brand, contract_id, issuer, client_id, client_secret, resource, subject_claim, ca_certificate, \
         permitted_networks, clock_leeway, state, endpoints, staged, next_check_at, trouble, version, updated_at"
    };
}

statements! {
    INSERT = "INSERT INTO connection (id, brand, contract_id, issuer, client_id, client_secret, resource, \
              subject_claim, ca_certificate, permitted_networks, clock_leeway, state, endpoints, version, \
              next_check_at, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'enabled', $12, 1, $13, $14, $14) \
              ON CONFLICT DO NOTHING RETURNING id";
    FIND = concat!("SELECT ", columns!(), " FROM connection WHERE id = $1 AND brand = $2");
    FIND_ANYWHERE = concat!("SELECT ", columns!(), " FROM connection WHERE id = $1");
    FIND_OF_CONTRACT = concat!("SELECT ", columns!(), " FROM connection WHERE contract_id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM connection WHERE CAST($1 AS TEXT) IS NULL OR brand = $1 ",
                   "ORDER BY brand, created_at, id LIMIT 1000");
    UPDATE = "UPDATE connection SET issuer = $3, client_id = $4, client_secret = $5, resource = $6, subject_claim = $7, \
              ca_certificate = $8, endpoints = $9, staged = NULL, trouble = NULL, next_check_at = $10, \
              version = version + 1, updated_at = $11 WHERE id = $1 AND version = $2 RETURNING id";
    UPDATE_NETWORKS = "UPDATE connection SET permitted_networks = $2, clock_leeway = $3, version = version + 1, \
                       updated_at = $4 WHERE id = $1 RETURNING id";
    FIND_DUE = concat!("SELECT ", columns!(), " FROM connection WHERE next_check_at <= $1 AND state = 'enabled' ",
                       "AND endpoints IS NOT NULL ORDER BY next_check_at LIMIT $2");
    CLAIM = "UPDATE connection SET next_check_at = $3 WHERE id = $1 AND next_check_at = $2 RETURNING id";
    NOTE_TROUBLE = "UPDATE connection SET trouble = $2 WHERE id = $1 \
                    AND COALESCE(trouble, '') <> COALESCE(CAST($2 AS TEXT), '') RETURNING id";
    UPDATE_STATE = "UPDATE connection SET state = $3, version = version + 1, updated_at = $4 \
                    WHERE id = $1 AND state = $2 RETURNING id";
    UPDATE_ENDPOINTS = "UPDATE connection SET endpoints = $3, staged = $4, version = version + 1, updated_at = $5 \
                        WHERE id = $1 AND version = $2 RETURNING id";
    DELETE = "DELETE FROM connection WHERE id = $1 AND NOT EXISTS \
              (SELECT 1 FROM upstream_identity WHERE connection = $1) RETURNING id";
}

#[derive(FromRow)]
struct Row {
    id: ConnectionId,
    brand: BrandCode,
    contract_id: ContractId,
    issuer: String,
    client_id: String,
    client_secret: Vec<u8>,
    resource: Option<String>,
    subject_claim: String,
    ca_certificate: Option<String>,
    permitted_networks: JsonText<Vec<IpNet>>,
    clock_leeway: i64,
    state: ConnectionState,
    endpoints: Option<JsonText<Endpoints>>,
    staged: Option<JsonText<Endpoints>>,
    next_check_at: Timestamp,
    trouble: Option<String>,
    version: i64,
    updated_at: Timestamp,
}

impl From<Row> for AdfsConnection {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            brand: row.brand,
            contract_id: row.contract_id,
            settings: AdfsSettings {
                issuer: row.issuer,
                client_id: row.client_id,
                resource: row.resource,
                subject_claim: row.subject_claim,
                ca_certificate: row.ca_certificate,
            },
            client_secret: row.client_secret,
            permitted_networks: row.permitted_networks.0,
            clock_leeway: Duration::from_millis(u64::try_from(row.clock_leeway).unwrap_or(0)),
            state: row.state,
            endpoints: row.endpoints.map(|json| json.0),
            staged: row.staged.map(|json| json.0),
            next_check_at: row.next_check_at,
            trouble: row.trouble,
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}

/// A connection to be added; it is enabled.
pub struct NewConnection {
    /// Its id.
    pub id: ConnectionId,
    /// The brand and the contract.
    pub owner: (BrandCode, ContractId),
    /// What the contractor set.
    pub settings: AdfsSettings,
    /// The sealed secret.
    pub client_secret: Vec<u8>,
    /// The endpoints of its discovery document, if that was read.
    pub endpoints: Option<Endpoints>,
    /// Private networks it may be reached in.
    pub permitted_networks: Vec<IpNet>,
    /// By how much its clock may differ.
    pub clock_leeway: Duration,
}

impl NewConnection {
    /// A connection that is not stored yet.
    pub fn of(connection: &AdfsConnection) -> Self {
        Self {
            id: connection.id.clone(),
            owner: (connection.brand.clone(), connection.contract_id.clone()),
            settings: connection.settings.clone(),
            client_secret: connection.client_secret.clone(),
            endpoints: connection.endpoints.clone(),
            permitted_networks: connection.permitted_networks.clone(),
            clock_leeway: connection.clock_leeway,
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Adds a connection; `false` when the contract has one already, or the id is another's.
///
/// # Errors
/// When the database fails.
pub async fn insert_connection(tx: &mut Tx, new: &NewConnection, now: Timestamp) -> Result<bool, Fault> {
    let s = &new.settings;
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(&new.id)
        .bind(&new.owner.0)
        .bind(&new.owner.1)
        .bind(&s.issuer)
        .bind(&s.client_id)
        .bind(&new.client_secret)
        .bind(&s.resource)
        .bind(&s.subject_claim)
        .bind(&s.ca_certificate)
        .bind(JsonText(&new.permitted_networks))
        .bind(millis(new.clock_leeway))
        .bind(new.endpoints.as_ref().map(JsonText))
        .bind(now.plus(CHECK_EVERY))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// A connection by its id, of whatever brand: for operators and jobs.
///
/// # Errors
/// When the database fails.
pub async fn find_connection_anywhere(db: &Database, id: &ConnectionId) -> Result<Option<AdfsConnection>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND_ANYWHERE).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// A connection by its id; one of another brand does not exist here.
///
/// # Errors
/// When the database fails.
pub async fn find_connection(
    db: &Database,
    brand: &BrandCode,
    id: &ConnectionId,
) -> Result<Option<AdfsConnection>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).bind(brand).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The connection of a contract.
///
/// # Errors
/// When the database fails.
pub async fn find_connection_of_contract(db: &Database, id: &ContractId) -> Result<Option<AdfsConnection>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND_OF_CONTRACT).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The connections of one brand, or of all; 1000 at the most.
///
/// # Errors
/// When the database fails.
pub async fn list_connections(db: &Database, brand: Option<&BrandCode>) -> Result<Vec<AdfsConnection>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).bind(brand).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Changes what the contractor set; `false` when the connection is not the one that was read (its version moved on).
///
/// # Errors
/// When the database fails.
pub async fn update_connection(tx: &mut Tx, new: &AdfsConnection, now: Timestamp) -> Result<bool, Fault> {
    let s = &new.settings;
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE)
        .bind(&new.id)
        .bind(new.version)
        .bind(&s.issuer)
        .bind(&s.client_id)
        .bind(&new.client_secret)
        .bind(&s.resource)
        .bind(&s.subject_claim)
        .bind(&s.ca_certificate)
        .bind(new.endpoints.as_ref().map(JsonText))
        .bind(now.plus(CHECK_EVERY))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Enabled connections whose discovery document is due to be read, the longest waiting first.
///
/// # Errors
/// When the database fails.
pub async fn find_due_connections(db: &Database, now: Timestamp, most: i64) -> Result<Vec<AdfsConnection>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(FIND_DUE).bind(now).bind(most).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Takes the reading of a document upon this node, and says when the next one is due; `false` when another node was
/// faster.
///
/// # Errors
/// When the database fails.
pub async fn claim_check(tx: &mut Tx, due: &AdfsConnection, next: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(CLAIM)
        .bind(&due.id)
        .bind(due.next_check_at)
        .bind(next)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Notes what is wrong with a connection's document, or that nothing is; `false` when that was known.
///
/// # Errors
/// When the database fails.
pub async fn note_trouble(tx: &mut Tx, id: &ConnectionId, trouble: Option<&str>) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(NOTE_TROUBLE).bind(id).bind(trouble).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Sets the private networks a connection may be reached in, and by how much its clock may differ.
///
/// # Errors
/// When the database fails.
pub async fn update_connection_networks(
    tx: &mut Tx,
    id: &ConnectionId,
    (networks, leeway): (&[IpNet], Duration),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_NETWORKS)
        .bind(id)
        .bind(JsonText(networks))
        .bind(millis(leeway))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Enables or disables a connection; `false` when it is not in the first state.
///
/// # Errors
/// When the database fails.
pub async fn update_connection_state(
    tx: &mut Tx,
    id: &ConnectionId,
    (from, to): (ConnectionState, ConnectionState),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_STATE).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Sets the endpoints in use and those that wait; `false` when the connection is not the one that was read.
///
/// # Errors
/// When the database fails.
pub async fn update_endpoints(
    tx: &mut Tx,
    (id, version): (&ConnectionId, i64),
    (endpoints, staged): (Option<&Endpoints>, Option<&Endpoints>),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_ENDPOINTS)
        .bind(id)
        .bind(version)
        .bind(endpoints.map(JsonText))
        .bind(staged.map(JsonText))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Removes a connection that nobody signs in with; `false` when somebody does.
///
/// # Errors
/// When the database fails.
pub async fn delete_connection(tx: &mut Tx, id: &ConnectionId) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(DELETE).bind(id).fetch_optional(c).await)?;
    Ok(row.is_some())
}
