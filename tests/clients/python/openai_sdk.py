"""OpenAI's Python SDK: its types, and its client. The cases are in openai_*.py."""

import openai
from openai.types import CreateEmbeddingResponse, ErrorObject, Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel

import wire
from harness import KEY, URL, Cases


class ErrorBody(BaseModel):
    """What the SDK expects around an error."""

    error: ErrorObject


class Models(BaseModel):
    """A page of models; the SDK's own page has a client inside."""

    object: str
    data: list[Model]


TYPES = wire.Types(
    answers={
        "POST /v1/chat/completions": wire.Answer(ChatCompletion, ChatCompletionChunk),
        "POST /v1/responses": wire.Answer(Response, ResponseStreamEvent),
        "POST /v1/embeddings": wire.Answer(CreateEmbeddingResponse),
        "GET /v1/models": wire.Answer(Models),
    },
    error=ErrorBody,
)

CASES = Cases("openai-python", TYPES)
HTTP = wire.client()


def client(key: str = KEY) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{URL}/v1", api_key=key, max_retries=0, http_client=HTTP)

