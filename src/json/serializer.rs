//! serde's serializer that writes onto a sheet.
//!
//! Inlined throughout: what serde derives for a type is then a row of copies whose lengths are known.

use std::fmt;

use serde::Serialize;
use serde::ser::{self, Impossible};

use super::sheet::Sheet;

/// What this serializer does not write, so that `serde_json` is asked for the whole: raw values, variants with several
/// fields, keys that are no strings, and what a type itself refuses.
#[derive(Debug)]
pub(super) struct Unwritten;

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("left to serde_json")
    }
}

impl std::error::Error for Unwritten {}

impl ser::Error for Unwritten {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Result<T = ()> = std::result::Result<T, Unwritten>;

/// Name of the struct that `serde_json` knows a raw value by.
const RAW: &str = "$serde_json::private::RawValue";

/// An array or an object that is being written.
pub(super) struct Parts<'s> {
    sheet: &'s mut Sheet,
    /// What comes before the next part: what opens the whole, or a comma.
    lead: u8,
}

impl<'s> Parts<'s> {
    #[inline(always)]
    fn of(sheet: &'s mut Sheet, opening: u8) -> Result<Self> {
        Ok(Self { sheet, lead: opening })
    }

    #[inline(always)]
    fn lead(&mut self) -> u8 {
        std::mem::replace(&mut self.lead, b',')
    }

    #[inline(always)]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let lead = self.lead();
        self.sheet.byte(lead);
        value.serialize(&mut *self.sheet)
    }

    #[inline(always)]
    fn end_of(self, empty: &str, closing: u8) -> Result {
        match self.lead {
            b',' => self.sheet.byte(closing),
            _ => self.sheet.literal(empty),
        }
        Ok(())
    }
}

macro_rules! unsigned {
    ($($method:ident: $type:ty),*) => {$(
        #[inline(always)]
        fn $method(self, value: $type) -> Result {
            self.number(u64::from(value));
            Ok(())
        }
    )*};
}

macro_rules! signed {
    ($($method:ident: $type:ty),*) => {$(
        #[inline(always)]
        fn $method(self, value: $type) -> Result {
            if value < 0 {
                self.byte(b'-');
            }
            self.number(u64::from(value.unsigned_abs()));
            Ok(())
        }
    )*};
}

macro_rules! rare {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result {
            self.rare(&value);
            Ok(())
        }
    )*};
}

impl<'s> ser::Serializer for &'s mut Sheet {
    type Ok = ();
    type Error = Unwritten;
    type SerializeSeq = Parts<'s>;
    type SerializeTuple = Parts<'s>;
    type SerializeTupleStruct = Parts<'s>;
    type SerializeTupleVariant = Impossible<(), Unwritten>;
    type SerializeMap = Parts<'s>;
    type SerializeStruct = Parts<'s>;
    type SerializeStructVariant = Impossible<(), Unwritten>;

    unsigned!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64);
    signed!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64);
    rare!(serialize_i128: i128, serialize_u128: u128, serialize_f32: f32, serialize_char: char, serialize_bytes: &[u8]);

    #[inline(always)]
    fn serialize_bool(self, value: bool) -> Result {
        if value {
            self.literal("true");
        } else {
            self.literal("false");
        }
        Ok(())
    }

    #[inline(always)]
    fn serialize_f64(self, value: f64) -> Result {
        self.float(value);
        Ok(())
    }

    #[inline(always)]
    fn serialize_str(self, value: &str) -> Result {
        self.string(value);
        Ok(())
    }

    #[inline(always)]
    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    #[inline(always)]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    #[inline(always)]
    fn serialize_unit(self) -> Result {
        self.literal("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    #[inline(always)]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    #[inline(always)]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        let mut parts = self.serialize_struct(name, 1)?;
        ser::SerializeStruct::serialize_field(&mut parts, variant, value)?;
        ser::SerializeStruct::end(parts)
    }

    #[inline(always)]
    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'s>> {
        Parts::of(self, b'[')
    }

    #[inline(always)]
    fn serialize_tuple(self, _: usize) -> Result<Parts<'s>> {
        Parts::of(self, b'[')
    }

    #[inline(always)]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'s>> {
        Parts::of(self, b'[')
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        Err(Unwritten)
    }

    #[inline(always)]
    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'s>> {
        Parts::of(self, b'{')
    }

    #[inline(always)]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'s>> {
        if name == RAW {
            return Err(Unwritten);
        }
        Parts::of(self, b'{')
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        Err(Unwritten)
    }
}

/// What serde has several names for, and JSON one form: an array.
macro_rules! arrays {
    ($($trait:ident: $method:ident),*) => {$(
        impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Unwritten;

            #[inline(always)]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.element(value)
            }

            #[inline(always)]
            fn end(self) -> Result {
                self.end_of("[]", b']')
            }
        }
    )*};
}

arrays!(SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field);

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Unwritten;

    #[inline(always)]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        let lead = self.lead();
        self.sheet.byte(lead);
        let begin = self.sheet.end();
        key.serialize(&mut *self.sheet)?;
        self.sheet.begins(begin, b'"').then_some(()).ok_or(Unwritten)
    }

    #[inline(always)]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.sheet.byte(b':');
        value.serialize(&mut *self.sheet)
    }

    #[inline(always)]
    fn end(self) -> Result {
        self.end_of("{}", b'}')
    }
}

impl ser::SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = Unwritten;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        let lead = self.lead();
        self.sheet.name(lead, name);
        value.serialize(&mut *self.sheet)
    }

    #[inline(always)]
    fn end(self) -> Result {
        self.end_of("{}", b'}')
    }
}
