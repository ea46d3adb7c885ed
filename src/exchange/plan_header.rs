//! The plan in the form that Envoy's `header_to_metadata` decodes: base64 of a serialised
//! `google.protobuf.Value`, a list of structs `{name: <priority group>}`.
//!
//! Three message types of `google/protobuf/struct.proto` are all that is written, so the wire format is
//! spelt out here instead of a protobuf library in the module.

use crate::base64::{self, Alphabet};

/// `Value.list_value`, field 6, length-delimited.
const LIST_VALUE: u8 = 0x32;
/// `ListValue.values`, field 1.
const VALUES: u8 = 0x0a;
/// `Value.struct_value`, field 5.
const STRUCT_VALUE: u8 = 0x2a;
/// `Struct.fields`, field 1: a map entry of key (1) and value (2).
const FIELDS: u8 = 0x0a;
const KEY: u8 = 0x0a;
const ENTRY_VALUE: u8 = 0x12;
/// `Value.string_value`, field 3.
const STRING_VALUE: u8 = 0x1a;

/// The header's value for priority groups of these names, in this order.
pub fn encode<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut list = Vec::new();
    for name in names {
        let value = field(STRING_VALUE, name.as_bytes());
        let entry = [field(KEY, b"name"), field(ENTRY_VALUE, &value)].concat();
        let structure = field(FIELDS, &entry);
        list.extend(field(VALUES, &field(STRUCT_VALUE, &structure)));
    }
    base64::encode(Alphabet::Standard, &field(LIST_VALUE, &list))
}

/// A length-delimited field: tag, length as a varint, bytes.
fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 4);
    out.push(tag);
    let mut length = bytes.len();
    while length > 0x7f {
        // The low seven bits; the mask keeps the cast lossless.
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push((length & 0x7f) as u8);
    out.extend_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn one_group() {
        // 32 len [0a len [2a len [0a len [0a 4 "name" 12 len [1a len "a"]]]]]
        let expected = [
            &[0x32, 0x11, 0x0a, 0x0f, 0x2a, 0x0d, 0x0a, 0x0b, 0x0a, 0x04][..],
            b"name",
            &[0x12, 0x03, 0x1a, 0x01, b'a'],
        ]
        .concat();
        assert_eq!(encode(std::iter::once("a")), base64::encode(Alphabet::Standard, &expected));
    }

    #[test]
    fn lengths_past_one_byte() {
        assert_eq!(field(0x0a, &[0; 300])[..3], [0x0a, 0xac, 0x02]);
    }
}
