#!/usr/bin/env python3
"""Makes the four shipped fonts out of Inter: tabular digits by default, and only the characters we may show.

A Slint `Text` has no switch for font features, so `tnum` is frozen: digits are mapped to their tabular forms.
The family is renamed, so that a full Inter installed on the machine is never taken in its place.

    apt-get install fonts-inter python3-fonttools
    python3 make.py [folder of Inter-Regular.otf …]
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Guichet Inter"
WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
# Latin with all European accents, Vietnamese, Greek, Cyrillic (names), punctuation, super- and subscripts,
# currencies, letterlike signs, arrows, mathematical signs used in results.
RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF),
    (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x2126), (0x2190, 0x2199), (0x2200, 0x2265),
    (0xFFFD, 0xFFFD),
]


def freeze_digits(font):
    """Points the ten digits at their tabular forms."""
    gsub = font["GSUB"].table
    tabular = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for lookup in record.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[lookup].SubTable:
                    tabular.update(getattr(table, "ExtSubTable", table).mapping)
    frozen = 0
    for table in font["cmap"].tables:
        if table.isUnicode():
            for digit in range(ord("0"), ord("9") + 1):
                if table.cmap.get(digit) in tabular:
                    table.cmap[digit] = tabular[table.cmap[digit]]
                    frozen += 1
    assert frozen >= 10, "no tabular digits in this font"


def rename(font, style, weight):
    """One family of four weights, under our name."""
    names = font["name"]
    copyright_, licence, address = (names.getDebugName(number) for number in (0, 13, 14))
    names.names = []
    words = {
        0: copyright_, 1: f"{FAMILY} {style}", 2: "Regular", 3: f"{FAMILY} {style}, from Inter", 4: f"{FAMILY} {style}",
        5: "Version 3.019", 6: f"GuichetInter-{style}", 13: licence, 14: address, 16: FAMILY, 17: style,
    }
    for number, word in words.items():
        names.setName(word, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def main():
    source = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/inter")
    target = Path(__file__).parent
    for style, weight in WEIGHTS.items():
        font = TTFont(source / f"Inter-{style}.otf", recalcTimestamp=False)
        freeze_digits(font)
        options = Options()
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
        options.hinting = False
        options.name_IDs = ["*"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
        subsetter.subset(font)
        rename(font, style, weight)
        font.save(target / f"GuichetInter-{style}.otf")


main()
