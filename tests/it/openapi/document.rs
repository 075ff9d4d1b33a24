//! The documents, their patches, and the operations that come of both.

use camino::Utf8Path;
use serde_json::{Value, json};

use super::{
    operation::Operations,
    patch::{self, Patch},
    recorded,
};

/// One for each dialect of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    Meta,
    Infobip,
    Dialog360,
    Dialog360Waba,
    Vonage,
}

impl Document {
    pub(super) const ALL: [Self; 5] = [Self::Meta, Self::Infobip, Self::Dialog360, Self::Dialog360Waba, Self::Vonage];

    /// The document of a dialect, as the log names it.
    pub(super) fn of(dialect: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|document| document.dialect() == dialect)
    }

    pub(super) const fn dialect(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Infobip => "infobip",
            Self::Dialog360 => "360dialog",
            Self::Dialog360Waba => "360dialog-waba",
            Self::Vonage => "vonage",
        }
    }

    /// As the provider published it.
    pub(super) fn read(self, facts: &Utf8Path) -> Value {
        let file = match self {
            Self::Meta => "meta-templates-v23.json",
            Self::Infobip => "infobip-templates.json",
            Self::Dialog360 | Self::Dialog360Waba => "360dialog-recorded.json",
            Self::Vonage => "vonage-1.4.0.yml",
        };
        let path = facts.join("openapi").join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        // JSON is YAML too, but its reader knows more about numbers.
        let value: Value = if path.extension() == Some("json") {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
        } else {
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        let recorded = |host| {
            let mut document = recorded::document(&value, host);
            document["components"] = json!({ "schemas": { "MetaComponent": meta_component(facts) } });
            document
        };
        match self {
            Self::Dialog360 => recorded("hub.360dialog.io"),
            Self::Dialog360Waba => recorded("waba-v2.360dialog.io"),
            Self::Meta | Self::Infobip | Self::Vonage => value,
        }
    }

    /// What the facts know better.
    pub(super) fn patches(self) -> Vec<Patch> {
        patch::parse(match self {
            Self::Meta => include_str!("patches/meta.yaml"),
            Self::Infobip => include_str!("patches/infobip.yaml"),
            Self::Dialog360 => include_str!("patches/dialog360.yaml"),
            Self::Dialog360Waba => include_str!("patches/dialog360_waba.yaml"),
            Self::Vonage => include_str!("patches/vonage.yaml"),
        })
    }

    /// What may be asked for, with all patches.
    pub(super) fn operations(self, facts: &Utf8Path) -> Operations {
        operations(&self.read(facts), &self.patches(), None).unwrap_or_else(|what| panic!("{self:?}: {what}"))
    }
}

/// A component as Meta takes it, for documents of providers that hand it through.
fn meta_component(facts: &Utf8Path) -> Value {
    const PLACE: &str = "/paths/~1{Version}~1{WABA-ID}~1message_templates/post/requestBody/content/application~1json/schema\
                         /properties/components/items";
    let meta = patch::patched(&Document::Meta.read(facts), &Document::Meta.patches(), None);
    let component = meta.unwrap_or_else(|what| panic!("{what}")).pointer(PLACE).cloned().unwrap();
    // Cards hold components, which are somewhere else now.
    let moved = component.to_string().replace(&format!("#{PLACE}"), "#/components/schemas/MetaComponent");
    serde_json::from_str(&moved).unwrap()
}

/// What a document allows with all its patches, or all but one.
///
/// # Errors
/// It makes no sense without that one.
pub(super) fn operations(document: &Value, patches: &[Patch], but: Option<usize>) -> Result<Operations, String> {
    Operations::of(patch::patched(document, patches, but)?)
}
