//! How parameters are written: names that are none, keys of samples, and what was meant by them.

use crate::{
    diagnostic::{Diagnostic, Span},
    template::{Parameter, placeholder},
};

/// A fault of parameters or samples.
pub(super) fn fault(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("LP010", span, message)
}

/// What stands between braces, or as the key of a sample, and is no parameter.
pub(super) fn unsound(name: &str, span: Span) -> Diagnostic {
    let written = format!("{{{{{name}}}}}");
    let message = match placeholder::unseen(name) {
        Some(what) => format!("`{written}` has {what} between its braces and is not a parameter to the provider"),
        None => format!("`{written}` is not a parameter name"),
    };
    let Some(meant) = placeholder::meant(name) else {
        let help = "names are lower-case letters, digits and underscores, and begin with a letter";
        return fault(span, message).help(help);
    };
    let right = format!("{{{{{meant}}}}}");
    // Of `{{order id}}` nobody can say for certain that `{{order_id}}` was meant.
    let only_unseen = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').eq(meant.chars());
    let help = if only_unseen { format!("write `{right}`") } else { format!("did you mean `{right}`?") };
    fault(span, message).help(help).rewrite(written, right)
}

/// The parameter that a key of samples names, and what is wrong with how it is written: braces, blanks, what cannot be seen.
pub(super) fn key_parameter(key: &str, span: Span, faults: &mut Vec<Diagnostic>) -> Parameter {
    match Parameter::parse(key) {
        Parameter::Name(name) if !placeholder::is_name(&name) => {
            let Some(meant) = placeholder::meant(&name) else { return Parameter::Name(name) };
            let message = match placeholder::unseen(key) {
                Some(what) => format!("the sample's key `{key}` has {what} in it"),
                None => format!("the sample's key `{key}` is not a parameter"),
            };
            faults.push(fault(span, message).help(format!("write `{meant}`")).rewrite(key, &meant));
            Parameter::parse(&meant)
        }
        parameter => parameter,
    }
}

/// The parameter that was meant, reported elsewhere or not.
pub(super) fn meant(parameter: Parameter) -> Parameter {
    match &parameter {
        Parameter::Name(name) if !placeholder::is_name(name) => {
            placeholder::meant(name).map_or(parameter, |meant| Parameter::parse(&meant))
        }
        _ => parameter,
    }
}
