//! Who has an account at Microsoft.
//!
//! | name | what |
//! |---|---|
//! | `personal` | personal account (the consumer tenant) |
//! | `work` | account of [`CORP`], verified address |
//! | `guest` | the same person as a guest in [`OTHER`]: another `oid`, `idp` |
//! | `noauth` | foreign tenant, `email` is the victim's, no `xms_edov` (nOAuth) |
//! | `noauth_false`, `noauth_string`, `noauth_true` | the same with `xms_edov` `false`, `"1"`, `true` |
//! | `noemail` | no `email` |
//! | `badtenant` | `tid` is not a GUID |
//! | `suspended` | the tenant is suspended: an error page |
//! | `version1` | an ID token of version 1.0 (`sts.windows.net`) |
//! | `consumerkey` | a work token signed with the key of the consumer tenant |

use super::super::model::User;
use serde_json::json;

/// The tenant of personal accounts.
pub const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
/// A company's tenant.
pub const CORP: &str = "7d1f6f7e-5a0b-4f0e-9a44-3f0c61c8a001";
/// Another company's tenant.
pub const OTHER: &str = "7d1f6f7e-5a0b-4f0e-9a44-3f0c61c8a002";
/// An attacker's tenant.
pub const FOREIGN: &str = "7d1f6f7e-5a0b-4f0e-9a44-3f0c61c8a666";
/// Whose address the attacker's accounts claim.
pub const VICTIM: &str = "victim@example.com";

/// Everybody.
pub fn users() -> Vec<User> {
    let person = |name: &str, title: &str, note: &str, tenant: &str, number: u32| {
        User::new(name, title, note).with(json!({
            "tid": tenant,
            "oid": format!("00000000-0000-0000-66f3-3332eca7{number:04}"),
            "name": title,
            "preferred_username": format!("{name}@corp.example"),
            "email": format!("{name}@corp.example"),
        }))
    };
    let attacker = |name: &str, number: u32| {
        person(name, "攻撃者", "他社のメールアドレスを名乗る / claims somebody else’s address", FOREIGN, number)
            .with(json!({ "email": VICTIM, "preferred_username": format!("{name}@attacker.example") }))
    };
    vec![
        person("personal", "山田 太郎", "個人アカウント / personal account", CONSUMERS, 1)
            .with(json!({ "email": "taro.yamada@outlook.jp", "preferred_username": "taro.yamada@outlook.jp" })),
        person("work", "佐藤 花子", "職場アカウント / work account", CORP, 2).with(json!({ "xms_edov": true })),
        person("guest", "佐藤 花子", "別テナントのゲスト / guest in another tenant", OTHER, 3).with(json!({
            "email": "work@corp.example",
            "idp": format!("https://sts.windows.net/{CORP}/"),
        })),
        attacker("noauth", 4),
        attacker("noauth_false", 5).with(json!({ "xms_edov": false })),
        attacker("noauth_string", 6).with(json!({ "xms_edov": "1" })),
        attacker("noauth_true", 7).with(json!({ "xms_edov": true })),
        person("noemail", "鈴木 一郎", "メールアドレスなし / no address", CORP, 8).with(json!({ "email": null })),
        person("badtenant", "田中 実", "tidがGUIDでない / tid is not a GUID", "corp.example", 9),
        person("suspended", "高橋 健", "停止されたテナント / suspended tenant", OTHER, 10)
            .quirky(|quirks| quirks.suspended = true),
        person("version1", "伊藤 直美", "バージョン1.0のトークン / token of version 1.0", CORP, 11)
            .quirky(|quirks| quirks.version_one = true),
        person("consumerkey", "渡辺 誠", "個人用の鍵で署名 / signed with the consumer key", CORP, 12)
            .quirky(|quirks| quirks.consumer_key = true),
    ]
}
