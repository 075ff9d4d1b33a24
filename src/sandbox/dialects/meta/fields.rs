//! Which fields a node has, which are shown without being asked for, and what `fields=` means.
//!
//! Names and types: message-template-api reference, 2026-09-11; what is shown by default and in which order: observed. Must not
//! look at values.

use super::graph::GraphError;
use super::params::Params;
use crate::sandbox::rules::creation::PRICE;

/// Shown without being asked for, in this order. Fields that are not known here follow, `id` is always last.
pub(crate) const SHOWN: [&str; 12] = [
    "name",
    "message_send_ttl_seconds",
    "parameter_format",
    "components",
    "language",
    "status",
    "category",
    "previous_category",
    "sub_category",
    "library_template_name",
    "disable_ios_autofill",
    "is_primary_device_delivery_only",
];

/// Shown only when asked for.
pub(crate) const ON_REQUEST: [&str; 16] = [
    "correct_category",
    "cta_url_link_tracking_opted_out",
    "rejected_reason",
    "quality_score",
    "last_updated_time",
    "display_format",
    "health_status",
    "source",
    "is_sms_fallback_enabled",
    "ad_account_id",
    "ad_campaign_id",
    "ad_adset_id",
    "ad_id",
    PRICE[1],
    PRICE[0],
    "degrees_of_freedom_spec",
];

/// Fields of an account node. Those that the sandbox has nothing for are left out of its answers, as the provider does.
pub(crate) const OF_ACCOUNT: [&str; 18] = [
    "id",
    "name",
    "message_template_namespace",
    "timezone_id",
    "currency",
    "account_review_status",
    "status",
    "ownership_type",
    "country",
    "business_verification_status",
    "is_enabled_for_insights",
    "marketing_messages_lite_api_status",
    "marketing_messages_onboarding_status",
    "disable_marketing_messages_on_cloud_api",
    "on_behalf_of_business_info",
    "owner_business_info",
    "health_status",
    "subscribed_apps",
];

/// The fields that a request asks for; `None` when it asks for none in particular.
pub(crate) fn asked(params: &Params) -> Option<Vec<String>> {
    let list = params.text("fields")?;
    let mut fields = Vec::new();
    let mut depth = 0_i32;
    let mut field = String::new();
    for c in list.chars() {
        match c {
            '{' | '(' => depth = depth.saturating_add(1),
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => fields.push(std::mem::take(&mut field)),
            c if depth == 0 && !c.is_whitespace() => field.push(c),
            _ => {}
        }
    }
    fields.push(field);
    fields.retain(|f| !f.is_empty());
    (!fields.is_empty()).then_some(fields)
}

/// Refuses fields that a template does not have, or that the account's API does not know.
pub(crate) fn check(asked: &[String], unknown: &[String]) -> Result<(), GraphError> {
    let known = |f: &str| f == "id" || SHOWN.contains(&f) || ON_REQUEST.contains(&f);
    check_among(asked, |f| known(f) && !unknown.iter().any(|one| one == f))
}

/// Refuses fields that `known` does not know.
pub(crate) fn check_among(asked: &[String], known: impl Fn(&str) -> bool) -> Result<(), GraphError> {
    match asked.iter().find(|f| !known(f)) {
        None => Ok(()),
        Some(field) => Err(GraphError::new(100, format!("(#100) Tried accessing nonexisting field ({field})"))),
    }
}

/// Whether `fields` names something that only an account has.
pub(crate) fn asks_for_account(params: &Params) -> bool {
    asked(params).is_some_and(|fields| {
        fields.iter().any(|f| {
            OF_ACCOUNT.contains(&f.as_str()) && !matches!(f.as_str(), "id" | "name" | "status" | "health_status")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::dialects::wire::Call;

    #[test]
    fn fields_are_taken_apart() {
        let call = Call { query: "fields=id,quality_score{score,date},%20name".into(), ..Call::default() };
        let fields = asked(&Params::parse(&call)).unwrap();
        assert_eq!(fields, ["id", "quality_score", "name"]);
        assert!(check(&fields, &[]).is_ok());
        assert!(check(&fields, &["name".into()]).is_err());
        let error = check(&["colour".into()], &[]).unwrap_err();
        assert_eq!(error.message, "(#100) Tried accessing nonexisting field (colour)");
    }
}
