//! stub
use crate::source::Desired;
/// f
pub struct Finding {
    /// c
    pub code: &'static str,
    /// p
    pub path: String,
    /// m
    pub message: String,
}
/// l
pub const LEGACY_CATEGORY: &str = "LP1xx";
/// r
pub fn refused(_: &Desired) -> Vec<Finding> {
    Vec::new()
}
