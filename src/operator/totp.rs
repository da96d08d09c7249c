//! The authenticator's secret as the tables keep it: sealed, for one operator.

use crate::id::OperatorId;
use crate::second_factor::totp::TotpSecret;
use crate::secret::MasterKey;
use crate::storage::Fault;

const PURPOSE: &str = "operator-totp";

/// Seals a secret.
pub fn seal_totp(master: &MasterKey, operator: &OperatorId, secret: &TotpSecret) -> Vec<u8> {
    master.seal(PURPOSE, operator.as_str().as_bytes(), secret.bytes())
}

/// Opens one.
///
/// # Errors
/// When it does not open with this master key.
pub fn open_totp(master: &MasterKey, operator: &OperatorId, sealed: &[u8]) -> Result<TotpSecret, Fault> {
    let opened = master.open(PURPOSE, operator.as_str().as_bytes(), sealed).and_then(TotpSecret::from_stored);
    opened.ok_or_else(|| Fault::corrupt("operator", "sealed_totp", operator, "it does not open with this master key"))
}
