use askama::Template;

use crate::web::page::{Frame, Page};

/// The JSON API to be read by people: every operation, every schema, every error code.
#[derive(Template)]
#[template(path = "page/operator/reference.html")]
pub struct ApiReferencePage {
    /// The frame.
    pub frame: Frame,
    /// The program's version.
    pub version: String,
    /// What the document says about the API as a whole.
    pub lead: String,
    /// The operations, by tag.
    pub groups: Vec<ReferenceGroup>,
    /// The schemas they speak of.
    pub schemas: Vec<ReferenceSchema>,
    /// The codes of problems.
    pub codes: Vec<ReferenceCode>,
}

/// The operations of one tag.
#[derive(Clone, Debug)]
pub struct ReferenceGroup {
    /// Its name.
    pub name: String,
    /// What the document says about it.
    pub lead: String,
    /// Its operations.
    pub operations: Vec<ReferenceOperation>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct ReferenceOperation {
    /// Its id, also its anchor.
    pub id: String,
    /// Its method, in capitals.
    pub method: String,
    /// Its path.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// What it takes.
    pub permission: String,
    /// Its parameters: the kind is followed by where they stand.
    pub parameters: Vec<ReferenceMember>,
    /// The form of its body.
    pub body: Option<ReferenceKind>,
    /// Its answers.
    pub answers: Vec<ReferenceAnswer>,
    /// A request, as a command line.
    pub example: String,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct ReferenceAnswer {
    /// Its status.
    pub status: String,
    /// What it means.
    pub meaning: String,
    /// The form of its body.
    pub kind: Option<ReferenceKind>,
}

/// A form of data: in words, and where it is explained.
#[derive(Clone, Debug)]
pub struct ReferenceKind {
    /// In words: `string`, `array of Contract`.
    pub words: String,
    /// The schema's name, where it is one of ours.
    pub schema: Option<String>,
}

/// A schema.
#[derive(Clone, Debug)]
pub struct ReferenceSchema {
    /// Its name, also its anchor.
    pub name: String,
    /// What it is.
    pub meaning: String,
    /// The words it may be, where it is a choice.
    pub words: Vec<String>,
    /// Its members, where it is an object.
    pub members: Vec<ReferenceMember>,
}

/// A member of an object, or a parameter.
#[derive(Clone, Debug)]
pub struct ReferenceMember {
    /// Its name.
    pub name: String,
    /// Its form.
    pub kind: ReferenceKind,
    /// Where it stands: `path`, `query`, `header`; empty for members.
    pub place: String,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it is.
    pub meaning: String,
}

/// The code of a problem.
#[derive(Clone, Debug)]
pub struct ReferenceCode {
    /// The code, also its anchor.
    pub code: String,
    /// Its status.
    pub status: u16,
    /// What it means.
    pub meaning: String,
}

impl ApiReferencePage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let kind = |words: &str, schema: Option<&str>| ReferenceKind {
            words: words.to_owned(),
            schema: schema.map(str::to_owned),
        };
        let member = |name: &str, place: &str| ReferenceMember {
            name: name.to_owned(),
            kind: kind("string", None),
            place: place.to_owned(),
            is_required: !place.is_empty(),
            meaning: "<b>It is</b> \"this\".".to_owned(),
        };
        let operation = ReferenceOperation {
            id: "get_contract".to_owned(),
            method: "GET".to_owned(),
            path: "/api/v1/contracts/{contract_id}".to_owned(),
            summary: "Shows a contract.".to_owned(),
            permission: "contracts:read".to_owned(),
            parameters: vec![member("contract_id", "path")],
            body: Some(kind("Contract", Some("Contract"))),
            answers: vec![ReferenceAnswer {
                status: "200".to_owned(),
                meaning: "The contract.".to_owned(),
                kind: Some(kind("Contract", Some("Contract"))),
            }],
            example: "curl -H \"Authorization: Bearer $KEY\" \\\n  https://ops.example/api/v1/contracts/c".to_owned(),
        };
        let group = ReferenceGroup {
            name: "contracts".to_owned(),
            lead: "Customer <companies>.".to_owned(),
            operations: vec![operation],
        };
        let schemas = vec![
            ReferenceSchema {
                name: "Contract".to_owned(),
                meaning: "A contract.".to_owned(),
                words: Vec::new(),
                members: vec![member("name", "")],
            },
            ReferenceSchema {
                name: "Plan".to_owned(),
                meaning: String::new(),
                words: vec!["basic".to_owned(), "trial".to_owned()],
                members: Vec::new(),
            },
        ];
        let code = ReferenceCode { code: "invalid".to_owned(), status: 422, meaning: "Fields are wrong.".to_owned() };
        vec![Self {
            frame: Frame { here: "/api/docs".to_owned(), ..frame.clone() },
            version: "0.1.0".to_owned(),
            lead: "What programs drive.".to_owned(),
            groups: vec![group],
            schemas,
            codes: vec![code],
        }]
    }
}

impl Page for ApiReferencePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
