//! WhatsApp message templates as code.
