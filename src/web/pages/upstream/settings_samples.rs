//! Samples of the Active Directory settings: new, saved, wrong, tested, hostile.

use super::*;
use crate::web::pages::upstream::{CONNECTION, ORIGIN};

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n\
    MIIBdzCCAR2gAwIBAgIUQ2V0IG5vdCByZWFsLCBqdXN0IGEgc2FtcGxlMAoGCCqG\n\
    SM49BAMCMBExDzANBgNVBAMMBkN1c3RDQTAeFw0yNjAxMDEwMDAwMDBaFw0zNjAx\n\
    -----END CERTIFICATE-----\n";

impl ActiveDirectorySettingsPage {
    /// One page of each kind.
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let mut pages = vec![Self::empty(frame), Self::existing(frame), Self::hostile(frame)];
        pages[1].saved = true;
        pages.push(Self { staged: Some(Self::staged(frame)), ..Self::existing(frame) });
        let reports = TestStep::samples().into_iter();
        pages.extend(reports.map(|report| Self { report: Some(report), ..Self::existing(frame) }));
        pages.extend(ActiveDirectoryAlert::ALL.map(|alert| Self { alerts: vec![alert], ..Self::existing(frame) }));
        use ActiveDirectoryAlert::{ClientSecretMissing, IssuerMalformed, SubjectClaimMissing};
        let wrong = vec![SubjectClaimMissing, ClientSecretMissing, IssuerMalformed];
        pages.push(Self { stopped: true, in_trouble: true, ..Self::existing(frame) });
        pages.push(Self { alerts: wrong, ..Self::empty(frame) });
        let refused = vec![ActiveDirectoryAlert::TestFailed];
        pages.push(Self { alerts: refused, report: TestStep::samples().pop(), ..Self::empty(frame) });
        pages
    }

    fn staged(frame: &Frame) -> StagedEndpoints {
        let paths = ["oauth2/authorize/", "oauth2/token/", "discovery/keys"];
        let addresses = paths.map(|path| format!("{ORIGIN}/adfs2/{path}")).to_vec();
        StagedEndpoints { addresses, action: format!("{}/account/active-directory/approve", frame.base) }
    }

    fn empty(frame: &Frame) -> Self {
        Self {
            frame: frame.clone(),
            action: format!("{}/account/active-directory", frame.base),
            test_action: format!("{}/account/active-directory/test", frame.base),
            version: 0,
            connection_id: None,
            login_urls: None,
            issuer: String::new(),
            client_id: String::new(),
            has_secret: false,
            subject_claim: "sub".to_owned(),
            resource: String::new(),
            ca_certificate: String::new(),
            redirect_uri: format!("https://login.cloud-nas.example.net/VX7/callback/{CONNECTION}"),
            line_redirect_uri: None,
            alerts: Vec::new(),
            report: None,
            saved: false,
            staged: None,
            stopped: false,
            in_trouble: false,
            back_href: format!("{}/account", frame.base),
        }
    }

    fn existing(frame: &Frame) -> Self {
        let line = format!("https://login.cloud-nas.example.biz/VX7/ad/{CONNECTION}");
        Self {
            connection_id: Some(CONNECTION.to_owned()),
            login_urls: Some((format!("https://login.cloud-nas.example.net/VX7/ad/{CONNECTION}"), Some(line))),
            issuer: format!("{ORIGIN}/adfs"),
            client_id: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9".to_owned(),
            has_secret: true,
            subject_claim: "objectguid".to_owned(),
            resource: "https://login.cloud-nas.example.net/VX7".to_owned(),
            ca_certificate: CERTIFICATE.to_owned(),
            version: 3,
            ..Self::empty(frame)
        }
    }

    fn hostile(frame: &Frame) -> Self {
        let hostile = "\"></textarea><script>alert(1)</script>".to_owned();
        Self {
            connection_id: Some(hostile.clone()),
            login_urls: Some((hostile.clone(), None)),
            issuer: hostile.clone(),
            client_id: hostile.clone(),
            subject_claim: hostile.clone(),
            resource: hostile.clone(),
            ca_certificate: hostile.clone(),
            redirect_uri: hostile.clone(),
            line_redirect_uri: Some(hostile.clone()),
            staged: Some(StagedEndpoints { addresses: vec![hostile], ..Self::staged(frame) }),
            back_href: "javascript:alert(1)".to_owned(),
            ..Self::existing(frame)
        }
    }
}
