//! What a browser calls itself, in words a person recognizes: «Chrome (Windows)».
//!
//! Only for notices. Nothing is decided by it: the header says whatever its sender likes.

use http::HeaderMap;
use http::header::USER_AGENT;

/// The first word that occurs wins: most browsers name their relatives, too.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Microsoft Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Browser and system of a request.
pub fn described(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = |words: &[(&str, &'static str)]| {
        words.iter().find(|(word, _)| agent.contains(word)).map_or("-", |(_, name)| *name)
    };
    format!("{} ({})", named(&BROWSERS), named(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_people_use_and_nothing_the_sender_wrote() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
                "Chrome (Windows)",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Microsoft Edge (Windows)",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1",
                "Safari (iPhone)",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox (Linux)"),
            ("https://evil.example/<b>", "- (-)"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, agent.parse().unwrap());
            assert_eq!(described(&headers), words);
        }
        assert_eq!(described(&HeaderMap::new()), "- (-)");
    }
}
