//! Who has an account in each company's directory. `anchor` never leaves the server: it is what `sub` is made of.
//!
//! | name | what |
//! |---|---|
//! | `taro@corp`, `hanako@corp` | people; `upn`, `unique_name`, and by rule `objectguid`, `primarysid`, `email`, names |
//! | `noupn@corp` | `unique_name` only, no `upn` |
//! | `reassigned@corp` | another person, who got the `upn` of `taro@corp` |
//! | `mfa@corp` | claims `amr` and `acr` of a second factor |
//! | `victim@corp` | claims the address `victim@example.com` |

use super::super::jose::{derived, hex};
use super::super::model::User;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// Everybody at the AD FS of that name.
pub fn users(host: &str) -> Vec<User> {
    let person = |name: &str, title: &str, note: &str| {
        let (account, _) = name.split_once('@').unwrap_or((name, ""));
        let guid = derived(&[host, name]);
        let number = hex(&guid).chars().filter(char::is_ascii_digit).take(5).collect::<String>();
        User::new(name, title, note).with(json!({
            "anchor": hex(&guid),
            "upn": format!("{account}@{host}.example"),
            "unique_name": format!("CORP\\{account}"),
            "objectguid": STANDARD.encode(guid.get(..16).unwrap_or_default()),
            "primarysid": format!("S-1-5-21-1004336348-1177238915-682003330-{number}"),
            "email": format!("{account}@{host}.example"),
            "commonname": title,
        }))
    };
    vec![
        person("taro@corp", "山田 太郎", "").with(json!({ "given_name": "太郎", "family_name": "山田" })),
        person("hanako@corp", "佐藤 花子", ""),
        person("noupn@corp", "鈴木 一郎", "upnなし / no upn").with(json!({ "upn": null })),
        person("reassigned@corp", "田中 実", "太郎のupnを引き継いだ別人 / another person with the upn of the first")
            .with(json!({ "upn": format!("taro@{host}.example"), "unique_name": "CORP\\taro" })),
        person("mfa@corp", "高橋 健", "多要素認証を主張 / claims a second factor").with(json!({
            "amr": ["http://schemas.microsoft.com/claims/multipleauthn"],
            "acr": "http://schemas.microsoft.com/claims/multipleauthn",
        })),
        person("victim@corp", "伊藤 直美", "他人のメールアドレスを名乗る / claims somebody else’s address")
            .with(json!({ "email": "victim@example.com" })),
    ]
}
