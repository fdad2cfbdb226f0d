"""Every code that an entry of `errors[]` can have, with its cause and what to do: `error_codes.toml`, for the API
document and `docs/error-codes.md`.

A code says what kind of mistake it is; which field it is about is the pointer's to say. Problem types, which stand in
`type`, are `config.api.explanations`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from casework.toml import read

CODES: Final[Mapping[str, tuple[str, str]]] = {
    code: (cause, remedy) for code, (cause, remedy) in read(Path(__file__).with_name("error_codes.toml")).items()
}


def table() -> str:
    """`docs/error-codes.md`."""
    rows = "".join(f"| `{code}` | {cause} | {remedy} |\n" for code, (cause, remedy) in sorted(CODES.items()))
    return f"""# Codes of errors

Generated from `surfaces/api/error_codes.toml`. Each entry of `errors[]` in a refusal has a `pointer`, one of these as
`code`, and a `message` in the reader's language. The types of problems (`type`) have pages of their own, at the address
that they are. Codes are added from time to time: read one that you do not know as `invalid`.

| code | why | what to do |
|---|---|---|
{rows}"""
