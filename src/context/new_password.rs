//! A new password typed twice: held to the rule, then hashed.

use super::PageContext;
use crate::account::SignInRecord;
use crate::policy::password_rule::{self, PasswordProblem};
use crate::secret::{Secret, constant_time_eq};
use crate::web::pages::NewPasswordAlert;

impl PageContext {
    /// Checks a new password against the rule and hashes it. `email` is the address it will be used with.
    ///
    /// # Errors
    /// What the page says about it.
    pub async fn hash_new_password(
        &self,
        record: &SignInRecord,
        email: &str,
        (password, again): (Secret<String>, Secret<String>),
    ) -> Result<Secret<String>, NewPasswordAlert> {
        if password.expose().is_empty() || again.expose().is_empty() {
            return Err(NewPasswordAlert::Missing);
        }
        if !constant_time_eq(password.expose().as_bytes(), again.expose().as_bytes()) {
            return Err(NewPasswordAlert::Differ);
        }
        let (account, contract, brand) = (&record.account, &record.contract, &self.issuer().name);
        let obvious = [email, account.email.as_str(), &account.name, &contract.name, brand];
        password_rule::check(password.expose(), obvious).map_err(NewPasswordAlert::from)?;
        self.app.passwords.hash(password).await.map(Secret::new).map_err(|_| NewPasswordAlert::Overloaded)
    }
}

impl From<PasswordProblem> for NewPasswordAlert {
    fn from(problem: PasswordProblem) -> Self {
        match problem {
            PasswordProblem::TooShort => Self::TooShort,
            PasswordProblem::TooLong => Self::TooLong,
            PasswordProblem::TooFewClasses => Self::TooFewClasses,
            PasswordProblem::Obvious => Self::Obvious,
            PasswordProblem::TooCommon => Self::TooCommon,
        }
    }
}
