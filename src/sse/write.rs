//! Events as they are written.

/// Writes one event. Data with line feeds takes one `data:` line each; an empty name writes no `event:`.
pub fn write_event(out: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    if !name.is_empty() {
        line(out, b"event: ", name);
    }
    for part in data.split(|byte| *byte == b'\n') {
        line(out, b"data: ", part);
    }
    out.push(b'\n');
}

/// Writes a comment, which keeps a connection alive and means nothing.
pub fn write_comment(out: &mut Vec<u8>, text: &[u8]) {
    line(out, b":", text);
    out.push(b'\n');
}

fn line(out: &mut Vec<u8>, field: &[u8], value: &[u8]) {
    out.extend_from_slice(field);
    out.extend_from_slice(value);
    out.push(b'\n');
}
