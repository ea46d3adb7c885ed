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

const NAME: &[u8] = b"name";

/// The header's value for priority groups of these names, in this order.
pub fn encode<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let all = names.clone().map(|name| size(Sizes::of(name).item)).sum();
    let mut out = Vec::with_capacity(size(all));
    begin(&mut out, LIST_VALUE, all);
    for name in names {
        let sizes = Sizes::of(name);
        begin(&mut out, VALUES, sizes.item);
        begin(&mut out, STRUCT_VALUE, sizes.structure);
        begin(&mut out, FIELDS, sizes.entry);
        begin(&mut out, KEY, NAME.len());
        out.extend_from_slice(NAME);
        begin(&mut out, ENTRY_VALUE, sizes.value);
        begin(&mut out, STRING_VALUE, name.len());
        out.extend_from_slice(name.as_bytes());
    }
    base64::encode(Alphabet::Standard, &out)
}

/// How many bytes each message of one group has: a length stands before what it is the length of.
struct Sizes {
    item: usize,
    structure: usize,
    entry: usize,
    value: usize,
}

impl Sizes {
    fn of(name: &str) -> Self {
        let value = size(name.len());
        let entry = size(NAME.len()) + size(value);
        let structure = size(entry);
        Self { item: size(structure), structure, entry, value }
    }
}

/// Bytes of a length-delimited field: tag, length as a varint, bytes.
fn size(length: usize) -> usize {
    let bits = (usize::BITS - length.leading_zeros()) as usize;
    1 + bits.div_ceil(7).max(1) + length
}

/// The tag and the length of a field.
fn begin(out: &mut Vec<u8>, tag: u8, mut length: usize) {
    out.push(tag);
    while length > 0x7f {
        // The low seven bits; the mask keeps the cast lossless.
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push((length & 0x7f) as u8);
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

    /// As the format is defined, field by field.
    fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        begin(&mut out, tag, bytes.len());
        out.extend_from_slice(bytes);
        assert_eq!(out.len(), size(bytes.len()));
        out
    }

    #[test]
    fn groups_of_every_length() {
        for lengths in [&[][..], &[0], &[1, 90], &[100, 110, 120], &[127, 128, 300], &[16_383, 16_384]] {
            let names: Vec<String> = lengths.iter().map(|length| "g".repeat(*length)).collect();
            let mut list = Vec::new();
            for name in &names {
                let value = field(STRING_VALUE, name.as_bytes());
                let entry = [field(KEY, NAME), field(ENTRY_VALUE, &value)].concat();
                list.extend(field(VALUES, &field(STRUCT_VALUE, &field(FIELDS, &entry))));
            }
            let expected = base64::encode(Alphabet::Standard, &field(LIST_VALUE, &list));
            assert_eq!(encode(names.iter().map(String::as_str)), expected, "{lengths:?}");
        }
    }

    #[test]
    fn lengths_past_one_byte() {
        assert_eq!(field(0x0a, &[0; 300])[..3], [0x0a, 0xac, 0x02]);
    }
}
