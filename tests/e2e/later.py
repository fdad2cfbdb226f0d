"""`manage.py` on a clock that is ahead by as many seconds as the file `AHEAD` says: days of a walk pass in a moment."""

import os
import runpy
import sys
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from casework import clock  # noqa: E402

AHEAD, here = Path(os.environ["AHEAD"]), clock.now


def later() -> datetime:
    return here() + timedelta(seconds=float(AHEAD.read_text()))


clock.now = later
if __name__ == "__main__":
    runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
