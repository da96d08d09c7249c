//! What `tegata connection` can be asked.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ipnet::IpNet;

use crate::config::Span;

#[derive(Subcommand)]
pub enum Verb {
    /// Make the Active Directory connection of a contract. Prints its id. Without an issuer it holds no more than what is
    /// permitted to it, and the contractor fills in the rest.
    Add(Box<Add>),
    /// Show the connections.
    List {
        /// Of this brand alone.
        #[arg(long)]
        brand: Option<String>,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Show one connection, with the addresses its AD FS must know.
    Show(Named),
    /// Say in which private networks a connection may be reached. Replaces what was permitted before.
    SetNetworks {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        networks: Networks,
    },
    /// Say by how much the clock of an AD FS may differ, up to `5m`.
    SetLeeway {
        #[command(flatten)]
        named: Named,
        /// As `90s`.
        #[arg(long)]
        to: Span,
    },
    /// Let a disabled connection be used again.
    Enable(Named),
    /// Stop a connection: nobody signs in through it.
    Disable(Named),
    /// Put into use the endpoints that the AD FS announces anew; `show` has both.
    Approve(Named),
    /// Delete a connection that nobody signs in with.
    Delete(Named),
}

/// Which connection.
#[derive(Args)]
pub struct Named {
    /// Its id: `adfs-` and 16 characters.
    #[arg(long)]
    pub id: String,
}

/// Which networks.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Networks {
    /// A network, as `10.1.0.0/16`; give it again for more.
    #[arg(long = "network", conflicts_with = "none")]
    pub networks: Vec<IpNet>,
    /// None but the public internet.
    #[arg(long)]
    pub none: bool,
}

#[derive(Args)]
pub struct Add {
    /// The brand's code.
    #[arg(long)]
    pub brand: String,
    /// The contract.
    #[arg(long)]
    pub contract: String,
    /// The issuer, exactly as its ID tokens have it: `https://fs.example.com/adfs`.
    #[arg(long, requires_all = ["client_id", "secret_stdin"])]
    pub issuer: Option<String>,
    /// Who we are to it.
    #[arg(long, requires = "issuer")]
    pub client_id: Option<String>,
    /// Read the client secret from the first line of stdin; there is no other way to give it.
    #[arg(long, requires = "issuer")]
    pub secret_stdin: bool,
    /// The claim that is a person's key.
    #[arg(long, default_value = "sub")]
    pub subject_claim: String,
    /// The identifier of the Web API, where the farm wants one.
    #[arg(long)]
    pub resource: Option<String>,
    /// PEM file with the authorities its certificate may come from, instead of the system's.
    #[arg(long)]
    pub ca_file: Option<PathBuf>,
    /// A private network it may be reached in; give it again for more.
    #[arg(long = "network")]
    pub networks: Vec<IpNet>,
    /// By how much its clock may differ.
    #[arg(long, default_value = "5m")]
    pub leeway: Span,
}
