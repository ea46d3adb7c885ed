"""Messages by Anthropic's SDK."""

import anthropic
from anthropic.types import Message

import topic
from anthropic_sdk import CASES, client
from harness import MODELS, equal

QUESTION = {"role": "user", "content": topic.QUESTION}
TOOL = {"name": topic.TOOL, "description": "The weather", "input_schema": topic.PARAMETERS}
ASK = {"max_tokens": 200, "messages": [QUESTION]}


@CASES.of_each("chat")
async def messages_text(group: str) -> None:
    model = topic.speaking(group)
    answer = await client().messages.create(model=model, system="Be brief.", **ASK)
    ends(answer, model, "end_turn")
    equal(text_of(answer), topic.TEXT)


@CASES.of_each("chat")
async def messages_text_stream(group: str) -> None:
    model = topic.speaking(group)
    events = [event async for event in await client().messages.create(model=model, stream=True, **ASK)]
    equal([events[0].type, events[-2].type, events[-1].type], ["message_start", "message_delta", "message_stop"])
    deltas = [event.delta.text for event in events if event.type == "content_block_delta"]
    equal("".join(deltas), topic.TEXT)
    assert len(deltas) > 1, "the text came at once"
    start, end = events[0].message, events[-2]
    equal((start.model, start.role, start.content), (model, "assistant", []))
    equal(end.delta.stop_reason, "end_turn")
    equal(end.usage.output_tokens, topic.OUTPUT_TOKENS)


@CASES.of_each("chat")
async def messages_text_stream_helper(group: str) -> None:
    model = topic.speaking(group)
    async with client().messages.stream(model=model, **ASK) as stream:
        text = "".join([piece async for piece in stream.text_stream])
        answer = await stream.get_final_message()
    equal(text, topic.TEXT)
    ends(answer, model, "end_turn")


@CASES.of_each("chat")
async def messages_tool(group: str) -> None:
    model = topic.calling(group)
    first = await client().messages.create(model=model, tools=[TOOL], **ASK)
    ends(first, model, "tool_use")
    # The content goes back as the SDK made it.
    last = await client().messages.create(model=model, tools=[TOOL], max_tokens=200, messages=with_result(first))
    ends(last, model, "end_turn")
    equal(text_of(last), topic.TEXT)


@CASES.of_each("chat")
async def messages_tool_stream_helper(group: str) -> None:
    model = topic.calling(group)
    async with client().messages.stream(model=model, tools=[TOOL], **ASK) as stream:
        pieces = [event.partial_json async for event in stream if event.type == "input_json"]
        first = await stream.get_final_message()
    topic.is_call(topic.TOOL, "".join(pieces))
    ends(first, model, "tool_use")
    history = with_result(first)
    async with client().messages.stream(model=model, tools=[TOOL], max_tokens=200, messages=history) as stream:
        last = await stream.get_final_message()
    ends(last, model, "end_turn")
    equal(text_of(last), topic.TEXT)


@CASES.of_each("chat")
async def messages_structured(group: str) -> None:
    model = topic.shaped(group)
    answer = await client().messages.parse(model=model, output_format=topic.Weather, **ASK)
    ends(answer, model, "end_turn")
    equal(answer.parsed_output, topic.FORECAST)


@CASES.of_each("chat")
async def messages_structured_stream_helper(group: str) -> None:
    model = topic.shaped(group)
    async with client().messages.stream(model=model, output_format=topic.Weather, **ASK) as stream:
        answer = await stream.get_final_message()
    ends(answer, model, "end_turn")
    equal(answer.parsed_output, topic.FORECAST)


@CASES.of_each("chat")
async def messages_rate_limit(group: str) -> None:
    try:
        await client().messages.create(model=topic.limited(group), **ASK)
    except anthropic.RateLimitError as error:
        equal(error.response.headers["retry-after"], "7")
        equal(error.type, "rate_limit_error")
    else:
        raise AssertionError("no error")


@CASES.of_each("chat")
async def messages_stream_that_breaks(group: str) -> None:
    try:
        async for _ in await client().messages.create(model=topic.breaking(group), stream=True, **ASK):
            pass
    except anthropic.APIStatusError as error:
        assert error.type, f"an error without a type: {error!r}"
    else:
        raise AssertionError("no error")


# Only Anthropic counts ahead.
@CASES.of_each("chat", only="anthropic")
async def messages_count_tokens(group: str) -> None:
    answer = await client().messages.count_tokens(model=topic.speaking(group), messages=[QUESTION], tools=[TOOL])
    equal(answer.input_tokens, topic.INPUT_TOKENS)


@CASES.once
async def a_wrong_key() -> None:
    try:
        await client(key="sk-wrong").messages.create(model=topic.speaking(MODELS["chat"][0]), **ASK)
    except anthropic.AuthenticationError as error:
        equal(error.type, "authentication_error")
    else:
        raise AssertionError("no error")


@CASES.once
async def an_unknown_model() -> None:
    try:
        await client().messages.create(model="nobody", **ASK)
    except (anthropic.BadRequestError, anthropic.NotFoundError) as error:
        assert "nobody" in error.message, f"found {error.message!r}"
    else:
        raise AssertionError("no error")


def with_result(answer: Message) -> list:
    """The conversation so far, and the result of the one call that the answer has."""
    (call,) = [block for block in answer.content if block.type == "tool_use"]
    equal((call.name, call.input), (topic.TOOL, topic.ARGUMENTS))
    result = {"type": "tool_result", "tool_use_id": call.id, "content": topic.RESULT}
    return [QUESTION, {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]


def text_of(answer: Message) -> str:
    return "".join(block.text for block in answer.content if block.type == "text")


def ends(answer: Message, model: str, reason: str) -> None:
    """What holds for every answer."""
    equal((answer.type, answer.role, answer.model, answer.stop_reason), ("message", "assistant", model, reason))
    assert answer.id, "no id"
    equal((answer.usage.input_tokens, answer.usage.output_tokens), (topic.INPUT_TOKENS, topic.OUTPUT_TOKENS))
    # Warns of values that are not of their types.
    answer.model_dump()
