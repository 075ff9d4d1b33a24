//! stub
use crate::template::{Category, Content};
/// i
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Imported {
    pub name: String,
    pub category: Category,
    pub accept_category: Option<Category>,
    pub languages: Vec<ImportedLanguage>,
    pub accounts: Option<Vec<String>>,
    pub allow: Vec<String>,
    pub comments: Vec<String>,
}
/// l
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct ImportedLanguage {
    pub language: String,
    pub category: Category,
    pub content: Content,
}
/// y
pub fn family_yaml(_: &Imported, _: Option<&str>) -> String {
    String::new()
}
