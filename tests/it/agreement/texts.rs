//! Texts that are nearly right: braces, parameters, symbols, marks, blanks and lengths where limits are.

use super::Random;

const WORDS: &[&str] = &[
    "Your",
    "bike",
    "is",
    "ready",
    "in",
    "Graz",
    "tour",
    "order",
    "shop",
    "today",
    "größer",
    "Код",
    "สวัสดีครับ",
    "ご注文の商品",
    "您的订单",
    "مرحبا",
    "नमस्ते",
    "don't",
    "e-bike",
    "24/7",
    "№",
];

/// Whole parameters, sound and not.
const PARAMETERS: &[&str] = &[
    "{{1}}",
    "{{1}}",
    "{{1}}",
    "{{2}}",
    "{{2}}",
    "{{3}}",
    "{{name}}",
    "{{order_id}}",
    "{{0}}",
    "{{01}}",
    "{{4294967296}}",
    "{{99999999999999999999999}}",
    "{{_a}}",
    "{{a1}}",
    "{{A}}",
    "{{1a}}",
    "{{}}",
    "{{#x}}",
    "{{a-b}}",
    "{{١}}",
    "{{{1}}}",
    "{{1}}}",
    "{{1}}{{2}}",
    "{{1}} {{1}}",
    "{{ 1 }}",
    "{{ name }}",
];

const BRACES: &[&str] = &["{", "}", "{{", "}}", "{{1", "1}}", "{x}", "{1}", "}} {{", "{{{", "a {{", "{{x} }"];

const MARKS: &[&str] = &[
    "*",
    "**",
    "*bold*",
    "4* inn",
    "5* 4*",
    "_",
    "_go_",
    "snake_case_name",
    "~",
    "~off~",
    "`",
    "`code`",
    "```",
    "```x```",
    "* a *",
    "(*b*)",
    "-",
];

const BLANKS: &[&str] = &[
    "\n",
    "\n\n",
    "\n\n\n",
    "\n \n\n",
    "\r\n",
    "\r\n\r\n\r\n",
    "\r",
    "\t",
    "    ",
    "\u{a0}",
    "\u{200b}",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{b}",
];

/// Sequences that readers see as one emoji, and some that only look like it.
const SEQUENCES: &[&str] = &[
    "🚲",
    "👩‍🔧",
    "👨‍👩‍👧",
    "🇦🇹",
    "🇦",
    "1️⃣",
    "1⃣",
    "#️⃣",
    "❤️",
    "❤",
    "❤︎",
    "☎",
    "☎️",
    "©",
    "©️",
    "™",
    "✓",
    "✔",
    "✔️",
    "★",
    "⭐",
    "☆",
    "→",
    "▶",
    "▶️",
    "◀",
    "⚠",
    "⚠️",
    "👍🏽",
    "🏽",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\u{fe0f}",
    "a\u{fe0f}",
    "1\u{fe0f}",
    "\u{200d}",
    "㊗",
    "㊗️",
    "Ⓜ",
    "ℹ",
    "‼",
    "½",
];

/// Blocks in which symbols and emoji live.
const BLOCKS: &[(u32, u32)] = &[
    (0xa1, 0xbf),
    (0x2010, 0x2060),
    (0x20a0, 0x20ff),
    (0x2100, 0x218b),
    (0x2190, 0x23ff),
    (0x2400, 0x25ff),
    (0x2600, 0x27bf),
    (0x27c0, 0x2bff),
    (0x3000, 0x303f),
    (0x3200, 0x33ff),
    (0xfe00, 0xfe0f),
    (0x1f000, 0x1f0ff),
    (0x1f100, 0x1f2ff),
    (0x1f300, 0x1f5ff),
    (0x1f600, 0x1f6ff),
    (0x1f700, 0x1f8ff),
    (0x1f900, 0x1faff),
    (0x1fb00, 0x1fbff),
];

