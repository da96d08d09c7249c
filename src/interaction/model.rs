//! The interaction's record.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::{BrandCode, ClientId, InteractionId};
use crate::policy::access_path::AccessPath;
use crate::policy::prompts::ConsentAnswer;
use crate::policy::sign_in::Purpose;
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::random::Random;
use crate::secret::{TokenHash, base64url};
use crate::text_enum::text_enum;

/// How long an expired interaction is kept, so that its tab can begin anew with its own request.
pub const KEPT_AFTER_EXPIRY: Duration = Duration::from_secs(24 * 3600);

/// Where a sign-in leads.
#[derive(Clone)]
pub enum Target {
    /// To a client, which asked for it.
    Client(Box<AuthorizationRequest>),
    /// To the account menu (認証・契約情報変更メニュー).
    AccountMenu,
    /// To the admin console (管理コンソール).
    AdminConsole,
}

impl Target {
    /// What the client asked for.
    pub fn request(&self) -> Option<&AuthorizationRequest> {
        match self {
            Self::Client(request) => Some(request),
            Self::AccountMenu | Self::AdminConsole => None,
        }
    }

    /// Which client asked.
    pub fn client_id(&self) -> Option<&ClientId> {
        self.request().map(|request| &request.client_id)
    }

    /// What the person signs in for, as the sign-in policy asks.
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::Client(_) => Purpose::Client,
            Self::AccountMenu => Purpose::AccountMenu,
            Self::AdminConsole => Purpose::AdminConsole,
        }
    }
}

text_enum! {
    /// The kinds of [`Target`], as they are stored.
    pub enum TargetKind {
        /// [`Target::Client`]
        Client = "client",
        /// [`Target::AccountMenu`]
        AccountMenu = "account_menu",
        /// [`Target::AdminConsole`]
        AdminConsole = "admin_console",
    }
}

impl Target {
    /// Its kind.
    pub const fn kind(&self) -> TargetKind {
        match self {
            Self::Client(_) => TargetKind::Client,
            Self::AccountMenu => TargetKind::AccountMenu,
            Self::AdminConsole => TargetKind::AdminConsole,
        }
    }
}

/// A sign-in in progress.
#[derive(Clone)]
pub struct Interaction {
    /// Its id, part of the pages' URLs.
    pub id: InteractionId,
    /// The brand it happens at.
    pub brand: BrandCode,
    /// Over which network: its pages are those of that issuer alone.
    pub access_path: AccessPath,
    /// The hash of the browser's cookie; `None` until the first page binds it.
    pub browser: Option<TokenHash>,
    /// Where it leads.
    pub target: Target,
    /// When the person signed in for it.
    pub authenticated_at: Option<Timestamp>,
    /// What the person answered on the consent page.
    pub consent: Option<ConsentAnswer>,
    /// How often the person was sent to the carrier's page about notification (回線情報通知設定).
    pub line_rounds: u32,
    /// When it began.
    pub created_at: Timestamp,
    /// When its pages stop working.
    pub expires_at: Timestamp,
}

impl Interaction {
    /// A new one.
    pub fn new(
        random: &Random,
        ((brand, access_path), browser): ((BrandCode, AccessPath), Option<TokenHash>),
        target: Target,
        now: Timestamp,
        lifetime: Duration,
    ) -> Self {
        Self {
            id: InteractionId::new(base64url(&random.bytes::<16>())),
            brand,
            access_path,
            browser,
            target,
            authenticated_at: None,
            consent: None,
            line_rounds: 0,
            created_at: now,
            expires_at: now.plus(lifetime),
        }
    }

    /// Whether its pages have stopped working.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}
