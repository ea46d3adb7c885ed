//! How requests went.

/// Counts of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// All.
    pub requests: u64,
    /// Requests whose status is `failure`; blocked ones are among them.
    pub errors: u64,
    /// Requests that entered at least one fallback group.
    pub fallbacks: u64,
}

/// Percentiles of durations, as a histogram gives them: the true ones lie within its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// Half took no longer.
    pub p50_us: u64,
    /// Nine in ten took no longer.
    pub p90_us: u64,
    /// Ninety-nine in a hundred took no longer.
    pub p99_us: u64,
}

/// The page of traffic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficReport {
    /// All together.
    pub total: Volume,
    /// Whole durations of successful requests; none where there is none.
    pub latency: Option<Percentiles>,
    /// Until the first token, of streams that had one.
    pub first_token: Option<Percentiles>,
    /// Each bucket with a request, oldest first; missing ones are zero.
    pub over_time: Vec<TrafficPoint>,
    /// By model group.
    pub by_model: Vec<TrafficRow>,
    /// By call type.
    pub by_dialect: Vec<TrafficRow>,
}

/// One bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrafficPoint {
    /// When the bucket begins.
    pub at_us: u64,
    /// How many.
    pub volume: Volume,
    /// As [`TrafficReport::latency`], within the bucket.
    pub latency: Option<Percentiles>,
    /// As [`TrafficReport::first_token`], within the bucket.
    pub first_token: Option<Percentiles>,
}

/// One model group or one dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficRow {
    /// Its name.
    pub name: String,
    /// How many.
    pub volume: Volume,
    /// As [`TrafficReport::latency`].
    pub latency: Option<Percentiles>,
    /// As [`TrafficReport::first_token`].
    pub first_token: Option<Percentiles>,
}
