"""Small drawings of what a photo is to show: a few strokes each, in the colours of the page.

Each shot is made of parts; `fault` is drawn in the colour of what is wrong. They are hints for who cannot
read the words, so they stand beside them and are hidden from screen readers.
"""

# ruff: noqa: E501 - a drawing is one word
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

_PARTS: Final[Mapping[str, str]] = {
    "mug": '<path d="M34 24h26v28a5 5 0 0 1-5 5H39a5 5 0 0 1-5-5zM60 30h5a5 5 0 0 1 5 5v6a5 5 0 0 1-5 5h-5"/>',
    "mug_left": '<path d="M12 26h22v24a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4zM34 31h4a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-4"/>',
    "mug_right": '<path d="M56 26h22v24a4 4 0 0 1-4 4H60a4 4 0 0 1-4-4zM78 31h4a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-4"/>',
    "near": '<path d="M20 4v52a12 12 0 0 0 12 12h40a12 12 0 0 0 12-12V4"/>',
    "half": '<path d="M4 20h44v32a8 8 0 0 1-8 8H4M48 28h10a8 8 0 0 1 8 8v6a8 8 0 0 1-8 8H48"/>',
    "frame": '<path d="M6 16V6h10M80 6h10v10M90 56v10H80M16 66H6V56"/>',
    "fault": '<path class="fault" d="M46 30l5 6-6 4 6 8"/>',
    "fault_near": '<path class="fault" d="M48 14l10 14-12 8 12 18"/>',
    "label": '<path d="M24 12h48v48H24zM30 20h20M30 27h14M30 36v16M34 36v16M40 36v16M44 36v16M50 36v16M56 36v16M60 36v16M66 36v16"/>',
    "small_label": '<path d="M58 40h28v24H58zM63 46v12M67 46v12M72 46v12M75 46v12M80 46v12"/>',
    "tag": '<path d="M30 14h36a4 4 0 0 1 4 4v40H26V18a4 4 0 0 1 4-4zM48 22a2 2 0 1 0 .1 0M34 36h28M34 43h28M34 50h18M48 20V4"/>',
    "ruler": '<path d="M10 56h76v12H10zM18 56v6M26 56v4M34 56v6M42 56v4M50 56v6M58 56v4M66 56v6M74 56v4"/>',
    "scale": '<path d="M16 46h64v20H16zM36 52h24v9H36zM24 46v-4h48v4M42 56h4M49 56h6"/>',
    "mug_on": '<path d="M38 16h20v18a4 4 0 0 1-4 4H42a4 4 0 0 1-4-4zM58 20h4a4 4 0 0 1 4 4v3a4 4 0 0 1-4 4h-4"/>',
    "box_on": '<path d="M34 14h28v26H34zM34 22h28M48 14v8"/>',
    "spread": '<path d="M10 12h22v22H10zM40 10h18v26H40zM68 14a10 10 0 1 0 .1 0M14 46h26v16H14zM52 48h30M52 54h30M52 60h18"/>',
    "list": '<path d="M26 6h44v60H26zM34 18h4M44 18h18M34 28h4M44 28h18M34 38h4M44 38h18M34 48h4M44 48h12"/>',
    "hole": '<path class="fault" stroke-dasharray="4 3" d="M56 22h20v20H56z"/>',
    "plate": '<path d="M10 12h76v48H10zM20 22h24v20H20z"/>',
    "moves": '<path class="fault" stroke-dasharray="4 3" d="M44 18l24 8v20l-24-8zM78 22a20 20 0 0 1 0 24M78 46l-1-6M78 46l6-2"/>',
    "page": '<path d="M18 6h60v60H18zM18 16h60M24 11h1M29 11h1M26 24h24v22H26zM56 26h16M56 33h16M56 40h10M26 54h30"/>',
    "versus": '<path d="M48 8v56"/><path d="M6 10h36v52H6zM54 10h36v52H54z"/>',
    "card": '<path class="grey" d="M64 40h22v22H64z"/>',
    "weave": '<path d="M12 16h72M12 28h72M12 40h72M12 52h72M24 8v56M36 8v56M48 8v56M60 8v56M72 8v56"/>',
    "corner": '<path d="M48 8l34 16v26L48 66 14 50V24zM14 24l34 16 34-16M48 40v26"/>',
    "corner_under": '<path d="M48 64L14 48V22L48 6l34 16v26zM82 48L48 32 14 48M48 32V6"/>',
    "open_box": '<path d="M16 28h64v38H16zM16 28l-8-12h26l6 12M80 28l8-12H62l-6 12"/>',
    "filling": '<path d="M24 44a6 6 0 1 0 .1 0M40 50a6 6 0 1 0 .1 0M58 44a6 6 0 1 0 .1 0M72 50a6 6 0 1 0 .1 0"/>',
    "filling_out": '<path d="M22 20a9 9 0 1 0 .1 0M48 14a9 9 0 1 0 .1 0M74 20a9 9 0 1 0 .1 0M34 42a9 9 0 1 0 .1 0M62 42a9 9 0 1 0 .1 0"/>',
    "stamp": '<path d="M48 12a24 24 0 1 0 .1 0M48 20a16 16 0 1 0 .1 0M38 36h20"/>',
    "dent": '<path class="fault" d="M22 32l8 8-4 6 9 8"/>',
    "tape": '<path d="M10 14h76v44H10zM10 32h76M10 40h76"/>',
    "number": '<path d="M14 24h68v26H14zM22 37h6M33 37h6M44 37h10M59 37h6M70 37h4"/>',
    "sold": '<path d="M66 54l6 6 12-14"/>',
    "stain": '<path class="fault" d="M42 34c6-6 14 0 12 6s-10 8-13 3 -3-6 1-9z"/>',
    "track": '<path d="M28 12v48M28 14a3 3 0 1 0 .1 0M28 34a3 3 0 1 0 .1 0M28 54a3 3 0 1 0 .1 0M42 16h34M42 36h28M42 56h32"/>',
    "smell": '<path class="fault" d="M40 18c-4-4 4-6 0-12M48 18c-4-4 4-6 0-12M56 18c-4-4 4-6 0-12"/>',
    "paper": '<path d="M28 8h40v56H28zM36 20h24M36 28h24M36 36h24M36 50c6-6 8 4 14-2"/>',
}  # fmt: skip
_SHOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "wide": ("mug", "frame"),
    "close_up": ("near", "fault_near"),
    "in_place": ("half", "fault"),
    "with_label": ("mug_left", "small_label"),
    "label": ("label",),
    "tag": ("tag",),
    "ruler": ("mug_on", "ruler"),
    "scale": ("mug_on", "scale"),
    "parcel_scale": ("box_on", "scale"),
    "laid_out": ("spread",),
    "packing_list": ("list",),
    "empty_place": ("plate", "hole"),
    "moving": ("moves",),
    "listing": ("page",),
    "side_by_side": ("versus", "mug_left"),
    "grey_card": ("mug_left", "card"),
    "material": ("weave",),
    "corner_one": ("corner",),
    "corner_two": ("corner_under",),
    "cushioning": ("open_box", "filling"),
    "packing_material": ("filling_out",),
    "box_certificate": ("stamp",),
    "outer_damage": ("corner", "dent"),
    "seal": ("tape",),
    "serial": ("number",),
    "sold_serial": ("number", "sold"),
    "wear": ("mug", "stain"),
    "received": ("mug", "frame"),
    "tracking": ("track",),
    "source": ("mug", "smell"),
}
_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "defect_photo": ("half", "fault"),
    "packaging_photo": ("corner",),
    "label_photo": ("label",),
    "ruler_photo": ("mug_on", "ruler"),
    "tag_photo": ("tag",),
    "layout_photo": ("spread",),
    "weight_photo": ("mug_on", "scale"),
    "serial_photo": ("number",),
    "comparison": ("versus", "mug_left"),
    "tracking_screenshot": ("track",),
    "delivery_proof": ("track", "sold"),
    "listing_snapshot": ("page",),
    "order_snapshot": ("page",),
    "packing_list": ("list",),
}


def of_shot(name: str) -> Markup:
    """The drawing of that shot; a plain frame where there is none."""
    return _drawn(_SHOTS.get(name, ("mug", "frame")))


def of_role(name: str) -> Markup:
    """The drawing of what an exhibit in that role shows; papers look alike."""
    return _drawn(_ROLES.get(name, ("paper",)))


def _drawn(parts: tuple[str, ...]) -> Markup:
    strokes = "".join(_PARTS[part] for part in parts)
    # Every stroke is a literal of this file.
    return Markup('<svg class="sketch" viewBox="0 0 96 72" aria-hidden="true">' + strokes + "</svg>")  # noqa: S704
