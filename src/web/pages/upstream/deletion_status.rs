use askama::Template;

use crate::web::page::{Frame, Page};

/// What became of the wish to delete the data a Facebook account brought here: the page Facebook shows to the person.
#[derive(Template)]
#[template(path = "page/upstream/deletion_status.html")]
pub struct DeletionStatusPage {
    /// The frame.
    pub frame: Frame,
    /// The code that was given to the person.
    pub code: String,
    /// Whether everything is deleted.
    pub done: bool,
}

impl DeletionStatusPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |code: &str, done| Self { frame: frame.clone(), code: code.to_owned(), done };
        vec![page("7K3Q9P2MXW4T", true), page("\"><script>alert(1)</script>", false)]
    }
}

impl Page for DeletionStatusPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
