//! What operators do about customers' Active Directories, and about people who come from elsewhere.

use serde_json::{Value, json};
use tegata::upstream::connection::{find_connection_anywhere, update_endpoints};
use tegata_conformance::upstreams::{Host, Scheme, Upstreams};

use super::node::Place;

const SECRET: &str = "an upstream's secret of 32 letters";

/// A place whose brand offers Active Directory, a contract there, and the contract's AD FS.
struct Customer {
    place: Place,
    contract: String,
    adfs: Host,
    ca: String,
    _upstreams: Upstreams,
}

impl Customer {
    async fn new() -> Self {
        tegata::boot::install_cryptography();
        let upstreams = Upstreams::start(Scheme::Https).await.unwrap();
        let adfs = upstreams.adfs("adfs-a");
        let mut place = Place::empty().await;
        place.brand = "login_methods = [\"password\", \"active_directory\"]";
        place.sections =
            format!("[outbound]\nports = [{}]\nhosts = {{ \"adfs-a.sim.test\" = [\"127.0.0.1\"] }}", upstreams.port());
        place.run(&["migrate"]).await;
        let contract = place.run(&["contract", "add", "--brand", "VX7", "--name", "ハワノリ株式会社"]).await;
        let contract = contract["contract_id"].as_str().unwrap().to_owned();
        let ca = place.write("ca.pem", upstreams.ca_pem());
        Self { place, contract, adfs, ca, _upstreams: upstreams }
    }

    fn add(&self) -> Vec<&str> {
        vec!["connection", "add", "--brand", "VX7", "--contract", &self.contract]
    }

    /// Connects the contract; the connection's id.
    async fn connect(&self) -> String {
        let issuer = format!("{}/adfs", self.adfs.origin());
        let mut arguments = self.add();
        arguments.extend(["--issuer", &issuer, "--client-id", "tegata", "--secret-stdin", "--ca-file", &self.ca]);
        arguments.extend(["--subject-claim", "objectguid", "--network", "127.0.0.0/8"]);
        let made = self.place.run_with(&arguments, SECRET).await;
        assert_eq!(made["set_up"], true, "{made}");
        made["connection_id"].as_str().unwrap().to_owned()
    }

    async fn show(&self, id: &str) -> Value {
        self.place.run(&["connection", "show", "--id", id]).await
    }

    /// What a command that is refused says.
    async fn refused(&self, arguments: &[&str]) -> String {
        let output = self.place.try_run(arguments, SECRET).await;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        told
    }

    async fn account(&self, email: &str, more: &[&str]) {
        let named = ["account", "add", "--brand", "VX7", "--contract", &self.contract, "--email", email];
        self.place.run(&[&named, &["--name", "端場 花子"][..], more].concat()).await;
    }
}

