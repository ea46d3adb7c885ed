//! The gRPC service `envoy.service.ratelimit.v3.RateLimitService`: what `protoc` would write, by hand.

use std::convert::Infallible;
use std::future::ready;
use std::task::{Context, Poll};

use rate_limit_service::messages::{RateLimitRequest, RateLimitResponse};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, http};
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use crate::limiter::Limiter;

/// The service, by its name and its one method.
#[derive(Clone)]
pub struct Service(Limiter);

impl Service {
    pub fn new(limiter: Limiter) -> Self {
        Self(limiter)
    }
}

impl NamedService for Service {
    const NAME: &'static str = "envoy.service.ratelimit.v3.RateLimitService";
}

impl tonic::codegen::Service<http::Request<Body>> for Service {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path() != "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit" {
            return Box::pin(ready(Ok(Status::unimplemented("no such method").into_http())));
        }
        let method = ShouldRateLimit(self.0.clone());
        Box::pin(async move {
            let codec = ProstCodec::<RateLimitResponse, RateLimitRequest>::default();
            Ok(Grpc::new(codec).unary(method, request).await)
        })
    }
}

struct ShouldRateLimit(Limiter);

impl tonic::codegen::Service<Request<RateLimitRequest>> for ShouldRateLimit {
    type Response = Response<RateLimitResponse>;
    type Error = Status;
    type Future = BoxFuture<Self::Response, Status>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RateLimitRequest>) -> Self::Future {
        let limiter = self.0.clone();
        Box::pin(async move { limiter.answer(request.into_inner()).await.map(Response::new) })
    }
}
