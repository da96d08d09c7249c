//! Every mail of every brand in every language.