/// Every character of those blocks.
pub(super) fn symbols() -> impl Iterator<Item = char> {
    BLOCKS.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32)
}

fn symbol(random: &mut Random) -> String {
    let (first, last) = *random.pick(BLOCKS);
    let mut text = char::from_u32(random.number(first..=last)).map(String::from).unwrap_or_default();
    match random.number(0..=5) {
        0 => text.push('\u{fe0f}'),
        1 => text.push('\u{fe0e}'),
        _ => {}
    }
    text
}

/// A piece that may be refused.
fn odd(random: &mut Random) -> String {
    match random.number(0..=9) {
        0..=2 => random.pick(PARAMETERS).to_string(),
        3 => random.pick(BRACES).to_string(),
        4 | 5 => random.pick(MARKS).to_string(),
        6 => random.pick(BLANKS).to_string(),
        7 => random.pick(SEQUENCES).to_string(),
        _ => symbol(random),
    }
}

/// Words with blanks between.
pub(super) fn words(random: &mut Random, count: u32) -> String {
    (0..count).map(|_| *random.pick(WORDS)).collect::<Vec<_>>().join(" ")
}

/// A short text, such as a label, footer or header, with odd pieces in it, or of a length at the limit.
pub(super) fn short(random: &mut Random, limit: usize) -> String {
    match random.number(0..=9) {
        0 => " ".repeat(random.number(0..=2) as usize),
        1 | 2 => at_limit(random, limit),
        3 => odd(random),
        4 => words(random, 2),
        _ => {
            let count = random.number(0..=2);
            let mut pieces = [words(random, 1), odd(random), words(random, count)];
            if random.one_in(3) {
                pieces.swap(0, 1);
            }
            let glue = if random.one_in(4) { "" } else { " " };
            pieces.join(glue)
        }
    }
}

/// One character below, at, or above a limit.
pub(super) fn at_limit(random: &mut Random, limit: usize) -> String {
    let length = limit - 1 + random.number(0..=2) as usize;
    let fill = *random.pick(&["x", "ü", "あ", "ab ", "𝒳", "e\u{301}"]);
    fill.chars().cycle().take(length).collect::<String>().replace("  ", "xx")
}

/// A body: parameters among words, at edges, side by side, repeated; odd pieces; lengths at the limit.
pub(super) fn body(random: &mut Random, limit: usize) -> String {
    match random.number(0..=11) {
        0 => at_limit(random, limit),
        1 => short(random, 60),
        2 => {
            let count = random.number(1..=14) as usize;
            let piece = *random.pick(&["🚲", "🚲 ", "❤️", "✓ ", "1️⃣", "🇦🇹"]);
            format!("{} {}", words(random, 3), piece.repeat(count))
        }
        3 => odd(random),
        _ => counted(random),
    }
}

/// Up to three parameters among a number of words that is near to what they need.
fn counted(random: &mut Random) -> String {
    let parameters = random.number(0..=3);
    let count = (2 * parameters + random.number(0..=3)).max(1);
    let mut pieces: Vec<String> = (0..count).map(|_| random.pick(WORDS).to_string()).collect();
    let named = random.one_in(3);
    for number in 1..=parameters {
        let at = if random.one_in(6) { 0 } else { random.number(1..=pieces.len() as u32) as usize };
        let at = if at == pieces.len() && !random.one_in(4) { at - 1 } else { at };
        let parameter = if named {
            format!("{{{{{}}}}}", ["name", "order_id", "day"][number as usize - 1])
        } else {
            format!("{{{{{number}}}}}")
        };
        pieces.insert(at, parameter);
    }
    if random.one_in(4) {
        let at = random.number(0..=pieces.len() as u32) as usize;
        pieces.insert(at, odd(random));
    }
    let glue = *random.pick(&[" ", " ", " ", " ", "-", "\n", ", ", "  "]);
    let text = pieces.join(glue);
    if random.one_in(3) { format!("{text}.") } else { text }
}

