//! Families that together use every component, header, button and setting, and the pictures for them.

use super::harness::Workspace;

/// One file of families for each kind of template.
pub(crate) const EVERY_KIND: &[(&str, &str)] = &[
    (
        "text",
        r#"
name: service_booked
category: UTILITY
about: {owner: workshop, ticket: FC-12}
message_send_ttl_seconds: 10m
parameters:
  - customer: Resi
  - day: Monday
header: {format: TEXT}
footer: Fernweh Cycles
buttons:
  - {type: QUICK_REPLY, text: Confirm}
  - {type: QUICK_REPLY, text: Move it}
  - {type: URL, text: Track, url: "https://fernweh.example/s/{{order}}", example: A7}
  - {type: PHONE_NUMBER, text: Call us, phone_number: "+43 0316 555010"}
languages:
  en_US:
    header: Service for {{customer}}
    body: |
      Hi {{customer}}, we are looking forward to your bike on {{day}}.

      Please bring the key of your *lock*  and the battery.
  de:
    header: Werkstatt für {{customer}}
    body: |
      Hallo {{customer}}, wir freuen uns am {{day}} auf dein Rad.

      Bitte bring den Schlüssel vom Schloss und den Akku mit.
    buttons: [Passt, Verschieben, Verfolgen, Anrufen]
"#,
    ),
    (
        "numbers",
        r#"
name: parcel_moved
category: utility
languages:
  en_US:
    body: {text: "Hello {{1}}, your parcel {{2}} waits at the counter in Graz until {{3}} this week.", example: [Resi, "4711", noon]}
    buttons: [{type: URL, text: Where, url: "https://fernweh.example/p"}]
"#,
    ),
    (
        "media",
        r#"
name: summer_picture
category: MARKETING
header: {format: IMAGE, example: media/bike.png}
languages:
  en_US: {body: The new tourer has arrived in our shop in Graz.}
---
name: summer_film
category: MARKETING
header: {format: VIDEO, example: media/ride.mp4}
languages:
  en_US: {body: See how the new tourer rides through the Alps.}
---
name: invoice_ready
category: UTILITY
header: {format: DOCUMENT, example: media/invoice.pdf}
languages:
  en_US: {body: Your invoice is in the file above.}
---
name: meeting_point
category: UTILITY
header: {format: LOCATION}
languages:
  en_US: {body: Your guided ride begins at the place above.}
"#,
    ),
    (
        "codes",
        r#"
name: code_copy
category: AUTHENTICATION
message_send_ttl_seconds: 300
body: {add_security_recommendation: true}
footer: {code_expiration_minutes: 10}
buttons: [{type: OTP, otp_type: COPY_CODE}]
languages: [en_US, es, pt_BR]
---
name: code_one_tap
category: AUTHENTICATION
body: {add_security_recommendation: false}
buttons: [{type: OTP, otp_type: ONE_TAP, text: Copy it, autofill_text: Fill in, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]
languages: [en_US]
---
name: code_zero_tap
category: AUTHENTICATION
body: {add_security_recommendation: true}
buttons: [{type: OTP, otp_type: ZERO_TAP, zero_tap_terms_accepted: true, supported_apps: [{package_name: example.fernweh.app, signature_hash: K8a/AINcGX7}]}]
languages: [en_US]
"#,
    ),
    (
        "carousel",
        r#"
name: three_bikes
category: MARKETING
languages:
  en_US:
    body: {text: "Three new bikes for {{1}} have come to our shop in Graz.", example: [Resi]}
    carousel:
      cards:
        - header: {format: IMAGE, example: media/bike.png}
          body: {text: "The tourer {{1}} is made for long days on gravel.", example: [Alp]}
          buttons: [{type: URL, text: Look, url: "https://fernweh.example/b/{{1}}", example: alp}, {type: QUICK_REPLY, text: Later}]
        - header: {format: IMAGE, example: media/bike.png}
          body: {text: "The racer {{1}} is made for short days on asphalt.", example: [Tal]}
          buttons: [{type: URL, text: Look, url: "https://fernweh.example/b/{{1}}", example: tal}, {type: QUICK_REPLY, text: Later}]
---
name: two_products
category: MARKETING
languages:
  en_US:
    body: Two helmets that fit your new bike.
    carousel:
      cards:
        - {header: {format: PRODUCT}, buttons: [{type: SPM}]}
        - {header: {format: PRODUCT}, buttons: [{type: SPM}]}
"#,
    ),
    (
        "offers",
        r#"
name: spring_offer
category: MARKETING
header: {format: IMAGE, example: media/bike.png}
limited_time_offer: {text: Spring sale, has_expiration: true}
buttons:
  - {type: COPY_CODE, example: RIDE25}
  - {type: URL, text: Shop, url: "https://fernweh.example/sale/{{1}}", example: bells}
languages:
  en_US: {body: Bells and lights cost a quarter less this week.}
---
name: coupon
category: MARKETING
buttons: [{type: QUICK_REPLY, text: No more}, {type: COPY_CODE, example: BELL10}]
languages:
  en_US: {body: AccountIdentity is your coupon for a bell.}
"#,
    ),
    (
        "shops",
        r#"
name: whole_catalog
category: MARKETING
buttons: [{type: CATALOG}]
languages:
  en_US: {body: Everything that we have is in our catalog., footer: Fernweh Cycles}
---
name: many_products
category: MARKETING
header: {format: TEXT, text: Bells and lights}
buttons: [{type: MPM}]
languages:
  en_US: {body: Look at what fits your handlebar.}
---
name: one_product
category: MARKETING
header: {format: PRODUCT}
buttons: [{type: SPM}]
languages:
  en_US: {body: The bell that everybody wants.}
"#,
    ),
    (
        "calls",
        r#"
name: may_we_call
category: UTILITY
call_permission_request: {}
languages:
  en_US: {body: May we call you about your repair?}
---
name: call_us
category: UTILITY
buttons: [{type: VOICE_CALL, text: Call the workshop}]
languages:
  en_US: {body: Questions about your repair? Talk to us here.}
---
name: fit_your_bike
category: UTILITY
buttons: [{type: FLOW, text: Choose, flow_id: "1020304050", flow_action: navigate, navigate_screen: FITTING, icon: REVIEW}]
languages:
  en_US: {body: Tell us how tall you are and we set up your bike.}
---
name: order_details
category: UTILITY
sub_category: ORDER_DETAILS
buttons: [{type: ORDER_DETAILS, text: Review and Pay}]
languages:
  en_US: {body: Your order is ready to be paid.}
"#,
    ),
    (
        "verbatim",
        r#"
name: word_for_word
category: UTILITY
languages:
  en_US:
    components:
      - {type: footer, text: Fernweh Cycles}
      - {type: body, text: "Your ride with {{1}} begins on {{2}} in front of our shop.", example: {body_text: [Resi, Monday]}}
"#,
    ),
];

/// A PNG of one pixel, whose colour makes its content.
pub(crate) fn png(shade: u8) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU".to_vec();
    bytes.extend([0, 0, 0, 1, b't', b'E', b'X', b't', shade]);
    bytes
}

/// Writes the pictures, films and papers that the families show.
pub(crate) fn media(workspace: &Workspace) {
    workspace.write("media/bike.png", png(1));
    workspace.write("media/ride.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom");
    workspace.write("media/invoice.pdf", b"%PDF-1.4\n%%EOF\n");
}
