"""Names of public objects: an opaque random ref for access, and a case number for people, never used for access."""

import re
import secrets
from datetime import datetime

from casework.clock import BEIJING

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SPOKEN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that sounds or looks like something else
REF_LENGTH = 22  # 58^22 ≈ 2^128.9


def new_ref(prefix: str) -> str:
    """`prefix` and 22 random characters: 128 bits that nobody can guess."""
    return prefix + "".join(secrets.choice(BASE58) for _i in range(REF_LENGTH))


def is_ref(text: str) -> bool:
    """Whether the text is written like a ref, and so can be asked for: PostgreSQL takes no NUL."""
    return re.fullmatch(rf"[a-z]+_[{BASE58}]{{{REF_LENGTH}}}", text) is not None


def new_number(letter: str, at: datetime) -> str:
    """A number to say on the phone, `N-20260301-7K3QX2M`: the day in Beijing and seven random characters.

    It tells nobody how many cases there are, and two writers never wait for one counter.
    """
    return f"{letter}-{at.astimezone(BEIJING):%Y%m%d}-" + "".join(secrets.choice(SPOKEN) for _i in range(7))
