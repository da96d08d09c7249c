//! The SQL of the list of contracts.

use sqlx::{FromRow, query_as};

use super::{ContractPage, ContractSearch, Place};
use crate::clock::Timestamp;
use crate::contract::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting};
use crate::id::{BrandCode, ContractId};
use crate::storage::{Database, Fault, on_db, statements};

statements! {
    SEARCH = "SELECT id, brand, name, plan, state, started_at, second_factor, access_path, created_at FROM contract \
              WHERE (CAST($1 AS TEXT) IS NULL OR brand = $1) AND (CAST($2 AS TEXT) IS NULL OR state = $2) \
              AND (CAST($3 AS TEXT) IS NULL OR plan = $3) \
              AND (CAST($4 AS TEXT) IS NULL OR LOWER(name) LIKE $4 ESCAPE '!') AND (created_at, id) > ($5, $6) \
              ORDER BY created_at, id LIMIT $7";
}

#[derive(FromRow)]
struct Row {
    id: ContractId,
    brand: BrandCode,
    name: String,
    plan: Plan,
    state: ContractState,
    started_at: Timestamp,
    second_factor: SecondFactorSetting,
    access_path: AccessPathSetting,
    created_at: Timestamp,
}

/// A page of contracts.
///
/// # Errors
/// When the database fails.
pub async fn search_contracts(db: &Database, search: &ContractSearch) -> Result<ContractPage, Fault> {
    let after =
        search.after.clone().unwrap_or(Place { created_at: Timestamp::from_millis(-1), id: ContractId::new("") });
    let pattern = search.name.as_deref().map(pattern);
    let limit = usize::from(search.limit.max(1));
    let mut rows: Vec<Row> = on_db!(db, c => query_as(SEARCH)
        .bind(search.brand.as_ref())
        .bind(search.state)
        .bind(search.plan)
        .bind(pattern.as_deref())
        .bind(after.created_at)
        .bind(&after.id)
        // One more tells whether there is a next page.
        .bind(i64::from(search.limit.max(1)) + 1)
        .fetch_all(c)
        .await)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Place { created_at: row.created_at, id: row.id.clone() });
    Ok(ContractPage { contracts: rows.into_iter().map(Into::into).collect(), next })
}

impl From<Row> for Contract {
    fn from(row: Row) -> Self {
        let Row { id, brand, name, plan, state, started_at, second_factor, access_path, created_at: _ } = row;
        Self { id, brand, name, plan, state, started_at, second_factor, access_path }
    }
}

/// A text that may stand anywhere, its own wildcards taken as letters.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_search_are_letters() {
        assert_eq!(pattern("100%_Off!"), "%100!%!_off!!%");
    }
}
