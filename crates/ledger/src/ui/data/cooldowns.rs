//! Deployments that gateways let rest now.

/// What the gateways said last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cooldowns {
    /// Gateways that said something lately; where there is none, nothing is known.
    pub gateways: usize,
    /// The deployments that rest, at most [`super::MOST_ROWS`], those that do for longest first.
    pub cooled: Vec<Cooled>,
}

/// A deployment that gets no requests for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cooled {
    /// The deployment's id.
    pub deployment: String,
    /// Name of the cause that cooled it last.
    pub cause: String,
    /// Until when: the latest of the gateways' times.
    pub until_us: u64,
    /// How many gateways let it rest.
    pub gateways: usize,
}
