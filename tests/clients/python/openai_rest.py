"""What is left of OpenAI's SDK: embeddings, the list of models, what is refused."""

import openai

import topic
from harness import MODELS, equal
from openai_sdk import CASES, client

DIMENSIONS = 8


@CASES.of_each("embedding")
async def embeddings(group: str) -> None:
    # The SDK asks for base64 unless told otherwise, and reads it.
    for options in {}, {"encoding_format": "float"}:
        answer = await client().embeddings.create(model=f"{group}/m~tokens=5/0", input=["one", "two"], **options)
        equal([one.index for one in answer.data], [0, 1])
        equal([len(one.embedding) for one in answer.data], [DIMENSIONS, DIMENSIONS])
        equal((answer.usage.prompt_tokens, answer.usage.total_tokens), (5, 5))


# All groups of this gateway are patterns, which are listed for whoever asks for them.
PATTERNS = {"return_wildcard_routes": "true"}


@CASES.once
async def models_are_listed() -> None:
    names = [model.id async for model in client().models.list(extra_query=PATTERNS)]
    for group in MODELS["chat"]:
        assert any(name.startswith(group) for name in names), f"{group} is not among {names}"


@CASES.once
async def a_wrong_key() -> None:
    model = topic.speaking(MODELS["chat"][0])
    for ask in (
        lambda one: one.chat.completions.create(model=model, messages=[]),
        lambda one: one.responses.create(model=model, input="x"),
        lambda one: one.models.list(),
    ):
        try:
            await ask(client(key="sk-wrong"))
        except openai.AuthenticationError as error:
            assert error.message, "an empty error"
        else:
            raise AssertionError("no error")


@CASES.once
async def an_unknown_model() -> None:
    for ask in (
        lambda one: one.chat.completions.create(model="nobody", messages=[{"role": "user", "content": "x"}]),
        lambda one: one.responses.create(model="nobody", input="x"),
    ):
        try:
            await ask(client())
        except (openai.BadRequestError, openai.NotFoundError) as error:
            assert "nobody" in error.message, f"found {error.message!r}"
        else:
            raise AssertionError("no error")
