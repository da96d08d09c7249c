//! All clients in memory.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::model::Client;
use super::store::load_clients;
use crate::id::{BrandCode, ClientId};
use crate::storage::{Database, Fault};

/// The clients as last read; cheap to clone, readers never wait.
#[derive(Clone, Default)]
pub struct ClientDirectory(Arc<ArcSwap<HashMap<ClientId, Arc<Client>>>>);

impl ClientDirectory {
    /// Reads all clients anew.
    ///
    /// # Errors
    /// When the database fails; the directory stays as it was.
    pub async fn reload(&self, db: &Database) -> Result<(), Fault> {
        let clients = load_clients(db).await?;
        self.0.store(Arc::new(clients.into_iter().map(|client| (client.id.clone(), Arc::new(client))).collect()));
        Ok(())
    }

    /// The client of a brand; one of another brand does not exist here.
    pub fn find(&self, brand: &BrandCode, id: &ClientId) -> Option<Arc<Client>> {
        self.0.load().get(id).filter(|client| client.brand == *brand).cloned()
    }
}