#[tokio::test]
async fn a_connection_is_made_shown_permitted_stopped_and_deleted() {
    let customer = Customer::new().await;
    let place = &customer.place;
    let mut reserve = customer.add();
    reserve.extend(["--network", "10.1.2.3/16"]);
    let made = place.run(&reserve).await;
    assert_eq!(made["set_up"], false);
    let id = made["connection_id"].as_str().unwrap().to_owned();
    assert_eq!(made["redirect_uri"], format!("https://login.example/VX7/callback/{id}"));
    assert!(customer.refused(&reserve).await.contains("has a connection already"));
    place.run(&["connection", "delete", "--id", &id]).await;
    assert_eq!(customer.connect().await, id, "a contract's connection keeps its id");

    let shown = customer.show(&id).await;
    assert!(!shown.to_string().contains(SECRET), "{shown}");
    assert_eq!((&shown["state"], &shown["leeway_seconds"]), (&json!("enabled"), &json!(300)));
    assert_eq!(shown["endpoints"].as_array().unwrap().len(), 3);
    place.run(&["connection", "set-networks", "--id", &id, "--network", "10.1.2.3/16", "--network", "fd00::/8"]).await;
    place.run(&["connection", "set-leeway", "--id", &id, "--to", "90s"]).await;
    place.run(&["connection", "disable", "--id", &id]).await;
    let shown = customer.show(&id).await;
    assert_eq!(shown["networks"], json!(["10.1.0.0/16", "fd00::/8"]));
    assert_eq!((&shown["state"], &shown["leeway_seconds"]), (&json!("disabled"), &json!(90)));
    let listed = place.run(&["connection", "list", "--brand", "VX7", "--json"]).await;
    assert_eq!(listed["connection_id"], id.as_str());
    place.run(&["connection", "enable", "--id", &id]).await;
    place.run(&["connection", "set-networks", "--id", &id, "--none"]).await;
    assert_eq!(customer.show(&id).await["networks"], json!([]));
    for (arguments, words) in [
        (&["connection", "enable", "--id", &id][..], "enabled already"),
        (&["connection", "set-leeway", "--id", &id, "--to", "6m"], "5m at the most"),
        (&["connection", "approve", "--id", &id], "nothing waits"),
        (&["connection", "show", "--id", "adfs-0000000000000000"], "no connection"),
        (&["connection", "add", "--brand", "VX7", "--contract", "none"], "no contract"),
    ] {
        let told = customer.refused(arguments).await;
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
    let output = place.try_run(&["connection", "set-networks", "--id", &id], "").await;
    assert_eq!(output.status.code(), Some(2), "none at all must be said");
}

#[tokio::test]
async fn a_connection_is_made_only_when_its_document_could_be_read() {
    let customer = Customer::new().await;
    let issuer = format!("{}/adfs", customer.adfs.origin());
    let add = async |issuer: &str, more: &[&str]| {
        let mut arguments = customer.add();
        arguments.extend(["--issuer", issuer, "--client-id", "tegata", "--secret-stdin", "--ca-file", &customer.ca]);
        arguments.extend(more);
        customer.refused(&arguments).await
    };
    let loopback = ["--network", "127.0.0.0/8"];
    for (told, words) in [
        (add(&issuer, &[]).await, "cannot be used: address"),
        (add(&format!("{issuer}/"), &loopback).await, "cannot be used: "),
        (add("http://adfs-a.sim.test/adfs", &loopback).await, "must be an https URL"),
        (add(&issuer, &["--subject-claim", "aud"]).await, "tells people apart"),
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let listed = customer.place.try_run(&["connection", "list", "--json"], "").await;
    assert!(listed.stdout.is_empty());
}

#[tokio::test]
async fn staged_endpoints_are_shown_and_approved() {
    let customer = Customer::new().await;
    let id = customer.connect().await;
    let db = customer.place.open_database().await;
    let row = find_connection_anywhere(&db, &tegata::id::ConnectionId::new(&id)).await.unwrap().unwrap();
    let mut staged = row.endpoints.clone().unwrap();
    staged.token = "https://adfs-a.sim.test/adfs2/token/".parse().unwrap();
    let mut tx = db.begin().await.unwrap();
    let both = (row.endpoints.as_ref(), Some(&staged));
    assert!(update_endpoints(&mut tx, (&row.id, row.version), both, row.updated_at).await.unwrap());
    tx.commit().await.unwrap();
    db.close().await;
    assert_eq!(customer.show(&id).await["staged"][1], "https://adfs-a.sim.test/adfs2/token/");
    customer.place.run(&["connection", "approve", "--id", &id]).await;
    let shown = customer.show(&id).await;
    assert_eq!(
        (&shown["endpoints"][1], &shown["staged"]),
        (&json!("https://adfs-a.sim.test/adfs2/token/"), &json!(null))
    );
}

#[tokio::test]
async fn an_identity_is_handed_to_one_account_without_its_person() {
    let customer = Customer::new().await;
    let (place, id) = (&customer.place, customer.connect().await);
    customer.account("taro@vx7.example", &[]).await;
    customer.account("jiro@vx7.example", &[]).await;
    customer.account("keiyaku@vx7.example", &["--role", "contractor"]).await;
    let link = |email: &'static str, subject: &'static str| {
        let named = ["account", "link", "--brand", "VX7", "--email", email];
        [&named, &["--connection", id.as_str(), "--subject", subject][..]].concat()
    };
    let show = async |email| place.run(&["account", "show", "--brand", "VX7", "--email", email]).await;
    assert_eq!(show("taro@vx7.example").await["upstream"], json!(null));
    place.run(&link("taro@vx7.example", "b64guid==")).await;
    let shown = show("taro@vx7.example").await;
    assert_eq!((&shown["login_method"], &shown["upstream"]), (&json!("active_directory"), &json!(id)));
    assert_eq!(shown["state"], "active");
    assert!(!shown.to_string().contains("b64guid"), "whose it is there is nobody's business");
    for (arguments, words) in [
        (link("jiro@vx7.example", "b64guid=="), "another account"),
        (link("keiyaku@vx7.example", "other"), "not for a contractor"),
        (link("jiro@vx7.example", "a b"), "not what this upstream calls a person"),
    ] {
        let told = customer.refused(&arguments).await;
        assert!(told.contains(words), "{told}");
    }
    let unknown = ["account", "link", "--brand", "VX7", "--email", "jiro@vx7.example", "--connection", "google"];
    assert!(customer.refused(&[&unknown, &["--subject", "1"][..]].concat()).await.contains("no connection google"));
    assert_eq!(show("jiro@vx7.example").await["state"], "invited", "what was refused changed nothing");
    let told = customer.refused(&["connection", "delete", "--id", &id]).await;
    assert!(told.contains("people sign in through"), "{told}");
    place.run(&link("taro@vx7.example", "another==")).await;
    place.run(&link("jiro@vx7.example", "b64guid==")).await;
}

#[tokio::test]
async fn check_reads_the_files_of_upstreams() {
    let mut place = Place::empty().await;
    place.sections =
        "[[upstream]]\nid = \"google\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret_file = \"g.secret\"".into();
    let told = async |place: &Place| {
        let output = place.try_run(&["check"], "").await;
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, words) = told(&place).await;
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("WRONG  upstreams: upstream `google`"), "{words}");
    place.write("g.secret", "secret\n");
    let (code, words) = told(&place).await;
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("ok     upstreams: files fit: google"), "{words}");
}
