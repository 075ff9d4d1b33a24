//! Meta's component JSON ⇄ [`super::Content`], for the three providers that speak it and for verbatim `components:` in YAML.
