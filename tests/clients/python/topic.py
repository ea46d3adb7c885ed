"""What every case talks about, and what the mocks are told to say."""

import json

from pydantic import BaseModel

QUESTION = "How is the weather in Paris?"
TEXT = "Sunny"
RESULT = '{"degrees": 21}'
TOOL = "get_weather"
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where"}},
    "required": ["city"],
    "additionalProperties": False,
}
ARGUMENTS = {"city": "Paris"}
INPUT_TOKENS, OUTPUT_TOKENS = 21, 13
COUNTED = f"events=3,tokens={INPUT_TOKENS}/{OUTPUT_TOKENS}"


class Weather(BaseModel):
    """The shape of a structured answer."""

    city: str
    sunny: bool
    hours: list[int]


FORECAST = Weather(city="Paris", sunny=True, hours=[1])


def speaking(group: str) -> str:
    """A model that says a text."""
    return f"{group}/m~text={TEXT},{COUNTED}"


def calling(group: str) -> str:
    """A model that calls a tool and, given its result, says a text."""
    return f"{group}/m~tool-loop,text={TEXT},{COUNTED}"


def shaped(group: str) -> str:
    """A model that answers as the schema of the request says."""
    return f"{group}/m~{COUNTED}"


def limited(group: str) -> str:
    """A model whose provider has had enough of us."""
    return f"{group}/m~status=429,retry-after=7"


def breaking(group: str) -> str:
    """A model whose stream fails after some of its text. The pause lets the text through before that."""
    return f"{group}/m~events=9,text=SunnySunnySunny,sse-error-after=8,pause=50"


def is_call(name: str, arguments: str) -> None:
    """Whether this is the call that the mocks make."""
    assert (name, json.loads(arguments)) == (TOOL, ARGUMENTS), f"found the call {name}({arguments})"
