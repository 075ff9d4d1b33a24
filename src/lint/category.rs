//! Rules about what a category may hold. What authentication templates may hold is in [`super::otp`].

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, Category, HeaderKind, MediaFormat},
};

use super::{
    Out, Rule, Scope, Subject,
    parts::{buttons, headers, kind_name},
    sources,
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP220",
        title: "A category of before 2023 cannot be created",
        severity: Severity::Error,
        scope: Scope::Create,
        source: "Meta, changelog of 2023-02-02",
        explanation: "Since version 16 of the API templates are created as MARKETING, UTILITY or AUTHENTICATION. Older categories can be \
                      imported and kept where an account still shows them.",
        mend: "choose MARKETING, UTILITY or AUTHENTICATION",
        check: legacy,
        bad: "category: TICKET_UPDATE\n",
        good: "category: UTILITY\n",
    },
    Rule {
        code: "LP221",
        title: "A part that only marketing templates have",
        severity: Severity::Error,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06, and the pages of the parts",
        explanation: "Carousels, limited-time offers, GIF and PRODUCT headers, and CATALOG, MPM and SPM buttons belong to MARKETING.",
        mend: "set `category: MARKETING`, or take the part out",
        check: marketing,
        bad: "category: UTILITY\nbuttons:\n  - {type: CATALOG}\n",
        good: "category: MARKETING\nbuttons:\n  - {type: CATALOG}\n",
    },
    Rule {
        code: "LP222",
        title: "A coupon in a utility template",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: "Meta, template components page, 2026-05-06, against its coupon code page",
        explanation: "The pages disagree on whether COPY_CODE buttons go with UTILITY. A coupon is marketing to reviewers, and the \
                      template may be moved to that category.",
        mend: "set `category: MARKETING` for coupons",
        check: coupon,
        bad: "category: UTILITY\nbuttons:\n  - {type: COPY_CODE, example: RIDE25}\n",
        good: "category: MARKETING\nbuttons:\n  - {type: COPY_CODE, example: RIDE25}\n",
    },
    Rule {
        code: "LP223",
        title: "A product and its button without each other",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::PRODUCTS,
        explanation: "An SPM button shows the product of a PRODUCT header, and that header is documented with this button only. On cards \
                      the product may have a URL button instead.",
        mend: "have both, `header: {format: PRODUCT}` and `{type: SPM}`, or neither",
        check: product,
        bad: "category: MARKETING\nbuttons:\n  - {type: SPM}\n",
        good: "category: MARKETING\nheader: {format: PRODUCT}\nbuttons:\n  - {type: SPM}\n",
    },
    Rule {
        code: "LP224",
        title: "A GIF header",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::MARKETING,
        explanation: "GIF headers exist only in the Marketing Messages API; elsewhere they are refused or shown as films.",
        mend: "use VIDEO unless the template is sent over the Marketing Messages API",
        check: gif,
        bad: "category: MARKETING\nheader: {format: GIF, example: \"https://fernweh.example/ride.mp4\"}\n",
        good: "category: MARKETING\nheader: {format: VIDEO, example: \"https://fernweh.example/ride.mp4\"}\n",
    },
    Rule {
        code: "LP225",
        title: "Order details without the field that goes with them",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::PAYMENTS,
        explanation: "An ORDER_DETAILS button goes with UTILITY and `sub_category: ORDER_DETAILS`, or with MARKETING and `display_format: \
                      ORDER_DETAILS` (or a checkout: a picture or a film above). Only some countries have it.",
        mend: "add `sub_category: ORDER_DETAILS` (UTILITY) or `display_format: ORDER_DETAILS` (MARKETING)",
        check: order_details,
        bad: "buttons:\n  - {type: ORDER_DETAILS, text: Review and pay}\n",
        good: "sub_category: ORDER_DETAILS\nbuttons:\n  - {type: ORDER_DETAILS, text: Review and pay}\n",
    },
    Rule {
        code: "LP226",
        title: "A sub-category of another category",
        severity: Severity::Warning,
        scope: Scope::Any,
        source: sources::PAYMENTS,
        explanation: "`sub_category: ORDER_DETAILS` and `ORDER_STATUS` belong to UTILITY.",
        mend: "set `category: UTILITY`, or leave `sub_category` out",
        check: sub_category,
        bad: "category: MARKETING\nsub_category: ORDER_STATUS\n",
        good: "category: UTILITY\nsub_category: ORDER_STATUS\n",
    },
];

