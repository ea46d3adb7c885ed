//! What is said between a gateway and a rate-limit service, by the field numbers of Envoy's files `rls.proto` and
//! `ratelimit.proto`. Fields that neither side of the tests uses are left out: protobuf skips them.

use prost::{Enumeration, Message};

/// `RateLimitRequest`
#[derive(Clone, PartialEq, Eq, Message)]
pub struct RateLimitRequest {
    /// Whose limits.
    #[prost(string, tag = "1")]
    pub domain: String,
    /// What is counted.
    #[prost(message, repeated, tag = "2")]
    pub descriptors: Vec<Descriptor>,
    /// How much is added; 0 stands for 1.
    #[prost(uint32, tag = "3")]
    pub hits_addend: u32,
}

/// `RateLimitDescriptor`
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Descriptor {
    /// In their order.
    #[prost(message, repeated, tag = "1")]
    pub entries: Vec<Entry>,
    /// In place of the service's own limit.
    #[prost(message, optional, tag = "2")]
    pub limit: Option<Limit>,
}

/// `RateLimitDescriptor.Entry`
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Entry {
    /// `key`
    #[prost(string, tag = "1")]
    pub key: String,
    /// `value`
    #[prost(string, tag = "2")]
    pub value: String,
}

/// `RateLimitDescriptor.RateLimitOverride`
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Limit {
    /// `requests_per_unit`
    #[prost(uint32, tag = "1")]
    pub requests_per_unit: u32,
    /// `envoy.type.v3.RateLimitUnit`; 2 is a minute.
    #[prost(int32, tag = "2")]
    pub unit: i32,
}

/// `RateLimitResponse`
#[derive(Clone, PartialEq, Eq, Message)]
pub struct RateLimitResponse {
    /// Over all descriptors.
    #[prost(enumeration = "Code", tag = "1")]
    pub overall_code: i32,
    /// One for each descriptor, or none.
    #[prost(message, repeated, tag = "2")]
    pub statuses: Vec<Status>,
    /// `response_headers_to_add`
    #[prost(message, repeated, tag = "3")]
    pub headers: Vec<Header>,
}

/// `RateLimitResponse.Code`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumeration)]
#[repr(i32)]
pub enum Code {
    /// Not known.
    Unknown = 0,
    /// Under every limit.
    Ok = 1,
    /// Over a limit.
    OverLimit = 2,
}

/// `RateLimitResponse.DescriptorStatus`
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Status {
    /// This descriptor's.
    #[prost(enumeration = "Code", tag = "1")]
    pub code: i32,
    /// What is left in this window.
    #[prost(uint32, tag = "3")]
    pub limit_remaining: u32,
    /// How long this window still lasts.
    #[prost(message, optional, tag = "4")]
    pub duration_until_reset: Option<Duration>,
}

/// `google.protobuf.Duration`
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Duration {
    /// Whole seconds.
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Of a second.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

/// `envoy.config.core.v3.HeaderValue`
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Header {
    /// Its name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Its value.
    #[prost(string, tag = "2")]
    pub value: String,
}
