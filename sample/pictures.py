"""Pictures that sample appellants attach: an invented paper with a few lines on it, drawn in memory."""

import io

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont


def paper(title: str, lines: list[str], *, kind: str = "PNG") -> io.BytesIO:
    """A PNG (or `PDF`) of a sheet with this title and these lines, marked as a sample."""
    sheet = Image.new("RGB", (900, 640), "#fbfaf6")
    draw = ImageDraw.Draw(sheet)
    font = str(pylopdf_fonts_zh_cn.sans_path())
    draw.rectangle((24, 24, 876, 616), outline="#8a8172", width=3)
    draw.text((450, 90), title[:24], font=ImageFont.truetype(font, 40), fill="#2b2b2b", anchor="mm")
    small = ImageFont.truetype(font, 24)
    for row, line in enumerate(lines[:10]):
        draw.text((80, 170 + 42 * row), line[:32], font=small, fill="#333333")
    draw.ellipse((650, 440, 810, 600), outline="#b3392c", width=4)
    draw.text((730, 520), "样例\nSAMPLE", font=small, fill="#b3392c", anchor="mm", align="center")
    out = io.BytesIO()
    sheet.save(out, kind)
    out.seek(0)
    return out
