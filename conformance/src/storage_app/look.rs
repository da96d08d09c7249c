//! The style sheets: one for all pages, and one small one per brand that sets its colour; and an icon in that colour.
//! Separate files, because the content security policy allows nothing inline.

use super::party::Shared;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// `GET /assets/app.css`
pub async fn base() -> Response {
    css(include_str!("../../assets/storage_app.css").to_owned())
}

/// `GET /assets/app.svg`
pub async fn icon() -> Response {
    svg(NEUTRAL)
}

/// `GET /assets/{code}.css` and `GET /assets/{code}.svg`
pub async fn brand(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    let (code, kind) = file.rsplit_once('.').unwrap_or_default();
    let brand = shared.config.brands.iter().find(|brand| brand.code == code);
    match (brand, kind) {
        (Some(brand), "css") => css(rules(&brand.primary)),
        (Some(brand), "svg") => svg(parse(&brand.primary).unwrap_or(NEUTRAL)),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A folder.
fn svg([r, g, b]: [u8; 3]) -> Response {
    let image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\"><path fill=\"#{r:02x}{g:02x}{b:02x}\" \
         d=\"M3 10a4 4 0 0 1 4-4h8l4 5h14a4 4 0 0 1 4 4v15a4 4 0 0 1-4 4H7a4 4 0 0 1-4-4Z\"/></svg>\n"
    );
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=300")], image).into_response()
}

fn css(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")], text)
        .into_response()
}

/// The colour of pages without a brand, and of a brand whose own cannot be read.
const NEUTRAL: [u8; 3] = [0x1f, 0x4e, 0x79];

/// Only a hex colour gets through: a style sheet is no place for foreign text.
fn rules(primary: &str) -> String {
    let color = parse(primary).unwrap_or(NEUTRAL);
    let text = if contrast_with_white(color) >= 4.5 { "#fff" } else { "#16202a" };
    let [r, g, b] = color;
    format!(":root{{--primary:#{r:02x}{g:02x}{b:02x};--on-primary:{text}}}\n")
}

fn parse(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#')?;
    if digits.len() != 6 || !digits.is_ascii() {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// Contrast ratio of white text on `color`, WCAG 2.2 "contrast ratio".
fn contrast_with_white(color: [u8; 3]) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * channel(color[0]) + 0.7152 * channel(color[1]) + 0.0722 * channel(color[2]);
    1.05 / (luminance + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_dark_text_on_a_light_brand_colour() {
        assert!(rules("#ffcc00").contains("--on-primary:#16202a"));
        assert!(rules("#0b3d91").contains("--on-primary:#fff"));
    }

    #[test]
    fn lets_nothing_but_a_colour_into_the_style_sheet() {
        assert!(!rules("red;}body{display:none").contains("display"));
    }
}
