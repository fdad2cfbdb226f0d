"""The refusals that each operation can answer, in the OpenAPI document.

`refusals.json` has what its code can reach; `./run ready` reads that (`tests/surfaces/refusing.py`).
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.api.explanations import explanations
from surfaces.api.problems import KNOWN, SURFACE

type Schema = dict[str, Any]

FILE = Path(__file__).with_name("refusals.json")
OF_EACH = {*SURFACE, "too-many-requests"}
"""What comes before an operation is asked at all."""


@functools.cache
def reachable() -> Mapping[str, Mapping[str, list[str]]]:
    """Of each operation (`POST /api/v1/notices`) the `problems` and the codes of `errors`; of `""` the codes of all."""
    read: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return read


def write(found: Mapping[str, Mapping[str, list[str]]]) -> None:
    """One operation to a line, so that two changes seldom meet."""
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found)]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    reachable.cache_clear()


def add_refusals(result: Schema, **_context: Any) -> Schema:
    """A postprocessing hook: `x-problems` and `x-errors` of each operation, and what each of them means."""
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            found = reachable().get(f"{method.upper()} {path}", {"problems": [], "errors": []})
            codes = OF_EACH.union(found["problems"])
            answers = operation["responses"].keys()
            operation["x-problems"] = sorted(code for code in codes if str(KNOWN[code].status) in answers)
            operation["x-errors"] = found["errors"]
    schemas = result["components"]["schemas"]
    meant = {f"/problems/{code}": f"{each.why} {each.todo}" for code, each in explanations().items()}
    kinds = schemas["Problem"]["properties"]["type"] | {"x-enum-descriptions": meant}
    schemas["Problem"] = schemas["Problem"] | {"properties": schemas["Problem"]["properties"] | {"type": kinds}}
    schemas["ErrorCode"]["x-of-each-operation"] = reachable().get("", {"errors": []})["errors"]
    return result
