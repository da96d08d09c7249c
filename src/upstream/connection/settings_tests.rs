use super::SettingsProblem as P;
use super::*;

fn settings() -> AdfsSettings {
    AdfsSettings::typed("https://fs.customer.example/adfs", "0a1b-2c3d", "objectguid", "", "")
}

fn problems(change: impl FnOnce(&mut AdfsSettings)) -> Vec<P> {
    let mut settings = settings();
    change(&mut settings);
    settings.check(&[443], &[])
}

fn certificate() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()
}

#[test]
fn what_an_ad_fs_has_is_accepted() {
    assert_eq!(problems(|_| ()), []);
    let pem = certificate();
    let all = AdfsSettings::typed(
        " https://FS.Customer.example/adfs ",
        "\tid with blanks ",
        "http://schemas.microsoft.com/identity/claims/objectidentifier",
        "urn:storage",
        &format!("\r\n{}{pem}", pem.replace('\n', "\r\n")),
    );
    assert_eq!(all.check(&[443], &[]), []);
    assert_eq!(all.issuer, "https://FS.Customer.example/adfs", "its exact form, but for the blanks around it");
    assert_eq!(all.ca_certificate.map(|kept| kept.contains('\r')), Some(false));
}

#[test]
fn an_issuer_is_a_plain_https_address_that_may_be_asked() {
    for malformed in [
        "adfs",
        "fs.customer.example/adfs",
        "http://fs.customer.example/adfs",
        "ftp://fs.customer.example/adfs",
        "https://",
        "https:fs.customer.example",
        "https://fs.customer.example/adfs?x=1",
        "https://fs.customer.example/adfs?",
        "https://fs.customer.example/adfs#",
        "https://user@fs.customer.example/adfs",
        "https://user:pass@fs.customer.example/adfs",
        "https:\\\\fs.customer.example\\adfs",
        "https://fs.customer.example/ad fs",
        "https://fs.cus\ttomer.example/adfs",
        "https://社内.example/adfs",
        &format!("https://fs.customer.example/{}", "x".repeat(500)),
    ] {
        assert_eq!(problems(|s| s.issuer = malformed.to_owned()), [P::IssuerMalformed], "{malformed:?}");
    }
    for (refused, why) in [
        ("https://10.0.0.1/adfs", Refusal::Literal),
        ("https://[::1]/adfs", Refusal::Literal),
        ("https://0x7f000001/adfs", Refusal::Literal),
        ("https://fs.customer.example:8443/adfs", Refusal::Port),
        ("https://fs.customer.example./adfs", Refusal::Host),
        ("https://fs.localhost/adfs", Refusal::Address),
    ] {
        assert_eq!(problems(|s| s.issuer = refused.to_owned()), [P::IssuerRefused(why)], "{refused}");
    }
    let local = AdfsSettings { issuer: "http://fs.localhost:8080/adfs".to_owned(), ..settings() };
    assert_eq!(local.check(&[443], &["127.0.0.0/8".parse().unwrap()]), [], "where an operator permitted loopback");
}

#[test]
fn a_subject_claim_is_the_name_of_a_claim_that_tells_people_apart() {
    for good in ["sub", "upn", "objectguid", "primarysid", "sid", "a.b:c/d-e_f", &"x".repeat(100)] {
        assert_eq!(problems(|s| s.subject_claim = good.to_owned()), [], "{good}");
    }
    for bad in ["a b", "a=b", "名前", "a\0", &"x".repeat(101), "aud", "iss", "nonce", "appid"] {
        assert_eq!(problems(|s| s.subject_claim = bad.to_owned()), [P::SubjectClaimMalformed], "{bad:?}");
    }
}

#[test]
fn client_id_resource_and_secret_are_printable_and_bounded() {
    for bad in ["a\u{7}", "あ", &"x".repeat(256)] {
        assert_eq!(problems(|s| s.client_id = bad.to_owned()), [P::ClientIdMalformed], "{bad:?}");
        assert_eq!(problems(|s| s.resource = Some(bad.to_owned())), [P::ResourceMalformed], "{bad:?}");
        assert_eq!(check_client_secret(bad), Err(P::ClientSecretMalformed), "{bad:?}");
    }
    assert_eq!(problems(|s| s.resource = Some("a b".to_owned())), [P::ResourceMalformed]);
    assert_eq!(check_client_secret(" secret"), Err(P::ClientSecretMalformed), "what was copied with it");
    assert_eq!(check_client_secret(""), Err(P::ClientSecretMissing));
    assert_eq!(check_client_secret("Xk3_ ~!"), Ok(()));
}

#[test]
fn authorities_are_certificates_and_never_a_private_key() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let pem = certificate();
    for bad in ["x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &format!("{pem}{key}"), &key] {
        assert_eq!(problems(|s| s.ca_certificate = Some(bad.to_owned())), [P::CaCertificateMalformed], "{bad}");
    }
    let many = pem.repeat(64);
    assert_eq!(problems(|s| s.ca_certificate = Some(many)), [P::CaCertificateMalformed], "more than 16 KiB");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let empty = AdfsSettings::typed(" ", "", "", "a b", "x").check(&[443], &[]);
    let expected =
        [P::IssuerMissing, P::ClientIdMissing, P::SubjectClaimMissing, P::ResourceMalformed, P::CaCertificateMalformed];
    assert_eq!(empty, expected);
}
