//! How many connections there may be, and how long one may be silent.

use std::fs::read_to_string;
use std::time::Duration;

/// Files that the process needs beside its connections: the database, its readers, logs that are followed.
const OTHER_FILES: usize = 64;

/// The bounds of a listener's connections.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// At a time, whoever they are from; fewer where the process may not have so many files open.
    pub most: usize,
    /// At a time from one address, or one /64 of IPv6; at most half of all.
    pub per_address: usize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long a connection may take until its first request's headers are whole, the handshake included.
    pub first_headers: Duration,
    /// How long one may be without a request, or an answer on it without any progress.
    pub idle: Duration,
}

impl Default for Connections {
    /// For a few hundred gateways' workers. Idle ones stay for as long as they may be of use: gateways keep theirs, and
    /// one that is closed in the moment in which a request is sent on it fails that request.
    fn default() -> Self {
        Self {
            most: 2_048,
            per_address: 512,
            handshake: Duration::from_secs(3),
            first_headers: Duration::from_secs(10),
            idle: Duration::from_mins(10),
        }
    }
}

impl Connections {
    /// These bounds, within what the operating system allows this process.
    pub(super) fn allowed(self) -> Self {
        let files = read_to_string("/proc/self/limits").ok().and_then(|limits| open_files(&limits));
        self.within(files)
    }

    fn within(self, files: Option<usize>) -> Self {
        let room = files.map_or(usize::MAX, |files| files.saturating_sub(OTHER_FILES));
        let most = self.most.min(room).max(2);
        Self { most, per_address: self.per_address.clamp(1, most / 2), ..self }
    }
}

/// The soft limit of Linux's table of limits; none where it says `unlimited`, or has no such line.
fn open_files(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_of_files_is_read() {
        let table = "Limit                     Soft Limit           Hard Limit           Units     \n\
                     Max processes             63432                63432                processes \n\
                     Max open files            1024                 524288               files     \n";
        assert_eq!(open_files(table), Some(1_024));
        assert_eq!(
            open_files("Max open files            unlimited            unlimited            files"),
            None
        );
        assert_eq!(open_files(""), None);
    }

    #[test]
    fn connections_leave_room_for_other_files_and_for_other_addresses() {
        for (files, most, per_address) in
            [(None, 2_048, 512), (Some(1_024), 960, 480), (Some(256), 192, 96), (Some(10), 2, 1)]
        {
            let bounds = Connections::default().within(files);
            assert_eq!((bounds.most, bounds.per_address), (most, per_address), "{files:?}");
        }
    }
}
