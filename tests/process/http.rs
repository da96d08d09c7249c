//! Requests to a process: a program that authenticates clients, and a person with cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use http::{Method, header};
use tegata::protocol::pkce::CodeVerifier;

use super::node::{CALLBACK, PASSWORD, secret};
use crate::support::flow::VERIFIER;
use crate::support::program::basic;
use crate::support::{Answer, Callback};

/// The issuer's host, whatever the port.
pub const HOST: &str = "login.example";
/// The host of its twin on the carrier's network.
pub const LINE_HOST: &str = "login.line.example";

/// A way to a process.
#[derive(Clone)]
pub struct Http {
    /// The listener.
    pub address: SocketAddr,
    scheme: &'static str,
    host: &'static str,
    /// The name in the listener's certificate.
    name: &'static str,
    client: reqwest::Client,
}

fn builder(host: &str, address: SocketAddr) -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).resolve(host, address)
}

impl Http {
    /// Over plain HTTP.
    pub fn to(address: SocketAddr) -> Self {
        Self { address, scheme: "http", host: HOST, name: HOST, client: builder(HOST, address).build().unwrap() }
    }

    /// Over TLS, believing this certificate (PEM) alone.
    pub fn secure(address: SocketAddr, certificate: &str) -> Self {
        Self::secure_at(HOST, address, certificate)
    }

    /// The same at another host.
    pub fn secure_at(host: &'static str, address: SocketAddr, certificate: &str) -> Self {
        let certificate = reqwest::Certificate::from_pem(certificate.as_bytes()).unwrap();
        // Over HTTP/2 the authority would name the port, which the issuer does not.
        let client =
            builder(host, address).tls_certs_only([certificate]).https_only(true).http1_only().build().unwrap();
        Self { address, scheme: "https", host, name: host, client }
    }

    /// To a listener whose certificate names `name`, over TLS with a certificate of our own (PEM, key included) if given.
    pub fn identified(name: &'static str, address: SocketAddr, authority: &str, identity: Option<&str>) -> Self {
        let authority = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
        let mut builder = builder(name, address).tls_certs_only([authority]).https_only(true).http1_only();
        if let Some(identity) = identity {
            builder = builder.identity(reqwest::Identity::from_pem(identity.as_bytes()).unwrap());
        }
        Self { address, scheme: "https", host: LINE_HOST, name, client: builder.build().unwrap() }
    }

    /// The issuer's origin, as browsers name it.
    fn origin(&self) -> String {
        format!("https://{}", self.host)
    }

    /// Any request; the failure of the transport is an `Err`.
    pub async fn try_send(
        &self,
        (method, path): (Method, &str),
        headers: &[(&str, &str)],
        body: String,
    ) -> reqwest::Result<Answer> {
        let path = path.strip_prefix(&self.origin()).unwrap_or(path);
        let url = format!("{}://{}:{}{path}", self.scheme, self.name, self.address.port());
        let own = headers.iter().any(|(name, _)| *name == "host");
        let mut request = self.client.request(method, url).body(body);
        if !own {
            request = request.header(header::HOST, self.host);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await?;
        Ok(Answer { status: answer.status(), headers: answer.headers().clone(), body: answer.text().await? })
    }

    /// Any request.
    pub async fn send(&self, to: (Method, &str), headers: &[(&str, &str)], body: String) -> Answer {
        self.try_send(to, headers, body).await.expect("an answer")
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send((Method::GET, path), &[], String::new()).await
    }

    /// POST of a form as a client of [`super::node::Place::add_client`]; `app…` is public.
    pub async fn post_as(&self, client: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let basic = basic(client, &secret(client));
        if client.starts_with("app") {
            self.post(path, &[fields, &[("client_id", client)]].concat(), &[]).await
        } else {
            self.post(path, fields, &[("authorization", &basic)]).await
        }
    }

    /// POST of a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send((Method::POST, path), &[&form, headers].concat(), form_of(fields)).await
    }

    /// Redeems a code.
    pub async fn redeem(&self, client: &str, code: &str) -> Answer {
        let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        self.post_as(client, "/VX7/token", &[&fields[..], &[("code_verifier", VERIFIER)]].concat()).await
    }

