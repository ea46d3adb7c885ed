"""Chat completions by OpenAI's SDK."""

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk

import topic
from harness import equal
from openai_sdk import CASES, client

QUESTION = {"role": "user", "content": topic.QUESTION}
TOOL = {
    "type": "function",
    "function": {"name": topic.TOOL, "description": "The weather", "parameters": topic.PARAMETERS, "strict": True},
}


@CASES.of_each("chat")
async def chat_text(group: str) -> None:
    model = topic.speaking(group)
    answer = await client().chat.completions.create(model=model, messages=[QUESTION])
    ends(answer, model, "stop")
    equal(answer.choices[0].message.content, topic.TEXT)


@CASES.of_each("chat")
async def chat_text_stream(group: str) -> None:
    model = topic.speaking(group)
    chunks = await stream(model, [QUESTION])
    equal(spoken(chunks), topic.TEXT)
    assert sum(bool(delta.content) for delta in deltas(chunks)) > 1, "the text came at once"
    closes(chunks, model, "stop")


@CASES.of_each("chat")
async def chat_tool(group: str) -> None:
    model = topic.calling(group)
    first = await client().chat.completions.create(model=model, messages=[QUESTION], tools=[TOOL])
    ends(first, model, "tool_calls")
    message = first.choices[0].message
    (call,) = message.tool_calls
    topic.is_call(call.function.name, call.function.arguments)
    # The message goes back as the SDK made it.
    history = [QUESTION, message, {"role": "tool", "tool_call_id": call.id, "content": topic.RESULT}]
    last = await client().chat.completions.create(model=model, messages=history, tools=[TOOL])
    ends(last, model, "stop")
    equal(last.choices[0].message.content, topic.TEXT)


@CASES.of_each("chat")
async def chat_tool_stream(group: str) -> None:
    model = topic.calling(group)
    chunks = await stream(model, [QUESTION], tools=[TOOL])
    closes(chunks, model, "tool_calls")
    pieces = [piece for delta in deltas(chunks) for piece in delta.tool_calls or []]
    equal({piece.index for piece in pieces}, {0})
    equal(pieces[0].type, "function")
    name, identity = pieces[0].function.name, pieces[0].id
    equal([piece.id for piece in pieces if piece.id], [identity])
    arguments = "".join(piece.function.arguments or "" for piece in pieces)
    topic.is_call(name, arguments)
    call = {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
    history = [
        QUESTION,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": identity, "content": topic.RESULT},
    ]
    chunks = await stream(model, history, tools=[TOOL])
    closes(chunks, model, "stop")
    equal(spoken(chunks), topic.TEXT)


@CASES.of_each("chat")
async def chat_tool_stream_helper(group: str) -> None:
    model = topic.calling(group)
    async with client().chat.completions.stream(model=model, messages=[QUESTION], tools=[TOOL]) as events:
        kinds = [event.type async for event in events]
        answer = await events.get_final_completion()
    assert "tool_calls.function.arguments.done" in kinds, f"found the events {kinds}"
    (call,) = answer.choices[0].message.tool_calls
    topic.is_call(call.function.name, call.function.arguments)
    equal(call.function.parsed_arguments, topic.ARGUMENTS)


@CASES.of_each("chat")
async def chat_structured(group: str) -> None:
    model = topic.shaped(group)
    answer = await client().chat.completions.parse(model=model, messages=[QUESTION], response_format=topic.Weather)
    equal(answer.choices[0].message.parsed, topic.FORECAST)
    equal(answer.choices[0].finish_reason, "stop")


@CASES.of_each("chat")
async def chat_structured_stream_helper(group: str) -> None:
    model = topic.shaped(group)
    create = client().chat.completions.stream
    async with create(model=model, messages=[QUESTION], response_format=topic.Weather) as events:
        text = "".join([event.delta async for event in events if event.type == "content.delta"])
        answer = await events.get_final_completion()
    equal(topic.Weather.model_validate_json(text), topic.FORECAST)
    equal(answer.choices[0].message.parsed, topic.FORECAST)


@CASES.of_each("chat")
async def chat_rate_limit(group: str) -> None:
    try:
        await client().chat.completions.create(model=topic.limited(group), messages=[QUESTION])
    except openai.RateLimitError as error:
        equal(error.response.headers["retry-after"], "7")
        assert error.body and error.message, f"an empty error: {error!r}"
    else:
        raise AssertionError("no error")


@CASES.of_each("chat")
async def chat_stream_that_breaks(group: str) -> None:
    try:
        await stream(topic.breaking(group), [QUESTION])
    except openai.APIError as error:
        # Not an answer with an error's status, but an error in a stream.
        assert type(error) is openai.APIError, f"found {error!r}"
        assert error.body and error.message, f"an empty error: {error!r}"
    else:
        raise AssertionError("no error")


async def stream(model: str, messages: list, **more: object) -> list[ChatCompletionChunk]:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    chunks = await client().chat.completions.create(model=model, messages=messages, **options, **more)
    return [chunk async for chunk in chunks]


def deltas(chunks: list[ChatCompletionChunk]) -> list:
    return [choice.delta for chunk in chunks for choice in chunk.choices]


def spoken(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(delta.content or "" for delta in deltas(chunks))


def ends(answer: ChatCompletion, model: str, reason: str) -> None:
    """What holds for every whole answer."""
    equal([choice.finish_reason for choice in answer.choices], [reason])
    equal(answer.model, model)
    assert answer.id and answer.created > 0, f"found id {answer.id!r}, created {answer.created}"
    counts(answer.usage)
    # Warns of values that are not of their types.
    answer.model_dump()


def closes(chunks: list[ChatCompletionChunk], model: str, reason: str) -> None:
    """What holds for every stream."""
    equal(len({(chunk.id, chunk.created) for chunk in chunks}), 1)
    assert chunks[0].id, "no id"
    equal({chunk.model for chunk in chunks}, {model})
    equal(deltas(chunks)[0].role, "assistant")
    finishes = [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    equal([one for one in finishes if one], [reason])
    equal([bool(chunk.usage) for chunk in chunks], [False] * (len(chunks) - 1) + [True])
    counts(chunks[-1].usage)
    for chunk in chunks:
        chunk.model_dump()


def counts(usage: object) -> None:
    found = (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)
    equal(found, (topic.INPUT_TOKENS, topic.OUTPUT_TOKENS, topic.INPUT_TOKENS + topic.OUTPUT_TOKENS))
