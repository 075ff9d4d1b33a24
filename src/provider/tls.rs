//! Faults of TLS, told apart from a network that is down: trying again does not mend a certificate.
//!
//! Reads errors of the HTTP client. Connects to nothing, trusts nobody.

use std::{error::Error, io};

use rustls::{AlertDescription, CertificateError};

/// Chains of causes are a handful of errors long; a circle would have no end.
const LONGEST_CHAIN: usize = 32;

/// What to do about any of them. The variables are read where the system's CAs lie in files (rustls-native-certs 0.8.5).
pub const REMEDY: &str = "see that this machine's clock is right and that its store of CA certificates is installed; where a proxy \
                          opens TLS, let the machine trust the proxy's CA (on Linux, SSL_CERT_FILE and SSL_CERT_DIR replace the \
                          system's CAs)";

/// What is wrong with TLS, if it is that; `None` for everything that may pass by itself.
#[must_use]
pub fn fault(error: &(dyn Error + 'static)) -> Option<String> {
    chain(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()).and_then(describe)
}

/// An error and its causes. `io::Error` hides the error that it was made from behind that one's own cause.
pub(super) fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let inner = |error: &'e (dyn Error + 'static)| -> Option<&'e (dyn Error + 'static)> {
        let io = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        io.map(|inner| inner as _).or_else(|| error.source())
    };
    std::iter::successors(Some(error), move |error| inner(*error)).take(LONGEST_CHAIN)
}

fn describe(error: &rustls::Error) -> Option<String> {
    let text = match error {
        rustls::Error::InvalidCertificate(fault) => certificate(fault),
        rustls::Error::NoCertificatesPresented => "the server shows no certificate".to_owned(),
        rustls::Error::InvalidMessage(_)
        | rustls::Error::InappropriateMessage { .. }
        | rustls::Error::InappropriateHandshakeMessage { .. } => {
            format!("the server does not speak TLS as it should ({error})")
        }
        rustls::Error::AlertReceived(alert) if !is_final(*alert) => return None,
        // The text of the error says what could not be agreed on, or loaded.
        rustls::Error::AlertReceived(_)
        | rustls::Error::PeerIncompatible(_)
        | rustls::Error::PeerMisbehaved(_)
        | rustls::Error::NoApplicationProtocol
        | rustls::Error::UnsupportedNameType
        | rustls::Error::InvalidEncryptedClientHello(_)
        | rustls::Error::InvalidCertRevocationList(_)
        | rustls::Error::General(_)
        | rustls::Error::Other(_) => error.to_string(),
        _ => return None,
    };
    Some(text)
}

/// Alerts by which a server refuses this client for good. Others (`internal_error`, `user_canceled`) may pass.
const fn is_final(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::HandshakeFailure
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity
            | AlertDescription::InappropriateFallback
            | AlertDescription::UnrecognisedName
            | AlertDescription::CertificateRequired
            | AlertDescription::NoApplicationProtocol
    )
}

fn certificate(fault: &CertificateError) -> String {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired, by this machine's clock".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet, by this machine's clock".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "the server's certificate is signed by an authority that this machine does not trust".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another name".to_owned()
        }
        CertificateError::Revoked => "the server's certificate was revoked".to_owned(),
        // macOS and Windows say it in their own words.
        other => format!("the server's certificate is not accepted: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(error: rustls::Error) -> io::Error {
        io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    #[test]
    fn found_below_errors_that_hide_their_cause() {
        let said = fault(&wrapped(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer))).unwrap();
        assert!(said.contains("does not trust"), "{said}");
        assert_eq!(fault(&io::Error::from(io::ErrorKind::ConnectionReset)), None);
    }

    #[test]
    fn what_may_pass_is_no_fault_of_tls() {
        for passing in [
            rustls::Error::AlertReceived(AlertDescription::InternalError),
            rustls::Error::AlertReceived(AlertDescription::CloseNotify),
            rustls::Error::DecryptError,
            rustls::Error::FailedToGetRandomBytes,
        ] {
            assert_eq!(fault(&wrapped(passing.clone())), None, "{passing}");
        }
        for lasting in [
            rustls::Error::AlertReceived(AlertDescription::HandshakeFailure),
            rustls::Error::NoCertificatesPresented,
            rustls::Error::General("No CA certificates were loaded from the system".to_owned()),
        ] {
            assert!(fault(&wrapped(lasting.clone())).is_some(), "{lasting}");
        }
    }
}
