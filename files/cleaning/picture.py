"""Draws a picture anew as WEBP, upright, without metadata or anything appended."""

import warnings
from typing import BinaryIO

from PIL import Image, ImageOps

from files.cleaning.refusals import Damaged, TooManyPixels

MAX_PIXELS = 40_000_000
MAX_PIXELS_WHOLE = 16_000_000  # PNG and WEBP, which can only be decoded at full size: 64 MB of memory
MAX_SIDE = 2560  # of the copy that is shown; the original keeps its size

# Process-wide and once: `warnings.catch_warnings` is not safe under threads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def clean(source: BinaryIO, out: BinaryIO) -> tuple[int, int]:
    """Writes the copy; returns its width and height. Raises `Damaged` for what cannot be drawn whole."""
    try:
        with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as received:
            most = MAX_PIXELS if received.format == "JPEG" else MAX_PIXELS_WHOLE
            if received.width * received.height > most:
                raise TooManyPixels
            received.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at a fraction of its size, in little memory
            mode = "RGBA" if received.has_transparency_data else "RGB"
            shown = received if received.mode == mode else _deep_to_plain(received).convert(mode)
            shown.thumbnail((MAX_SIDE, MAX_SIDE))  # first of all, so that what follows is small
            ImageOps.exif_transpose(shown, in_place=True)
            shown.save(out, "WEBP", quality=82, method=2)
            return shown.width, shown.height
    except (Damaged, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise TooManyPixels from None
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise Damaged from error


def _deep_to_plain(picture: Image.Image) -> Image.Image:
    """The picture with 8 bits per channel: Pillow would cut 16-bit grey off at white instead of scaling it."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda level: level / 256).convert("L")
