//! Paths into JSON: `carousel.cards[1].header.sample`.

use serde_json::Value;

/// One step of a path.
enum Step<'p> {
    Key(&'p str),
    Index(usize),
}

fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split('.').flat_map(|part| {
        let (key, rest) = part.split_once('[').map_or((part, ""), |(key, rest)| (key, rest));
        let indices = rest.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok().map(Step::Index));
        (!key.is_empty()).then_some(Step::Key(key)).into_iter().chain(indices)
    })
}

/// The value at a path.
#[must_use]
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    steps(path).try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// Sets or (with `None`) removes the value at a path. A path whose parent does not exist is left alone.
pub fn put(value: &mut Value, path: &str, new: Option<Value>) {
    let mut steps: Vec<Step<'_>> = steps(path).collect();
    let Some(last) = steps.pop() else { return };
    let parent = steps.into_iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    });
    match (parent, last, new) {
        (Some(Value::Object(map)), Step::Key(key), Some(new)) => {
            map.insert(key.to_owned(), new);
        }
        (Some(Value::Object(map)), Step::Key(key), None) => {
            map.remove(key);
        }
        (Some(Value::Array(items)), Step::Index(index), Some(new)) => {
            if let Some(slot) = items.get_mut(index) {
                *slot = new;
            }
        }
        _ => {}
    }
}

/// The concrete paths of a pattern in which `[]` stands for any index.
pub(super) fn expand(value: &Value, pattern: &str) -> Vec<String> {
    let Some((head, tail)) = pattern.split_once("[]") else { return vec![pattern.to_owned()] };
    let count = at(value, head).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).flat_map(|index| expand(value, &format!("{head}[{index}]{tail}"))).collect()
}
