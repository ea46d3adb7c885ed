"""Anthropic's Python SDK: its types, and its client. The cases are in anthropic_*.py."""

import anthropic
from anthropic.types import ErrorResponse, Message, MessageTokensCount, RawMessageStreamEvent

import wire
from harness import KEY, URL, Cases

TYPES = wire.Types(
    answers={
        "POST /v1/messages": wire.Answer(Message, RawMessageStreamEvent),
        "POST /v1/messages/count_tokens": wire.Answer(MessageTokensCount),
    },
    error=ErrorResponse,
    also=frozenset({"ping"}),
)

CASES = Cases("anthropic-python", TYPES)
HTTP = wire.client()


def client(key: str = KEY) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=URL, api_key=key, max_retries=0, http_client=HTTP)
