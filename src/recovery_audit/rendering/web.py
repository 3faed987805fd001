"""One HTML file that holds its pictures.

Pandoc can do so itself (``--embed-resources``), but takes the whole page apart for it, which costs
as much time as writing the page.
"""

import re
from base64 import b64encode
from pathlib import Path

__all__ = ["with_pictures"]


def with_pictures(page: bytes, root: Path) -> bytes:
    """
    Return pandoc's HTML with each picture inside instead of beside it.

    Parameters
    ----------
    page : bytes
        The page; its pictures are SVG files.
    root : Path
        Folder against which the paths of pictures are resolved.

    Returns
    -------
    bytes
        The page, its pictures as data.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.svg").write_bytes(b"<svg/>")
    ...     with_pictures(b'<img src="a.svg" alt="Seen." />', Path(folder))
    b'<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="Seen." />'
    """

    def held(picture: re.Match[bytes]) -> bytes:
        content = b64encode((root / picture[1].decode()).read_bytes())
        return b'<img src="data:image/svg+xml;base64,' + content + b'"'

    return re.sub(rb'<img src="([^"]+\.svg)"', held, page)
