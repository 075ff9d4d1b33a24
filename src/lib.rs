//! WhatsApp message templates as code.

pub mod sandbox;
