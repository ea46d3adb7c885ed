"""What went over the wire, and whether an SDK's own types allow it.

An SDK builds its objects without validating them, so an answer with a field missing or of another type passes it
unseen, until a program reads that field. Here every body and every event of a stream is validated, strictly.
"""

import functools
import json
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

import httpx2
from pydantic import TypeAdapter, ValidationError

MOST_ERRORS = 6
LONGEST_BODY = 1500


@dataclass
class Exchange:
    """A request's line and body, and its answer as far as it was read."""

    line: str
    request: bytes
    status: int = 0
    media_type: str = ""
    body: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Answer:
    """What answers a path: its whole body, and each event of its stream by the event's `type`, or every event."""

    whole: Any
    events: Any = None


@dataclass(frozen=True)
class Types:
    """The types of an SDK: of an answer, by the line of its request; of an error's body."""

    answers: dict[str, Answer]
    error: Any
    # A stream's own `ping`, which the SDK's types leave out, and the like.
    also: frozenset[str] = frozenset()


EXCHANGES: ContextVar[list[Exchange]] = ContextVar("EXCHANGES")


def record() -> list[Exchange]:
    """Begins a list of what the current task sends and gets."""
    exchanges: list[Exchange] = []
    EXCHANGES.set(exchanges)
    return exchanges


def client() -> httpx2.AsyncClient:
    """The client of all cases: connections are shared, what goes over them is kept apart."""
    return httpx2.AsyncClient(transport=Recorder(), timeout=20)


class Recorder(httpx2.AsyncBaseTransport):
    """A transport that keeps what passes."""

    def __init__(self) -> None:
        self.inner = httpx2.AsyncHTTPTransport(verify=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        exchange = Exchange(f"{request.method} {request.url.path}", await request.aread())
        EXCHANGES.get().append(exchange)
        response = await self.inner.handle_async_request(request)
        exchange.status = response.status_code
        exchange.media_type = response.headers.get("content-type", "").partition(";")[0]
        response.stream = Copied(response.stream, exchange.body)
        return response

    async def aclose(self) -> None:
        await self.inner.aclose()


class Copied(httpx2.AsyncByteStream):
    """A body that is copied as it is read."""

    def __init__(self, inner: Any, copy: bytearray) -> None:
        self.inner, self.copy = inner, copy

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.inner:
            self.copy.extend(chunk)
            yield chunk

    async def aclose(self) -> None:
        await self.inner.aclose()


def check(exchanges: list[Exchange], types: Types) -> None:
    """Fails with the first answer that the types do not allow."""
    assert exchanges, "nothing was asked"
    for exchange in exchanges:
        answer = types.answers.get(exchange.line)
        assert answer, f"no type is known for what answers {exchange.line}"
        if exchange.status >= 400:
            validate(types.error, exchange.body, f"the error of {exchange.line}")
        elif exchange.media_type == "text/event-stream":
            check_events(exchange, answer, types)
        else:
            assert exchange.media_type == "application/json", f"{exchange.line} is answered as {exchange.media_type!r}"
            validate(answer.whole, exchange.body, f"the answer to {exchange.line}")


def check_events(exchange: Exchange, answer: Answer, types: Types) -> None:
    by_kind = kinds(answer.events)
    for number, (name, data) in enumerate(events(exchange.body)):
        place = f"event {number} ({name}) of {exchange.line}"
        if data == "[DONE]":
            continue
        body = json.loads(data)
        kind = body.get("type", "")
        assert name == kind or not name, f"{place}: its data has the type {kind!r}"
        if kind in types.also:
            continue
        if kind == "error" and "error" in body or "error" in body and "choices" not in body and not kind:
            validate(types.error, data, place)
            continue
        assert not by_kind or kind in by_kind, f"{place}: the SDK knows no such event"
        validate(by_kind.get(kind, answer.events), data, place)


@functools.cache
def kinds(union: Any) -> dict[str, Any]:
    """The members of a union by the value of their `type`; empty for a type that is no union."""
    if get_origin(union) is Annotated:
        union = get_args(union)[0]
    return {value: one for one in get_args(union) for value in get_args(one.model_fields["type"].annotation)}


def events(body: bytes | bytearray) -> list[tuple[str, str]]:
    """Name and data of each server-sent event."""
    blocks = [block.splitlines() for block in body.decode().replace("\r\n", "\n").split("\n\n")]
    return [(value(lines, "event"), value(lines, "data")) for lines in blocks if value(lines, "data")]


def value(lines: list[str], name: str) -> str:
    values = (line.removeprefix(f"{name}:") for line in lines if line.startswith(f"{name}:"))
    return "\n".join(one.removeprefix(" ") for one in values)


@functools.cache
def adapter(kind: Any) -> TypeAdapter:
    """The validator of a type, which takes longer to make than to use."""
    return TypeAdapter(kind)


def validate(kind: Any, text: str | bytes | bytearray, what: str) -> None:
    try:
        adapter(kind).validate_json(text, strict=True)
    except ValidationError as error:
        found = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]
        more = [f"and {len(found) - MOST_ERRORS} more"] if len(found) > MOST_ERRORS else []
        raise AssertionError("\n  ".join([f"{what} is not valid:", *found[:MOST_ERRORS], *more])) from None


def told(exchanges: list[Exchange]) -> str:
    """All exchanges, for a failure's text."""
    return "\n".join(
        f"{one.line} {shown(one.request)}\n=> HTTP {one.status} {one.media_type} {shown(one.body)}" for one in exchanges
    )


def shown(body: bytes | bytearray) -> str:
    text = body.decode(errors="replace")
    return text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY] + " …"
