"""Cleans one file in a process of its own, within limits: `python child.py KIND` from standard input to output.

A hostile file may make a parser hang or fill memory. Exit status: 0 a copy is written and was read again, 3 there is
none that is shown to be clean, 4 the file is damaged, 5 a picture has too many pixels.
"""

import resource
import sys
import tempfile
from pathlib import Path

PROVEN, UNPROVEN, DAMAGED, TOO_MANY_PIXELS = 0, 3, 4, 5
CHUNK = 1024 * 1024


def main(kind: str, memory: int, seconds: int) -> int:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import importlib

    from files.cleaning import second_reading
    from files.cleaning.refusals import Damaged, TooManyPixels, Unproven

    cleaner = importlib.import_module(f"files.cleaning.{ {'image': 'picture'}.get(kind, kind) }")
    if kind == "pdf":
        importlib.import_module("pypdf")
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with tempfile.TemporaryFile() as copy:
            cleaner.clean(sys.stdin.buffer, copy)
            copy.seek(0)
            second_reading.READINGS[kind](copy)
            copy.seek(0)
            while piece := copy.read(CHUNK):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
    except TooManyPixels:
        return TOO_MANY_PIXELS
    except Damaged:
        return DAMAGED
    except Unproven as reason:
        sys.stderr.write(f"{reason}\n")
        return UNPROVEN
    except (MemoryError, RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError) as error:
        sys.stderr.write(f"{error!r}\n")
        return UNPROVEN
    return PROVEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
