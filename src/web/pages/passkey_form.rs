/// The form that uses or makes a passkey (Web Authentication Level 3).
///
/// It is hidden until `passkey.js` has found out that the browser knows passkeys. The script asks `options_action` for
/// the options, lets the browser do its part, puts the result into the field `credential` and sends the form.
#[derive(Clone, Debug)]
pub struct PasskeyForm {
    /// `POST {options_action}` with `csrf` answers the options as JSON.
    pub options_action: String,
    /// `POST {action}` with `csrf` and `credential`.
    pub action: String,
}

#[cfg(test)]
impl PasskeyForm {
    /// A form for samples.
    pub fn sample(frame: &crate::web::Frame) -> Self {
        Self {
            options_action: format!("{}/login/5d1f/passkey/options", frame.base),
            action: format!("{}/login/5d1f/passkey", frame.base),
        }
    }
}
