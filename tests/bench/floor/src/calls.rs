//! One kind of call to the host, made again and again: what `make bench-calls` takes apart.

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MapType, MetricType, Status};

/// More than any body has: "all of it".
const ALL: usize = u32::MAX as usize;
/// A key of shared data that holds a value.
const KEPT: &str = "kept";
/// About what a count of a limit, and what an event takes.
const COUNT: [u8; 100] = [1; 100];
const EVENT: [u8; 1_000] = [1; 1_000];

/// What an admission does beyond the floor with each request.
#[derive(Clone)]
pub struct Calls {
    call: String,
    times: u32,
    metric: u32,
    queue: u32,
}

impl Calls {
    /// Of a configuration `admission CALL TIMES`.
    pub fn read(configuration: &str) -> Option<Self> {
        let mut words = configuration.strip_prefix("admission ")?.split(' ');
        let (call, times) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        let metric = hostcalls::define_metric(MetricType::Histogram, "floor").ok()?;
        let queue = hostcalls::register_shared_queue("floor").ok()?;
        hostcalls::set_shared_data(KEPT, Some(&COUNT), None).ok()?;
        Some(Self { call, times, metric, queue })
    }

    /// Makes them. `None` where there is no such call, or the host refuses one.
    pub fn make(&self) -> Option<()> {
        (0..self.times).try_for_each(|_| self.one()).ok()
    }

    fn one(&self) -> Result<(), Status> {
        match self.call.as_str() {
            "none" => Ok(()),
            "time" => hostcalls::get_current_time().map(drop),
            "metric" => hostcalls::record_metric(self.metric, 100),
            "header" => hostcalls::get_map_value(MapType::HttpRequestHeaders, "authorization").map(drop),
            "set-header" => hostcalls::set_map_value(MapType::HttpRequestHeaders, "x-floor", Some("1")),
            "headers" => headers().map(drop),
            "headers-and-back" => {
                let headers = headers()?;
                let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
                hostcalls::set_map_bytes(MapType::HttpRequestHeaders, headers)
            }
            "no-property" => hostcalls::get_property(vec!["floor"]).map(drop),
            "property" => hostcalls::get_property(vec!["source", "address"]).map(drop),
            "set-property" => hostcalls::set_property(vec!["floor.set"], Some(&COUNT)),
            "no-shared" => hostcalls::get_shared_data("nothing").map(drop),
            "shared" => hostcalls::get_shared_data(KEPT).map(drop),
            "set-shared" => hostcalls::set_shared_data(KEPT, Some(&COUNT), None),
            "queue" => hostcalls::enqueue_shared_queue(self.queue, Some(&EVENT))
                .and_then(|()| hostcalls::dequeue_shared_queue(self.queue))
                .map(drop),
            "body" => hostcalls::get_buffer(BufferType::HttpRequestBody, 0, ALL).map(drop),
            // What the bodies of the benchmark begin with.
            "edit-body" => hostcalls::set_buffer(BufferType::HttpRequestBody, 0, 1, b"{"),
            _ => Err(Status::NotFound),
        }
    }
}

fn headers() -> Result<Vec<(String, Vec<u8>)>, Status> {
    hostcalls::get_map_bytes(MapType::HttpRequestHeaders)
}
