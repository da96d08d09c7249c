//! The forms of the console.

/// A form. It is sent to `action`; by POST with the form token of the page.
#[derive(Clone, Debug)]
pub struct Form {
    /// The heading; empty without.
    pub title: String,
    /// Whether it only asks: sent by GET, nothing changes.
    pub asks: bool,
    /// Where it is sent.
    pub action: String,
    /// What it does, before its fields; empty without.
    pub note: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// The words on its button.
    pub submit: String,
    /// Whether it takes something away.
    pub danger: bool,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name and its id.
    pub name: String,
    /// Its label.
    pub label: String,
    /// A hint below it; empty without.
    pub hint: String,
    /// What is wrong with it; empty when nothing is.
    pub error: String,
    /// What it looks like.
    pub kind: FieldKind,
}

/// What a field looks like.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// One line.
    Line {
        /// What stands in it.
        value: String,
        /// The type of the input: `text`, `email`, `number`, `datetime-local`.
        input: &'static str,
        /// Whether something has to stand in it.
        required: bool,
    },
    /// Several lines.
    Area {
        /// What stands in it.
        value: String,
    },
    /// One of several.
    Select {
        /// Value, words, whether it is chosen.
        options: Vec<(String, String, bool)>,
    },
    /// Any of several, each with a name of its own.
    Boxes {
        /// Name, words, whether it is ticked.
        options: Vec<(String, String, bool)>,
    },
    /// One box.
    Tick {
        /// Whether it is ticked.
        ticked: bool,
        /// Whether it must be.
        required: bool,
    },
    /// Nothing to see.
    Hidden {
        /// What is sent.
        value: String,
    },
}

impl Field {
    fn new(name: &str, label: impl Into<String>, kind: FieldKind) -> Self {
        Self { name: name.to_owned(), label: label.into(), hint: String::new(), error: String::new(), kind }
    }

    /// One line of text.
    pub fn line(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Line { value: value.into(), input: "text", required: false })
    }

    /// One line of another type.
    #[must_use]
    pub fn of_type(mut self, to: &'static str) -> Self {
        if let FieldKind::Line { input, .. } = &mut self.kind {
            *input = to;
        }
        self
    }

    /// Something has to stand in it, or it has to be ticked.
    #[must_use]
    pub fn required(mut self) -> Self {
        if let FieldKind::Line { required, .. } | FieldKind::Tick { required, .. } = &mut self.kind {
            *required = true;
        }
        self
    }

    /// Several lines.
    pub fn area(name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Area { value: value.into() })
    }

    /// One of several: value and words; `chosen` is the value in force.
    pub fn select(
        name: &str,
        label: impl Into<String>,
        options: impl IntoIterator<Item = (String, String)>,
        chosen: &str,
    ) -> Self {
        let options = options.into_iter().map(|(value, words)| {
            let is_chosen = value == chosen;
            (value, words, is_chosen)
        });
        Self::new(name, label, FieldKind::Select { options: options.collect() })
    }

    /// Any of several: name, words, whether it is ticked.
    pub fn boxes(
        name: &str,
        label: impl Into<String>,
        options: impl IntoIterator<Item = (String, String, bool)>,
    ) -> Self {
        Self::new(name, label, FieldKind::Boxes { options: options.into_iter().collect() })
    }

    /// One box.
    pub fn tick(name: &str, label: impl Into<String>, ticked: bool) -> Self {
        Self::new(name, label, FieldKind::Tick { ticked, required: false })
    }

    /// Nothing to see.
    pub fn hidden(name: &str, value: impl Into<String>) -> Self {
        Self::new(name, "", FieldKind::Hidden { value: value.into() })
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what is wrong with it; nothing when that is empty.
    #[must_use]
    pub fn wrong(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// The ids of what describes it.
    pub(super) fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = (!self.error.is_empty()).then(|| format!("{}-error", self.name));
        error.into_iter().chain(hint).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<super::Block> {
    let hostile = || "\"><script>".to_owned();
    let option = |value: &str| (value.to_owned(), hostile());
    let fields = |prefix: &str, error: &str| {
        let name = |name: &str| format!("{prefix}{name}");
        vec![
            Field::line(&name("plain"), hostile(), hostile()).hint(hostile()).wrong(error).required(),
            Field::line(&name("mail"), hostile(), "a@example.jp").of_type("email"),
            Field::area(&name("area"), hostile(), "</textarea>\nb").wrong(error),
            Field::select(&name("select"), hostile(), [option("a"), option("b")], "b").hint(hostile()).wrong(error),
            Field::boxes(
                &name("boxes"),
                hostile(),
                [(name("box-a"), hostile(), true), (name("box-b"), hostile(), false)],
            )
            .hint(hostile())
            .wrong(error),
            Field::tick(&name("tick"), hostile(), true).wrong(error).required(),
            Field::tick(&name("tick2"), hostile(), false).hint(hostile()),
            Field::hidden(&name("hidden"), hostile()),
        ]
    };
    let form = |prefix: &str, error: &str, asks, danger| Form {
        title: hostile(),
        asks,
        action: "/contracts/x/plan".to_owned(),
        note: hostile(),
        fields: fields(prefix, error),
        submit: hostile(),
        danger,
    };
    vec![
        super::Block::Form(form("a-", "", true, false)),
        super::Block::Form(form("b-", "wrong <b>", false, false)),
        super::Block::Form(form("c-", "", false, true)),
    ]
}
