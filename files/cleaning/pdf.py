"""Writes a PDF anew from what is known to be drawn; its pages look the same, and nothing else is left of it.

What stays is listed, key by key and operator by operator (ISO 32000): pages with their fonts, pictures, forms, patterns
and layers. Notes and fields of forms are drawn into their page. Everything else goes: scripts, links, attached files,
outlines, tags, document information, XMP, ICC profiles, what earlier savings left behind; of a JPEG inside all
segments but those that draw it. A picture in a format that cannot be written anew makes the copy `Unproven`.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO

import pikepdf

from files.cleaning import pdf_pictures
from files.cleaning.pdf_pictures import is_plain
from files.cleaning.refusals import Damaged, Unproven

MOST_PAGES = 2000


def _plain(keys: str) -> dict[str, Any]:
    return dict.fromkeys(keys.split())


# Kind of object -> its keys -> what stands there: another kind, {kind}: a dictionary of such by any name, [kind]: one
# or a list of such, None: names, numbers and lists of these.
_FUNCTION: dict[str, Any] = _plain("FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds")
_GROUP: dict[str, Any] = _plain("Type S I K") | {"CS": "colour"}
KINDS: dict[str, dict[str, Any]] = {
    "page": _plain("Type MediaBox CropBox Rotate UserUnit") | {"Resources": "resources", "Group": "group"},
    "resources": {
        "Font": {"font"},
        "XObject": {"xobject"},
        "ExtGState": {"state"},
        "ColorSpace": {"colour"},
        "Pattern": {"pattern"},
        "Shading": {"shading"},
        "Properties": {"layer"},
    },
    "group": _GROUP,
    "layer": _plain("Type P VE") | {"OCGs": ["layer"]},
    "layers": {"OCGs": ["layer"], "D": "layers shown"},
    "layers shown": {"BaseState": None, "ON": ["layer"], "OFF": ["layer"]},
    "form": _plain("Type Subtype FormType BBox Matrix") | {"Resources": "resources", "Group": "group", "OC": "layer"},
    "image": _plain("Type Subtype Width Height BitsPerComponent Intent ImageMask Decode Interpolate")
    | {"ColorSpace": "colour", "Mask": "mask", "SMask": "xobject", "Matte": None, "OC": "layer"},
    "state": _plain(
        "Type LW LC LJ ML D RI OP op OPM BG UCR FL SM SA BM CA ca AIS TK"
    )  # transfer functions are for printing plates
    | {"Font": ["font"], "SMask": "soft mask"},
    "soft mask": _plain("Type S BC") | {"G": "xobject", "TR": ["function"]},
    "pattern": _plain("Type PatternType PaintType TilingType BBox XStep YStep Matrix")
    | {"Resources": "resources", "Shading": "shading", "ExtGState": "state"},
    "shading": _plain(
        "ShadingType Background BBox AntiAlias Domain Matrix Coords Extend BitsPerCoordinate BitsPerComponent"
        " BitsPerFlag Decode VerticesPerRow"
    )
    | {"ColorSpace": "colour", "Function": ["function"]},
    "function": _FUNCTION | {"Functions": ["function"]},
    "font": _plain("Type Subtype BaseFont FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix")
    | {"FontDescriptor": "font descriptor", "Encoding": "encoding", "ToUnicode": "map", "DescendantFonts": ["font"]}
    | {"CIDSystemInfo": "collection", "CIDToGIDMap": "map", "CharProcs": {"glyph"}, "Resources": "resources"},
    "font descriptor": _plain(
        "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV"
        " StemH AvgWidth MaxWidth MissingWidth"
    )
    | dict.fromkeys(("FontFile", "FontFile2", "FontFile3"), "font file"),
    "font file": _plain("Subtype Length1 Length2 Length3"),
    "encoding": _plain("Type BaseEncoding Differences CMapName WMode")
    | {"CIDSystemInfo": "collection", "UseCMap": "map"},
    "map": _plain("Type CMapName WMode") | {"CIDSystemInfo": "collection", "UseCMap": "map"},
    "collection": _plain("Registry Ordering Supplement"),
    "mask": {},
    "xobject": {},
    "glyph": {},
    "colour": {},
}
DRAWN = frozenset({"form", "glyph", "pattern"})  # streams that are operators
CALIBRATES = frozenset(_plain("WhitePoint BlackPoint Gamma Matrix Range"))
COLLECTION = re.compile(rb"[A-Za-z0-9-]{1,30}")
NUMBERED = re.compile(r"/[A-Za-z]{1,4}[0-9]{0,6}")
"""Names of resources that say nothing, such as /Im0; others are exchanged for such."""
USES = frozenset(["Tf", "Do", "gs", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "BDC"])
COLOURS = frozenset(
    ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/DefaultGray", "/DefaultRGB", "/DefaultCMYK")
)
"""Resources that are known by these names."""


def _of(operators: str, operands: int) -> dict[str, int]:
    return dict.fromkeys(operators.split(), operands)


# Operators and how many operands each has; -1: as many as there are.
OPERATORS: dict[str, int] = {
    **_of("q Q h S s f F f* B B* b b* n W W* BT ET T* EMC", 0),
    **_of("w J j M ri i gs Tc Tw Tz TL Tr Ts Tj TJ ' CS cs G g sh Do", 1),
    **_of("d m l Td TD d0 Tf", 2),
    **_of("RG rg", 3),
    '"': 3,
    **_of("v y re K k", 4),
    **_of("c cm Tm d1", 6),
    **_of("SC SCN sc scn", -1),
}
WRITES = frozenset({"Tj", "TJ", "'", '"'})
PICTURE_KEYS = frozenset(
    _plain(
        "Width Height ColorSpace BitsPerComponent ImageMask Decode Interpolate Intent W H CS BPC IM D I"
        " F Filter DP DecodeParms"
    )
)


def clean(source: BinaryIO, out: BinaryIO) -> None:
    """Writes the copy. Raises `Damaged` where no page can be read, and `Unproven`."""
    try:
        document = pikepdf.open(source)
        pages = len(document.pages)
    except (pikepdf.PasswordError, pikepdf.PdfError) as error:
        raise Damaged from error
    if pages == 0:
        raise Damaged
    with document:
        try:
            _Cleaner(document).clean()
            document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        except (pikepdf.PdfError, zlib.error) as error:
            raise Unproven("not written") from error


class _Cleaner:
    def __init__(self, document: pikepdf.Pdf) -> None:
        self.document = document
        self.seen: set[tuple[object, str]] = set()
        self.todo: list[tuple[Any, str]] = []
        self.names: dict[str, str] = {}

    def clean(self) -> None:
        document = self.document
        if len(document.pages) > MOST_PAGES:
            raise Unproven("pages")
        with suppress(Exception):  # fields without a look stay without
            document.generate_appearance_streams()
        document.flatten_annotations()
        pages = [page.obj for page in document.pages]
        for page in pages:
            for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
                if key not in page and (inherited := _inherited(page, key)) is not None:
                    page[key] = inherited
        tree = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=pikepdf.Array(pages), Count=len(pages))
        )
        root = document.Root
        for key in list(root.keys()):
            if key not in ("/Type", "/OCProperties"):
                del root[key]
        root["/Pages"] = tree
        if "/OCProperties" in root:
            self._child(root, "/OCProperties", "layers")
        for key in list(document.trailer.keys()):
            if key not in ("/Root", "/Size"):
                del document.trailer[key]
        for page in pages:
            self._page(page, tree)
        while self.todo:
            self._prune(*self.todo.pop())

    def _page(self, page: Any, tree: Any) -> None:
        contents = page.get("/Contents")
        drawn = b"" if contents is None else self._operators(page)
        self._prune(page, "page")
        page["/Type"] = pikepdf.Name.Page
        page["/Parent"] = tree
        page["/Contents"] = self.document.make_stream(drawn)

    def _prune(self, holder: Any, kind: str) -> None:
        """Leaves in this dictionary or stream what its kind may have."""
        if kind == "xobject":
            kind = "image" if str(holder.get("/Subtype")) == "/Image" else "form"
        if kind == "font" and "/CharProcs" not in holder and "/Resources" in holder:
            del holder["/Resources"]
        is_stream = isinstance(holder, pikepdf.Stream)
        body = self._body_of(holder, kind) if is_stream else None
        allowed = KINDS[kind]
        for key in list(holder.keys()):
            name = key[1:]
            if is_stream and name in ("Length", "Filter", "DecodeParms"):
                continue
            if name not in allowed:
                del holder[key]
            elif allowed[name] is None:
                if name in ("Registry", "Ordering") and COLLECTION.fullmatch(bytes(holder[key])):
                    continue
                if not is_plain(holder[key]):
                    del holder[key]
            else:
                self._child(holder, key, allowed[name])
        if kind == "layer" and str(holder.get("/Type")) == "/OCG":
            holder["/Name"] = pikepdf.String("")
        if body is not None:
            data, packing = body
            holder.write(data, **packing)

    def _child(self, holder: Any, key: str, kind: Any) -> None:
        value = holder[key]
        if isinstance(kind, set):
            (inner,) = kind
            if not isinstance(value, pikepdf.Dictionary):
                del holder[key]
                return
            for name in list(value.keys()):
                self._child(value, name, inner)
            if inner != "glyph":
                holder[key] = pikepdf.Dictionary({self._named(name): each for name, each in value.items()})
        elif isinstance(kind, list):
            (inner,) = kind
            if isinstance(value, pikepdf.Array):
                kept = [self._in_list(each, inner) for each in value]
                holder[key] = pikepdf.Array([each for each in kept if each is not None])
            else:
                self._child(holder, key, inner)
        elif kind == "colour":
            holder[key] = self._colour(value)
        elif isinstance(value, pikepdf.Name) and kind in ("encoding", "map", "soft mask", "function"):
            return  # /Identity-H, /None
        elif kind == "mask":
            if isinstance(value, pikepdf.Stream):
                self._later(value, "image")
            elif not is_plain(value):
                del holder[key]
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            if kind in ("xobject", "font file", "glyph", "map") and not isinstance(value, pikepdf.Stream):
                del holder[key]
            else:
                self._later(value, kind)
        else:
            del holder[key]

    def _named(self, name: str) -> str:
        """The name of a resource, the same one wherever the document uses it."""
        if NUMBERED.fullmatch(name) or name in COLOURS:
            return name
        return self.names.setdefault(name, f"/Rn{len(self.names)}")

    def _in_list(self, value: Any, kind: str) -> Any:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            self._later(value, kind)
            return value
        return value if is_plain(value) else None

    def _later(self, value: Any, kind: str) -> None:
        if not value.is_indirect:
            self._prune(value, kind)  # what lies in another object is as deep as its text is long, and qpdf bounds that
        elif (value.objgen, kind) not in self.seen:
            self.seen.add((value.objgen, kind))
            self.todo.append((value, kind))

    def _colour(self, value: Any, depth: int = 0) -> Any:
        """The colour space; one that an ICC profile describes becomes the plain one with as many components."""
        if isinstance(value, pikepdf.Name):
            return value
        if not isinstance(value, pikepdf.Array) or len(value) == 0 or depth > 4:
            raise Unproven("colour space")
        family = str(value[0])
        if family == "/ICCBased":
            return {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB, 4: pikepdf.Name.DeviceCMYK}.get(
                int(value[1].get("/N", 3)), pikepdf.Name.DeviceRGB
            )
        if family in ("/CalGray", "/CalRGB", "/Lab"):
            members = {key: each for key, each in value[1].items() if key[1:] in CALIBRATES and is_plain(each)}
            return pikepdf.Array([value[0], pikepdf.Dictionary(members)])
        if family == "/Indexed" and len(value) >= 4:
            table = value[3].read_bytes() if isinstance(value[3], pikepdf.Stream) else bytes(value[3])
            base = self._colour(value[1], depth + 1)
            return pikepdf.Array([value[0], base, int(value[2]), pikepdf.String(table[:4096])])
        if family in ("/Separation", "/DeviceN") and len(value) >= 4 and is_plain(value[1]):
            self._later(value[3], "function")
            return pikepdf.Array([value[0], value[1], self._colour(value[2], depth + 1), value[3]])
        if family == "/Pattern":
            return pikepdf.Array([value[0], *[self._colour(each, depth + 1) for each in list(value)[1:2]]])
        if len(value) == 1:
            return value[0]
        raise Unproven("colour space")

    # — what streams hold —

    def _body_of(self, stream: Any, kind: str) -> tuple[bytes, dict[str, Any]]:
        if kind == "image":
            return pdf_pictures.drawn(stream)
        if kind in DRAWN and not (kind == "pattern" and int(stream.get("/PatternType", 1)) != 1):
            return self._operators(stream), {}
        data = stream.read_bytes()
        if kind == "map":
            data = re.sub(rb"%[^\r\n]*", b"", data) if b"begincmap" in data else data
        return data, {}

    def _operators(self, drawn: Any) -> bytes:
        kept = [self._renamed(each) for each in _kept(pikepdf.parse_content_stream(drawn))]
        return bytes(pikepdf.unparse_content_stream(kept))

    def _renamed(self, each: Any) -> Any:
        if isinstance(each, pikepdf.ContentStreamInlineImage) or str(each.operator) not in USES:
            return each
        named = [pikepdf.Name(self._named(str(one))) if isinstance(one, pikepdf.Name) else one for one in each.operands]
        return pikepdf.ContentStreamInstruction(named, each.operator)


def _inherited(page: Any, key: str) -> Any:
    above = page.get("/Parent")
    for _level in range(50):
        if above is None or key in above:
            break
        above = above.get("/Parent")
    return None if above is None else above.get(key)


def _kept(instructions: Iterable[Any]) -> Iterator[Any]:
    for each in instructions:
        if isinstance(each, pikepdf.ContentStreamInlineImage):
            yield _inline(each)
            continue
        name = str(each.operator)
        operands = list(each.operands)
        if name in ("BMC", "BDC"):
            is_layer = len(operands) == 2 and str(operands[0]) == "/OC" and isinstance(operands[1], pikepdf.Name)
            yield each if is_layer else pikepdf.ContentStreamInstruction([pikepdf.Name.Span], pikepdf.Operator("BMC"))
            continue
        count = OPERATORS.get(name)
        if count is None:
            continue
        operands = operands if count < 0 else operands[len(operands) - count :] if count else []
        if name not in WRITES and not all(is_plain(one) for one in operands):
            continue
        if name == "TJ" and not (operands and isinstance(operands[0], pikepdf.Array)):
            continue
        yield pikepdf.ContentStreamInstruction(operands, each.operator)


def _inline(each: Any) -> Any:
    image = each.iimage
    filters = [str(name) for name in image.filters]
    is_packed_so = all(name in pdf_pictures.UNPACKED | {"/CCITTFaxDecode"} for name in filters)
    named = [
        str(each) for key, each in image.obj.items() if isinstance(each, pikepdf.Name) and key not in ("/Filter", "/F")
    ]
    says_words = any(not NUMBERED.fullmatch(name) and name not in COLOURS for name in named)
    if not is_packed_so or says_words or any(key[1:] not in PICTURE_KEYS for key in image.obj):
        raise Unproven("inline picture")
    return each
