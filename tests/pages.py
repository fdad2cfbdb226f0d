"""A page as tests read it: its HTML without the white space that no browser shows."""

import re

from django.http import HttpResponse

KEPT = re.compile("({})".format("|".join(rf"<{tag}\b.*?</{tag}>" for tag in ("textarea", "pre", "script"))), re.DOTALL)
RUNS = re.compile(r'(?P<value>"[^"]*")|\s+')
BLOCKS = (
    r"article|blockquote|body|br|button|caption|dd|details|div|dl|dt|fieldset|footer|form|h\d|head|header|hr|html|label|"
    r"legend|li|main|nav|ol|option|p|section|select|summary|table|tbody|td|th|thead|title|tr|ul"
)
BESIDE_BLOCK = re.compile(rf"""\s*(</?(?:{BLOCKS})\b(?:"[^"]*"|[^>"])*>)\s*""")


def page_of(answer: HttpResponse) -> str:
    """The HTML with one space where there is white space, and none beside a block or at the end of a tag."""
    parts = KEPT.split(answer.content.decode())
    for index in range(0, len(parts), 2):  # between them stands what is kept
        parts[index] = BESIDE_BLOCK.sub(r"\1", RUNS.sub(lambda run: run["value"] or " ", parts[index])).replace(
            " >", ">"
        )
    return "".join(parts)
