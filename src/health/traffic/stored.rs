//! A deployment's traffic as the bytes in shared memory.
//!
//! The minute; then three lists, each behind its length: times per token, times to the first token, minutes
//! of the tries under way.

use std::collections::VecDeque;

use super::{MINUTES, Minute, Recent, Record, SAMPLES, UnderWay};
use crate::health::stored::Stored;
use crate::memory::Fields;

impl Stored for Record {
    const FORMAT: u8 = 1;

    fn write(&self, bytes: &mut Vec<u8>) {
        for number in [self.minute.number, self.minute.requests, self.minute.tokens] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for recent in [&self.us_per_token, &self.first_token_us] {
            write_length(recent.0.len(), bytes);
            for (at_ms, value) in &recent.0 {
                bytes.extend_from_slice(&at_ms.to_le_bytes());
                bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
        write_length(self.under_way.0.len(), bytes);
        for (minute, count) in &self.under_way.0 {
            bytes.extend_from_slice(&minute.to_le_bytes());
            bytes.extend_from_slice(&count.to_le_bytes());
        }
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let minute = Minute { number: fields.u64()?, requests: fields.u64()?, tokens: fields.u64()? };
        let us_per_token = Recent(list(fields, SAMPLES, |fields| Some((fields.u64()?, fields.u64()?)))?);
        let first_token_us = Recent(list(fields, SAMPLES, |fields| Some((fields.u64()?, fields.u64()?)))?);
        let under_way = UnderWay(list(fields, MINUTES, |fields| Some((fields.u64()?, fields.u32()?)))?);
        let ascends = under_way.0.iter().zip(under_way.0.iter().skip(1)).all(|(one, next)| one.0 < next.0);
        let counted = under_way.0.iter().all(|(_, count)| *count > 0);
        (ascends && counted).then_some(Self { minute, us_per_token, first_token_us, under_way })
    }
}

/// No list is longer than a byte can say.
fn write_length(length: usize, bytes: &mut Vec<u8>) {
    bytes.push(u8::try_from(length).unwrap_or(u8::MAX));
}

fn list<T>(
    fields: &mut Fields<'_>,
    most: usize,
    mut item: impl FnMut(&mut Fields<'_>) -> Option<T>,
) -> Option<VecDeque<T>> {
    let length = usize::from(fields.u8()?);
    if length > most {
        return None;
    }
    (0..length).map(|_| item(fields)).collect()
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn record() -> Record {
        let mut record = Record { minute: Minute { number: 7, requests: 8, tokens: 9 }, ..Record::default() };
        (0..20).for_each(|at| record.us_per_token.push(at, at * 3));
        record.first_token_us.push(5, u64::MAX);
        (0..100).for_each(|minute| record.under_way.begin(minute * 60_000, u64::MAX));
        record
    }

    #[test]
    fn traffic_survives_its_encoding() {
        let record = record();
        assert_eq!((record.us_per_token.0.len(), record.under_way.0.len()), (SAMPLES, MINUTES));
        for record in [Record::default(), record] {
            assert_eq!(Record::decode(&record.encode()), Some(record));
        }
    }

    #[test]
    fn what_is_no_traffic_is_none() {
        let record = record();
        let good = record.encode();
        let mut hostile: Vec<Vec<u8>> = (0..good.len()).map(|len| good[..len].to_vec()).collect();
        let changed = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            bytes
        };
        hostile.extend([changed(0, 2), changed(25, 11), changed(25, 255), [&good[..], b"!"].concat()]);
        let mut descending = record.clone();
        descending.under_way.0.swap(0, 1);
        let mut none_counted = record;
        none_counted.under_way.0[0].1 = 0;
        hostile.extend([descending.encode(), none_counted.encode()]);
        for bytes in hostile {
            assert_eq!(Record::decode(&bytes), None, "{bytes:?}");
        }
    }
}
