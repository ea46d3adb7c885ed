"""OpenAI's Python SDK: its types, and its client. The cases are in openai_*.py."""

import openai
from openai.types import CreateEmbeddingResponse, Embedding, ErrorObject, Model
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


class EncodedEmbedding(Embedding):
    """An embedding as it comes: the SDK asks for base64, and decodes it before its type is looked at."""

    embedding: list[float] | str


class Embeddings(CreateEmbeddingResponse):
    """Embeddings as they come."""

    data: list[EncodedEmbedding]


TYPES = wire.Types(
    answers={
        "POST /v1/chat/completions": wire.Answer(ChatCompletion, ChatCompletionChunk),
        "POST /v1/responses": wire.Answer(Response, ResponseStreamEvent),
        "POST /v1/embeddings": wire.Answer(Embeddings),
        "GET /v1/models": wire.Answer(Models),
    },
    error=ErrorBody,
)

CASES = Cases("openai-python", TYPES)
HTTP = wire.client()


def client(key: str = KEY) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=f"{URL}/v1", api_key=key, max_retries=0, http_client=HTTP)