fn legacy(subject: &Subject<'_>, out: &mut Out<'_>) {
    if subject.category.is_legacy() {
        out.add("category", format!("{} templates cannot be created any more", subject.category));
    }
}

fn marketing(subject: &Subject<'_>, out: &mut Out<'_>) {
    if *subject.category != Category::Utility {
        return;
    }
    let content = subject.content;
    if content.carousel.is_some() {
        out.add("carousel", "a UTILITY template cannot have a carousel");
    }
    if content.limited_time_offer.is_some() {
        out.add("limited_time_offer", "a UTILITY template cannot have a limited-time offer");
    }
    for (path, header) in headers(content) {
        match header.kind {
            HeaderKind::Product => out.add(path, "a UTILITY template cannot have a PRODUCT header"),
            HeaderKind::Media { format: MediaFormat::Gif, .. } => {
                out.add(path, "a UTILITY template cannot have a GIF header");
            }
            _ => {}
        }
    }
    for (path, button) in buttons(content) {
        if matches!(button.kind, ButtonKind::Catalog | ButtonKind::Mpm | ButtonKind::Spm) {
            out.add(path, format!("a UTILITY template cannot have a {} button", kind_name(&button.kind)));
        }
    }
}

fn coupon(subject: &Subject<'_>, out: &mut Out<'_>) {
    if *subject.category != Category::Utility {
        return;
    }
    for (path, button) in buttons(subject.content) {
        if matches!(button.kind, ButtonKind::CopyCode { .. }) {
            out.add(path, "a UTILITY template with a coupon code may be refused or moved to MARKETING");
        }
    }
}

fn product(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    let shows = |header: Option<&crate::template::Header>| {
        header.is_some_and(|header| matches!(header.kind, HeaderKind::Product | HeaderKind::Unmodelled { .. }))
    };
    let mut check = |path: String, header, list: &[crate::template::Button]| {
        for (at, button) in list.iter().enumerate() {
            if button.kind == ButtonKind::Spm && !shows(header) {
                out.add(format!("{path}buttons[{at}]"), "an SPM button needs a PRODUCT header");
            }
        }
    };
    check(String::new(), content.header.as_ref(), &content.buttons);
    let spm = |button: &crate::template::Button| matches!(button.kind, ButtonKind::Spm | ButtonKind::Unmodelled { .. });
    let product = content.header.as_ref().is_some_and(|header| header.kind == HeaderKind::Product);
    let lone = product && content.carousel.is_none() && !content.buttons.iter().any(spm);
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        check(format!("carousel.cards[{at}]."), card.header.as_ref(), &card.buttons);
    }
    if lone {
        out.add("header", "a PRODUCT header needs an SPM button");
    }
}

fn gif(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (path, header) in headers(subject.content) {
        if matches!(header.kind, HeaderKind::Media { format: MediaFormat::Gif, .. }) {
            out.add(path, "GIF headers work in the Marketing Messages API only");
        }
    }
}

fn order_details(subject: &Subject<'_>, out: &mut Out<'_>) {
    let content = subject.content;
    let field = match subject.category {
        Category::Utility => content.sub_category.as_deref() == Some("ORDER_DETAILS"),
        Category::Marketing => {
            let pictures = |format: &MediaFormat| matches!(format, MediaFormat::Image | MediaFormat::Video);
            let checkout = headers(content)
                .iter()
                .any(|(_, header)| matches!(&header.kind, HeaderKind::Media { format, .. } if pictures(format)));
            checkout || content.display_format.as_deref() == Some("ORDER_DETAILS")
        }
        Category::Authentication | Category::Other(_) => return,
    };
    for (path, button) in buttons(content) {
        if matches!(button.kind, ButtonKind::OrderDetails { .. }) && !field {
            out.add(path, "the ORDER_DETAILS button lacks the field that goes with it");
        }
    }
}

fn sub_category(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(sub) = subject.content.sub_category.as_deref() else { return };
    if matches!(sub, "ORDER_DETAILS" | "ORDER_STATUS")
        && matches!(subject.category, Category::Marketing | Category::Authentication)
    {
        out.add("sub_category", format!("`sub_category: {sub}` belongs to UTILITY, not to {}", subject.category));
    }
}
