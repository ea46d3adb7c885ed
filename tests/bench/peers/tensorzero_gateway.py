"""Starts TensorZero's gateway with the configuration that is named, says its URL, and waits to be ended.

The Python package has the gateway in it, which listens on a free port of this machine.
"""

import signal
import sys

import openai
import tensorzero

client = openai.OpenAI(api_key="none")
tensorzero.patch_openai_client(client, config_file=sys.argv[1], async_setup=False)
print(client.base_url, flush=True)
signal.pause()