/// URLs.
pub(super) fn url(random: &mut Random) -> String {
    const URLS: &[&str] = &[
        "https://fernweh.example/t/{{1}}",
        "https://fernweh.example/t/{{1}}",
        "https://fernweh.example/{{order_id}}",
        "https://fernweh.example/",
        "https://fernweh.example",
        "http://fernweh.example/a?b=c",
        "https://fernweh.example/{{2}}",
        "https://fernweh.example/{{01}}",
        "https://fernweh.example/{{A}}",
        "https://fernweh.example/{{_a}}",
        "https://fernweh.example/{{0}}",
        "https://fernweh.example/{{ 1 }}",
        "https://fernweh.example/{{}}",
        "https://fernweh.example/{{99999999999999999999}}",
        "https://fernweh.example/{{1}}/track",
        "https://fernweh.example/{{1}}{{2}}",
        "https://fernweh.example/{{1}}/{{1}}",
        "https://fernweh.example/{x}",
        "https://fernweh.example/{{1}",
        "https://fernweh.example/1}}",
        "https://fernweh.example/{{1}}}",
        "https://{{1}}",
        "https://{{1}}/a",
        "https://shop.{{1}}",
        "https://fernweh.example{{1}}",
        "https://fernweh.example:{{1}}",
        "https://fernweh.example?x={{1}}",
        "https://fernweh.example#{{1}}",
        "{{1}}",
        "{{name}}",
        "HTTPS://FERNWEH.EXAMPLE/",
        "https:fernweh.example",
        "https:/fernweh.example",
        "https:///fernweh.example",
        "https://",
        "http://{{1}}",
        "ftp://fernweh.example/",
        "tel:+43316000000",
        "mailto:a@fernweh.example",
        "javascript:alert(1)",
        "fernweh.example",
        "www.fernweh.example/t",
        "//fernweh.example",
        "https://fern weh.example/",
        "https://fernweh.example/a b",
        " https://fernweh.example/",
        "https://fernweh.example/\n",
        "https://bücher.example/ü",
        "https://user:pw@fernweh.example/",
        "https://localhost/",
        "https://127.0.0.1/{{1}}",
        "https://[::1]/",
        "https://fernweh.example:99999/",
        "https://fernweh.example/🚲",
        "https://-.example/",
        "https://.",
        "https://fernweh..example/",
        "https://fernweh.example/%",
        "https://fernweh.example/|\\^`<>\"",
        "",
        " ",
    ];
    match random.number(0..=11) {
        0 => {
            let length = 1999 + random.number(0..=2) as usize;
            let start = "https://fernweh.example/";
            format!("{start}{}", "x".repeat(length - start.len()))
        }
        1 => format!("https://fernweh.example/{}", short(random, 20)),
        _ => random.pick(URLS).to_string(),
    }
}

/// Telephone numbers.
pub(super) fn phone(random: &mut Random) -> String {
    const NUMBERS: &[&str] = &[
        "+43316000000",
        "+43316000000",
        "43316000000",
        "+43 316 000-000",
        "+43 (0)316 000000",
        "+43.316.000000",
        "+43/316/000000",
        "++43316000000",
        "43+316000000",
        "0316000000",
        "0043316000000",
        "112",
        "+112",
        "999999",
        "1234567",
        "+1234567",
        "12345678",
        "123456789012345",
        "+123456789012345",
        "1234567890123456",
        "+1234567890123456",
        "+12345678901234567890",
        "+1 234 567 890 12345",
        "ask in the shop",
        "+43 316 CALL",
        "+",
        "",
        " ",
        "{{1}}",
        "+43\t316000000",
        "+43 316 000000 ",
        "+٤٣٣١٦٠٠٠٠٠٠",
        "+43316000000;ext=1",
        "+39 06 12345678",
        "+00000000000",
    ];
    random.pick(NUMBERS).to_string()
}
