"""Plays the cases of one SDK: `main.py openai` or `main.py anthropic`.

The environment names the gateway (SPILLWAY_URL), a key (SPILLWAY_KEY) and the models (SPILLWAY_MODELS: see harness.py).
"""

import importlib
import sys

MODULES = {
    "openai": ["openai_sdk", "openai_chat", "openai_responses", "openai_rest"],
    "anthropic": ["anthropic_sdk", "anthropic_messages"],
}

if __name__ == "__main__":
    sdk, *cases = (importlib.import_module(name) for name in MODULES[sys.argv[1]])
    sdk.CASES.run()