    /// Refreshes.
    pub async fn refresh(&self, client: &str, token: &str) -> Answer {
        self.post_as(client, "/VX7/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// A token for the client itself.
    pub async fn client_credentials(&self, client: &str) -> Answer {
        self.post_as(client, "/VX7/token", &[("grant_type", "client_credentials")]).await
    }

    /// What an access token tells of its user.
    pub async fn userinfo(&self, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        self.send((Method::GET, "/VX7/userinfo"), &[("authorization", &bearer)], String::new()).await
    }

    /// Signs a new browser in and answers the code.
    pub async fn code(&self, client: &str) -> String {
        Person::at(self).sign_in(client, "hanako@vx7.example").await.code().to_owned()
    }

    /// Signs a new browser in and answers the tokens.
    pub async fn tokens(&self, client: &str) -> serde_json::Value {
        let answer = self.redeem(client, &self.code(client).await).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

/// A person with a browser.
pub struct Person {
    http: Http,
    /// The cookies.
    pub cookies: BTreeMap<String, String>,
    /// What is sent with every request besides.
    pub extra: Vec<(&'static str, String)>,
    /// What was asked for last: path and query.
    pub at: String,
}

impl Person {
    /// One who has never been here.
    pub fn at(http: &Http) -> Self {
        Self { http: http.clone(), cookies: BTreeMap::new(), extra: Vec::new(), at: String::new() }
    }

    /// GET, following redirects as long as they stay at the provider.
    pub async fn open(&mut self, url: &str) -> Answer {
        let answer = self.send((Method::GET, url), &[("sec-fetch-site", "none")], String::new()).await;
        self.follow(answer).await
    }

    /// From the authorization endpoint to the client; a new browser signs in on the way.
    pub async fn sign_in(&mut self, client: &str, email: &str) -> Callback {
        let answer = self.open(&authorize(client)).await;
        if answer.status == 303 {
            return Callback::of(&answer);
        }
        let answer = self.submit(&answer, email, PASSWORD).await;
        Callback::of(&answer)
    }

    /// Sends the login form.
    pub async fn submit(&mut self, page: &Answer, email: &str, password: &str) -> Answer {
        self.fill_in(page, &[("email", email), ("password", password)]).await
    }

    /// Sends the form of a page with its hidden fields and these.
    pub async fn fill_in(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let csrf = page.field("csrf").unwrap_or_else(|| panic!("no form: {} {}", page.status, page.body));
        let ticket = page.field("ticket");
        let hidden = [Some(("csrf", csrf.as_str())), ticket.as_deref().map(|ticket| ("ticket", ticket))];
        let all: Vec<_> = hidden.into_iter().flatten().chain(fields.iter().copied()).collect();
        let origin = self.http.origin();
        let own = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
        let form = [("content-type", "application/x-www-form-urlencoded"), ("accept", "*/*")];
        let answer = self.send((Method::POST, page.action()), &[own, form].concat(), form_of(&all)).await;
        self.follow(answer).await
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let location = answer.header("location").to_owned();
            if !location.starts_with('/') && !location.starts_with(&format!("{}/", self.http.origin())) {
                return answer;
            }
            answer = self.send((Method::GET, &location), &[("sec-fetch-site", "same-origin")], String::new()).await;
        }
        panic!("the redirects do not end");
    }

    /// POST of a form that is none of ours, following redirects.
    pub async fn post_body(&mut self, path: &str, body: String) -> Answer {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.send((Method::POST, path), &form, body).await;
        self.follow(answer).await
    }

    /// GET, no redirect followed.
    pub async fn look(&mut self, url: &str) -> Answer {
        self.send((Method::GET, url), &[("sec-fetch-site", "none")], String::new()).await
    }

    /// The same browser, its requests sent another way.
    pub fn through(&self, http: &Http) -> Self {
        Self { http: http.clone(), cookies: self.cookies.clone(), extra: Vec::new(), at: self.at.clone() }
    }

    async fn send(&mut self, to: (Method, &str), headers: &[(&str, &str)], body: String) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        to.1.strip_prefix(&self.http.origin()).unwrap_or(to.1).clone_into(&mut self.at);
        let extra: Vec<_> = self.extra.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let cookie = [("cookie", &*cookies.join("; "))];
        let answer = self.http.send(to, &[headers, &cookie, &extra[..]].concat(), body).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// An authorization request of a client.
pub fn authorize(client: &str) -> String {
    let challenge = CodeVerifier::parse(VERIFIER).unwrap_or_else(|_| unreachable!("a good verifier")).challenge();
    let query = form_of(&[
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile email offline_access"),
        ("state", "state-1"),
        ("nonce", "nonce-1"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ]);
    format!("/VX7/authorize?{query}")
}

fn form_of(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
