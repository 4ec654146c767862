"""Make static/fonts/book-maths.woff2: `python make_font.py STIXMath-Regular.otf`.

It needs fonttools and brotli. The source is STIXMath-Regular 1.1.1 (Debian's package
fonts-stix): its OpenType table MATH is what browsers need to lay out MathML. The subset keeps
what a book on machine learning prints and goes from 560 to 110 kB. Its licence asks for another
name for anything changed.
"""

import sys
from pathlib import Path

from fontTools import subset, ttLib

NAME = "Book Maths"
# ASCII and Latin-1; accents; Greek; punctuation, primes, spaces; letter-like symbols; arrows;
# operators; brackets and their pieces; shapes; the mathematical alphabets without sans-serif.
UNICODES = (
    "20-7E,A0-FF,131,237,2C6-2DD,300-338,391-3C9,3D1,3D5,3D6,3F1,3F5,2010-2037,2057-2064,"
    "20D6-20D7,2102-214F,2190-21FF,2200-22FF,2308-230B,239B-23AE,23B4-23B5,23DC-23DF,25A0-25CF,"
    "27E6-27EB,27F5-27FF,2A00-2A06,2A7D-2A7E,2AAF-2AB0,"
    "1D400-1D4FF,1D538-1D56B,1D6A4-1D755,1D7CE-1D7E1"
)


def main(source: str) -> None:
    """Write the subset under its own name."""
    font = ttLib.TTFont(source)
    options = subset.Options(layout_features=["*"], drop_tables=["FFTM"], name_IDs=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(UNICODES))
    subsetter.subset(font)
    names = {1: NAME, 3: f"{NAME}, a subset of STIXMath 1.1.1", 4: NAME, 6: NAME.replace(" ", "")}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
    outlines = font["CFF "].cff
    outlines.fontNames = [names[6]]
    outlines.topDictIndex[0].FullName = outlines.topDictIndex[0].FamilyName = NAME
    font.flavor = "woff2"
    font.save(Path(__file__).parents[1] / "static" / "fonts" / "book-maths.woff2")


if __name__ == "__main__":
    main(sys.argv[1])
