"""Responses by OpenAI's SDK."""

import openai
from openai.types.responses import Response, ResponseStreamEvent

import topic
from harness import equal
from openai_sdk import CASES, client

TOOL = {"type": "function", "name": topic.TOOL, "description": "The weather", "parameters": topic.PARAMETERS, "strict": True}


@CASES.of_each("chat")
async def responses_text(group: str) -> None:
    model = topic.speaking(group)
    answer = await client().responses.create(model=model, input=topic.QUESTION)
    completes(answer, model)
    equal(answer.output_text, topic.TEXT)


@CASES.of_each("chat")
async def responses_text_stream(group: str) -> None:
    model = topic.speaking(group)
    events = await stream(model, topic.QUESTION)
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    equal("".join(deltas), topic.TEXT)
    assert len(deltas) > 1, "the text came at once"
    equal(closes(events, model).output_text, topic.TEXT)


@CASES.of_each("chat")
async def responses_tool(group: str) -> None:
    model = topic.calling(group)
    question = {"role": "user", "content": topic.QUESTION}
    first = await client().responses.create(model=model, input=[question], tools=[TOOL])
    completes(first, model)
    # The output goes back as the SDK made it.
    history = [question, *first.output, result_of(first)]
    last = await client().responses.create(model=model, input=history, tools=[TOOL])
    completes(last, model)
    equal(last.output_text, topic.TEXT)


@CASES.of_each("chat")
async def responses_tool_stream(group: str) -> None:
    model = topic.calling(group)
    question = {"role": "user", "content": topic.QUESTION}
    events = await stream(model, [question], tools=[TOOL])
    first = closes(events, model)
    deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    topic.is_call(topic.TOOL, "".join(deltas))
    events = await stream(model, [question, *first.output, result_of(first)], tools=[TOOL])
    equal(closes(events, model).output_text, topic.TEXT)


@CASES.of_each("chat")
async def responses_structured(group: str) -> None:
    model = topic.shaped(group)
    answer = await client().responses.parse(model=model, input=topic.QUESTION, text_format=topic.Weather)
    equal((answer.status, answer.model), ("completed", model))
    equal(answer.output_parsed, topic.FORECAST)


@CASES.of_each("chat")
async def responses_structured_stream_helper(group: str) -> None:
    model = topic.shaped(group)
    async with client().responses.stream(model=model, input=topic.QUESTION, text_format=topic.Weather) as events:
        text = "".join([event.delta async for event in events if event.type == "response.output_text.delta"])
        answer = await events.get_final_response()
    equal(topic.Weather.model_validate_json(text), topic.FORECAST)
    equal(answer.output_parsed, topic.FORECAST)


@CASES.of_each("chat")
async def responses_rate_limit(group: str) -> None:
    try:
        await client().responses.create(model=topic.limited(group), input=topic.QUESTION)
    except openai.RateLimitError as error:
        equal(error.response.headers["retry-after"], "7")
    else:
        raise AssertionError("no error")


@CASES.of_each("chat")
async def responses_stream_that_breaks(group: str) -> None:
    # This API tells of an error by events, which the SDK hands on.
    events = await stream(topic.breaking(group), topic.QUESTION)
    last = events[-1]
    assert last.type in ("error", "response.failed"), f"the last event is {last!r}"
    message = last.message if last.type == "error" else last.response.error.message
    assert message, f"an empty error: {last!r}"


async def stream(model: str, question: object, **more: object) -> list[ResponseStreamEvent]:
    events = await client().responses.create(model=model, input=question, stream=True, **more)
    return [event async for event in events]


def result_of(answer: Response) -> dict:
    """The result of the one call that an answer has."""
    (call,) = [item for item in answer.output if item.type == "function_call"]
    topic.is_call(call.name, call.arguments)
    return {"type": "function_call_output", "call_id": call.call_id, "output": topic.RESULT}


def completes(answer: Response, model: str) -> None:
    """What holds for every whole answer."""
    equal((answer.status, answer.error, answer.incomplete_details), ("completed", None, None))
    equal(answer.model, model)
    assert answer.id and answer.created_at > 0, f"found id {answer.id!r}, created_at {answer.created_at}"
    found = (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.total_tokens)
    equal(found, (topic.INPUT_TOKENS, topic.OUTPUT_TOKENS, topic.INPUT_TOKENS + topic.OUTPUT_TOKENS))
    # Warns of values that are not of their types.
    answer.model_dump()


def closes(events: list[ResponseStreamEvent], model: str) -> Response:
    """The response with which a stream ends, and what holds for every stream."""
    equal([event.sequence_number for event in events], list(range(len(events))))
    equal([events[0].type, events[-1].type], ["response.created", "response.completed"])
    last = events[-1].response
    equal(events[0].response.id, last.id)
    completes(last, model)
    done = [event.item for event in events if event.type == "response.output_item.done"]
    equal([item.model_dump() for item in done], [item.model_dump() for item in last.output])
    return last
