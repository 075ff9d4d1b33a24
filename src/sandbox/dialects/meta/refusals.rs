//! Meta's error for each refusal of the rules. Infobip, 360dialog and Vonage pass Meta's words on, so their tables use this one.
//!
//! Codes and subcodes: Meta error-codes page, 2026-09-11, and captured answers. Where no code is known it is 100 without a
//! subcode, in wording of our own.

use super::graph::{GraphError, no_object};
use crate::sandbox::rules::{
    error::SandboxError,
    refusal::{FieldPath, Part, Refusal, Step, Type},
};

impl From<SandboxError> for GraphError {
    /// A failing store is a service that is down; an id that is none is an object that does not exist.
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::NotAnId { text } => no_object(&text, "get"),
            other => Self::new(2, format!("the sandbox failed: {other}")).status(500).transient(),
        }
    }
}

/// An error about one parameter: code 100 and a message, no title.
fn parameter(message: &str) -> GraphError {
    GraphError::new(100, message)
}

impl From<Refusal> for GraphError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Sandbox(error) => error.into(),

            // Fields of a request.
            Refusal::Missing(field) => parameter(&format!("(#100) The parameter {} is required.", written(&field))),
            Refusal::NotOneOf { field, known } => {
                parameter(&format!("(#100) Param {} must be one of {{{}}}", written(&field), known.join(", ")))
            }
            Refusal::WrongType { field, expected } => parameter(&match expected {
                Type::Array => format!("(#100) Param {field} must be an array."),
                Type::Integer => format!("(#100) Param {field} must be an integer"),
                Type::Boolean => format!("(#100) Param {field} must be a boolean"),
            }),
            Refusal::NeedsLibraryTemplate { field } => {
                parameter(&format!("(#100) Param {field} needs library_template_name."))
            }
            Refusal::NoTemplateLibrary => {
                Self::refused("Template library is not available", "The sandbox has no template library.")
            }

            // Name, language, category.
            Refusal::NameFormat => Self::invalid(
                2_388_046,
                "Name Format is Incorrect",
                "The name can only have lowercase letters, numbers and underscores, and at most 512 characters.",
            )
            .blaming("name"),
            Refusal::ReservedName { name } => Self::invalid(
                2_388_155,
                "Template name is already used as a sample template",
                format!("{name} is the name of a sample template. Choose another name."),
            ),
            Refusal::UnsupportedLanguage { code } => Self::invalid(
                2_388_049,
                "Language is not supported",
                format!("{code} is not a language that message templates support."),
            ),
            // The sentence is captured, the subcode unpublished.
            Refusal::CategoryMismatch { asked, known } => Self::refused(
                "Template Category Doesn't Match",
                format!(
                    "The category {asked} doesn't match the one that's already associated with this template, {known}."
                ),
            ),

            // Content.
            Refusal::TimeToLive { category, least, most } => Self::refused(
                "Message time to live is out of range",
                format!(
                    "message_send_ttl_seconds of a template of category {category} must be from {least} to {most}."
                ),
            ),
            Refusal::NoBody => {
                Self::refused("Message template has no body", "A template needs a component of type BODY.")
            }
            Refusal::DuplicateComponent { kind } => {
                Self::refused("Duplicate component", format!("A template can only have one component of type {kind}."))
            }
            Refusal::ComponentNotInCategory { category, what } => Self::refused(
                "Component does not fit the category",
                format!("A template of category {category} can't have {what}."),
            ),
            Refusal::ButtonNotInCategory { category, kind } => Self::refused(
                "Button does not fit the category",
                format!("A template of category {category} can't have a button of type {kind}."),
            ),
            Refusal::Combination(text) => Self::refused("Invalid combination of components", text),
            Refusal::Authentication(text) => Self::refused("Authentication template is incorrect", text),
            Refusal::TooManyButtons { most, kind } => {
                let of_kind = kind.map(|kind| format!(" of type {kind}")).unwrap_or_default();
                Self::refused("Too many buttons", format!("A template can have at most {most} buttons{of_kind}."))
            }
            Refusal::ButtonsMixed => Self::refused(
                "Invalid combination of buttons",
                "Quick reply buttons and other buttons can't be mixed: invalid combination.",
            ),
            Refusal::ButtonText => Self::refused(
                "Button text format is incorrect",
                "A button's text can't be empty or have variables, new lines, emoji or formatting characters.",
            ),
            Refusal::InvalidUrl(field) => parameter(&format!("Param {} is not a valid URI.", written(&field))),
            Refusal::UrlVariables => {
                Self::refused("Button URL format is incorrect", "A button's URL can have one variable, at its end.")
            }
            Refusal::PhoneNumber(field) => {
                Self::new(192, format!("(#192) Param {} is not a valid phone number.", written(&field)))
            }
            Refusal::FlowTarget => Self::refused(
                "Flow button is incomplete",
                "A flow button needs one of flow_id, flow_name and flow_json.",
            ),
            Refusal::FlowId(field) => parameter(&format!("(#100) Param {} must be a valid flow id.", written(&field))),
            Refusal::Variables(text) => Self::refused("Message template has malformed variables", text),
            Refusal::WordRatio => Self::invalid(
                2_388_293,
                "Parameters words ratio exceeds limit",
                "This template has too many variables for its length. Reduce the number of variables or increase the \
                 message length.",
            ),
            Refusal::VariableAtEdge => {
                let both = "Variables can't be at the start or end of the template";
                Self::invalid(2_388_299, both, both)
            }
            Refusal::HeaderText => Self::invalid(
                2_388_047,
                "Message header format is incorrect",
                "The message header can't be empty or have more than one variable, new lines, emoji, asterisks or \
                 formatting characters.",
            ),
            Refusal::BodyText(text) => Self::invalid(2_388_072, "Message body format is incorrect", text),
            Refusal::FooterText => Self::invalid(
                2_388_073,
                "Message footer format is incorrect",
                "The message footer can't be empty or have variables, new lines or emoji.",
            ),
            Refusal::TooLong { part, most } => Self::invalid(
                2_388_040,
                "Character limit exceeded",
                format!("{} can have at most {most} characters.", named(&part)),
            ),
            Refusal::MissingExample(part) => Self::invalid(
                2_388_043,
                "Message template is missing an example",
                format!("{} needs an example for each of its variables.", named(&part)),
            ),
            Refusal::MediaSample => {
                let mut error = Self::new(131_009, "(#131009) Parameter value is not valid")
                    .details("The header handle is not valid or has expired. Upload the file again.");
                error.subcode = Some(2_494_102);
                error.title = Some("Invalid media handle".into());
                error
            }

            // State of the account.
            Refusal::MayNotCreate => {
                let mut error = Self::new(10, "Application does not have permission for this action");
                error.subcode = Some(2_388_185);
                error.title = Some("Cannot create message template".into());
                error.user_message = Some("This account may not create message templates yet.".into());
                error
            }
            Refusal::AlreadyExists { language } => Self::invalid(
                2_388_024,
                "Content in This Language Already Exists",
                format!(
                    "There is already {language} content for this template. You can create a new template and try again."
                ),
            ),
            Refusal::NameLocked { language } => Self::invalid(
                2_388_023,
                "Message template language is being deleted",
                format!(
                    "New {language} content can't be added while the existing {language} content is being deleted. \
                     Try again in 4 weeks or consider creating a new message template."
                ),
            ),
            Refusal::TemplateLimit { most } => Self::invalid(
                2_388_019,
                "Message template limit exceeded",
                format!("This WhatsApp Business account has reached the limit of {most} message templates."),
            ),
            Refusal::CreationLimit { minutes } => {
                Self::too_many_calls("This account's template creations of the last hour are used up.", minutes)
            }
            Refusal::CallLimit { minutes } => {
                Self::too_many_calls("This account's calls of the last hour are used up.", minutes)
            }
            Refusal::NoSuchTemplate { id } => no_object(&id, "post"),

            // Edits.
            Refusal::NothingToEdit => parameter("(#100) One of the parameters components or category is required."),
            Refusal::FixedField { field } => parameter(&format!("(#100) The {field} of a template can't be changed.")),
            Refusal::AutoGeneratedEdit => Self::invalid(
                2_388_318,
                "Message template can't be edited",
                "This template was generated automatically and can't be edited.",
            ),
            Refusal::StatusNotEditable { status } => Self::invalid(
                2_388_039,
                "Message template status can't be changed",
                format!("A template that is {status} can't be edited. You can only delete it or add a new one."),
            ),
            Refusal::EditLimit { most, hours } => Self::invalid(
                2_388_039,
                "Message template status can't be changed",
                format!(
                    "An approved template can be edited {most} time(s) in {hours} hours. Try again later, or delete it or \
                     add a new one."
                ),
            ),
            Refusal::PriceNotAddable => Self::refused(
                "Maximum price can't be added",
                "A maximum price can't be added to a template that was created without one.",
            ),
            Refusal::PriceLimit { most, hours } => Self::refused(
                "Maximum price can't be changed",
                format!("The maximum price can be changed {most} times in {hours} hours."),
            ),
            Refusal::CategoryLocked { status } => Self::refused(
                "Template category can't be changed",
                format!("The category of a template that is {status} can't be changed."),
            ),
            Refusal::CategoryToAuthentication => Self::invalid(
                3_835_031,
                "Template category can't be changed",
                "The category of a rejected template can't be changed to AUTHENTICATION.",
            ),

            // Deletions, pauses, archiving.
            Refusal::AutoGeneratedDeletion { template } => Self::invalid(
                2_388_330,
                "Message template can't be deleted",
                format!("{template} was generated automatically and can't be deleted."),
            ),
            Refusal::DisabledDeletion { template } => Self::refused(
                "Message template can't be deleted",
                format!("{template} is disabled and can't be deleted."),
            ),
            Refusal::NotPaused { status } => parameter(&format!("Template is not paused: {status}")),
            Refusal::NotArchivable => parameter("Only approved or rejected templates can be archived"),
            Refusal::NotArchived => parameter("Template is not archived"),

            // Uploads.
            Refusal::UploadLength { most } => {
                parameter(&format!("(#100) Param file_length must be an integer from 1 to {most}"))
            }
            Refusal::NotAnUpload { session } => no_object(&session, "post"),
            Refusal::NoSuchUpload { session } => no_object(&format!("upload:{session}"), "post"),
            Refusal::UploadOffset { expected } => {
                parameter(&format!("(#100) The header file_offset has to be {expected}"))
            }
            Refusal::UploadTooLong => parameter("(#100) More bytes came than file_length announced"),
        }
    }
}

/// A place in a body as the API writes it: `components[2]['buttons'][0]['type']`.
fn written(path: &FieldPath) -> String {
    path.steps().iter().enumerate().fold(String::new(), |text, (at, step)| match step {
        Step::Field(name) if at == 0 => text + name,
        Step::Field(name) => format!("{text}['{name}']"),
        Step::Item(item) => format!("{text}[{item}]"),
    })
}

/// A part as the API's sentences name it.
fn named(part: &Part) -> String {
    match part {
        Part::Header => "The header".to_owned(),
        Part::Body => "The body".to_owned(),
        Part::Footer => "The footer".to_owned(),
        Part::ButtonText => "A button's text".to_owned(),
        Part::ButtonUrl => "A button's URL".to_owned(),
        Part::ButtonPhoneNumber => "A button's phone number".to_owned(),
        Part::CouponCode => "A coupon code".to_owned(),
        Part::OfferText => "The text of a limited-time offer".to_owned(),
        Part::At(path) => written(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_the_api_writes_them() {
        let button = FieldPath::component(2).item("buttons", 0);
        assert_eq!(written(&button.at("type")), "components[2]['buttons'][0]['type']");
        assert_eq!(written(&FieldPath::field("name")), "name");
    }
}
