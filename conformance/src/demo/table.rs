//! What the person at the terminal needs to know, and no more.

use super::brands::{CAREFUL_ROLES, INVITED, ROLES, SAMPLES};
use super::directory::{Directory, State};
use super::ports::Numbers;
use super::seed::{OPERATOR, TRIALS};
use super::upstreams::{DIRECTORY_LOCAL, DIRECTORY_PERSON, OFFERED, OPEN_BRAND, OPEN_ID, Offered};

/// Display columns of the brand names.
const NAME_WIDTH: usize = 28;

pub fn print(numbers: Numbers, state: &State, directory: &Directory) {
    println!();
    println!("  Storage application");
    for sample in &SAMPLES {
        let gap = " ".repeat(NAME_WIDTH.saturating_sub(width(sample.name)));
        println!("    {}{gap}{}", sample.name, sample.service_url(numbers.app));
        if sample.partner {
            let label = "  with a consent page";
            println!("    {label:NAME_WIDTH$}{}/partner", sample.service_url(numbers.app));
        }
    }
    println!();
    println!("  Accounts (each brand has its own; replace vx7 by the brand's code)");
    for (local, role) in ROLES {
        println!("    {:<NAME_WIDTH$}{role}", SAMPLES[0].email(local));
    }
    let told = ["contractor, with two-step verification", "user, with two-step verification", "invited: open the mail"];
    for ((local, _), told) in CAREFUL_ROLES.into_iter().zip(told) {
        println!("    {:<NAME_WIDTH$}{told}", SAMPLES[0].email(local));
    }
    for (local, day) in TRIALS {
        println!("    {:<NAME_WIDTH$}contractor of a trial in its {day}th day", SAMPLES[0].email(local));
    }
    println!("    {:<NAME_WIDTH$}{}", "password of all", state.password);
    println!("    {:<NAME_WIDTH$}any Japanese mobile number; its messages arrive in the inbox", "phone number");
    elsewhere(numbers, state);
    println!();
    println!("  {:<30}http://localhost:{}/", "Inbox (mail and SMS)", numbers.inbox);
    line(numbers);
    operators(numbers, state);
    println!("  {:<30}http://127.0.0.1:{}/__sim", "Simulated providers", numbers.upstreams_control);
    println!("  {:<30}http://127.0.0.1:{}/metrics", "Metrics", numbers.metrics);
    println!("  {:<30}{}", "Log", directory.log().display());
    println!();
    println!("  Ctrl-C stops everything; the data stays for the next run (--fresh starts over).");
    println!();
}

/// The carrier's closed network, and where a person chooses the line.
fn line(numbers: Numbers) {
    println!("  {:<30}{}", "Over the line (M-Drive)", SAMPLES[0].service_url(numbers.line_app));
    println!("  {:<30}http://localhost:{}/__gateway", "  which line this is", numbers.line);
}

/// Where operators sign in, and the contract system that the account menu leads to.
fn operators(numbers: Numbers, state: &State) {
    println!("  {:<30}{}/admin", "Admin console (M-Drive)", SAMPLES[0].issuer(numbers.provider));
    println!("  {:<30}http://localhost:{}/", "Operator console", numbers.operator);
    match &state.operator_link {
        Some(link) => println!("  {:<30}{link}", "  first operator"),
        None => println!("  {:<30}{OPERATOR}", "  first operator"),
    }
    println!("  {:<30}http://localhost:{}/VX7/plan", "Simulated contract system", numbers.contracts);
}

/// Who signs in with an account at one of the simulated providers.
fn elsewhere(numbers: Numbers, state: &State) {
    println!();
    println!("  Accounts without a password (on the simulated provider's page, choose the person named here)");
    for Offered { id, title, local, person, .. } in &OFFERED {
        let brand = if *id == OPEN_ID { OPEN_BRAND } else { SAMPLES[0].code }.to_lowercase();
        println!("    {:<NAME_WIDTH$}user, by {title}: {person}", format!("{local}@{brand}.example"));
    }
    println!("    {:<NAME_WIDTH$}user, by Active Directory: {DIRECTORY_PERSON}", SAMPLES[0].email(DIRECTORY_LOCAL));
    println!("    {:<NAME_WIDTH$}invited: open the mail, and choose how to sign in", SAMPLES[0].email(INVITED));
    println!();
    println!("  Login URLs of the companies' Active Directories");
    for sample in &SAMPLES {
        let gap = " ".repeat(NAME_WIDTH.saturating_sub(width(sample.name)));
        let connection = state.connections.get(sample.code).map_or("", String::as_str);
        println!("    {}{gap}{}/ad/{connection}", sample.name, sample.issuer(numbers.provider));
    }
    // A connection's issuer is an identity: it is not moved when a port is.
    if let Some(port) = state.upstreams_port.filter(|port| *port != numbers.upstreams) {
        println!("    (they were made for --upstreams-port {port} and work with that one alone)");
    }
}

/// Terminal columns: Japanese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
