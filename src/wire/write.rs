//! JSON written straight into the bytes that go out.

use serde::Serialize;
use serde_json::value::RawValue;

/// Writes `{…}`: the members that `members` adds.
pub fn object<R>(out: &mut Vec<u8>, members: impl FnOnce(&mut Members<'_>) -> R) -> R {
    out.push(b'{');
    let result = members(&mut Members { out, empty: true });
    out.push(b'}');
    result
}

/// Writes `[…]`: the elements that `elements` adds.
pub fn array<R>(out: &mut Vec<u8>, elements: impl FnOnce(&mut Elements<'_>) -> R) -> R {
    out.push(b'[');
    let result = elements(&mut Elements { out, empty: true });
    out.push(b']');
    result
}

/// Writes any value; `null` for one that has no form in JSON, so that the text around it stays whole.
pub fn value(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// An object being written.
pub struct Members<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl Members<'_> {
    /// Starts a member; the caller writes exactly one value into what it gets.
    pub fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.empty) {
            self.out.push(b',');
        }
        value(self.out, name);
        self.out.push(b':');
        self.out
    }

    /// A member whose value stays as it was written.
    pub fn raw(&mut self, name: &str, value: &RawValue) {
        self.name(name).extend_from_slice(value.get().as_bytes());
    }

    /// As [`Members::raw`], where there is a value.
    pub fn raw_if(&mut self, name: &str, value: Option<&RawValue>) {
        if let Some(value) = value {
            self.raw(name, value);
        }
    }

    /// A member of any value.
    pub fn value(&mut self, name: &str, member: &(impl Serialize + ?Sized)) {
        value(self.name(name), member);
    }

    /// A member that is an object.
    pub fn object<R>(&mut self, name: &str, members: impl FnOnce(&mut Members<'_>) -> R) -> R {
        object(self.name(name), members)
    }

    /// A member that is an array.
    pub fn array<R>(&mut self, name: &str, elements: impl FnOnce(&mut Elements<'_>) -> R) -> R {
        array(self.name(name), elements)
    }
}

/// An array being written.
pub struct Elements<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl Elements<'_> {
    /// Starts an element; the caller writes exactly one value into what it gets.
    pub fn element(&mut self) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.empty) {
            self.out.push(b',');
        }
        self.out
    }

    /// An element that stays as it was written.
    pub fn raw(&mut self, value: &RawValue) {
        self.element().extend_from_slice(value.get().as_bytes());
    }

    /// An element that is an object.
    pub fn object<R>(&mut self, members: impl FnOnce(&mut Members<'_>) -> R) -> R {
        object(self.element(), members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn members_and_elements_are_separated() {
        let kept: &RawValue = serde_json::from_str("1.0e400").unwrap();
        let mut out = Vec::new();
        object(&mut out, |object| {
            object.raw("a", kept);
            object.value("b\"", "é\n");
            object.array("c", |array| {
                array.raw(kept);
                array.object(|_| ());
                value(array.element(), &true);
            });
            object.object("d", |_| ());
            object.raw_if("e", None);
        });
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"a":1.0e400,"b\"":"é\n","c":[1.0e400,{},true],"d":{}}"#
        );
    }
}
