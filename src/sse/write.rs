//! Events as they are written.

/// Writes one event. Data with line feeds takes one `data:` line each; an empty name writes no `event:`.
pub fn write_event(out: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    const AROUND: usize = "event: \ndata: \n\n".len();
    out.reserve(AROUND + name.len() + data.len());
    if !name.is_empty() {
        line(out, b"event: ", name);
    }
    // Searching is cheaper than parting, and what is written here seldom has line feeds.
    if data.contains(&b'\n') {
        data.split(|byte| *byte == b'\n').for_each(|part| line(out, b"data: ", part));
    } else {
        line(out, b"data: ", data);
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
