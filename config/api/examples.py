"""Examples of answers in the OpenAPI document: answers that were given, as `./run examples` records them."""

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

type Schema = dict[str, Any]

FILE = Path(__file__).with_name("examples.json")
FROM_LENGTH, EXCERPT = 10_000, 2
"""What is longer than so many characters is cut to so many elements of each list."""


@functools.cache
def recorded() -> Mapping[str, Mapping[str, Any]]:
    """Per operation and status one answer."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return found


def write(answers: Mapping[str, Mapping[str, Any]]) -> None:
    """One operation to a line, so that two changes seldom meet."""
    told = sorted(name for name in answers if answers[name])
    lines = [f"{json.dumps(name)}: {json.dumps(answers[name], ensure_ascii=False)}" for name in told]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    recorded.cache_clear()


def add_examples(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: each JSON answer of success gets its example; one of several answers stands once."""
    alike: dict[str, list[tuple[str, Schema]]] = {}
    for name, status, media in successes(result):
        if (answer := recorded().get(name, {}).get(status)) is not None:
            alike.setdefault(json.dumps(answer, ensure_ascii=False), []).append((f"{name}.{status}", media))
    if sent := recorded().get("read_webhook_delivery"):
        schemas = result["components"]["schemas"]
        schemas["WebhookEvent"] = schemas["WebhookEvent"] | {"examples": [json.loads(sent["200"]["body"])]}
    for text, places in alike.items():
        example: Schema = {"value": json.loads(text)}
        if len(text) > FROM_LENGTH:
            example["summary"] = f"Of each list the first {EXCERPT}."
        if len(places) > 1:
            result["components"].setdefault("examples", {})[places[0][0]] = example
            example = {"$ref": f"#/components/examples/{places[0][0]}"}
        for _place, media in places:
            media["examples"] = {"recorded": example}
    return result


def successes(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Operation, status and media type object of each JSON answer that is no refusal."""
    for operation in (each for methods in document.get("paths", {}).values() for each in methods.values()):
        for status, response in operation["responses"].items():
            media = response.get("content", {}).get("application/json")
            if status.startswith("2") and media is not None:
                yield operation["operationId"], status, media
