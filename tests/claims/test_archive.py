from __future__ import annotations

import io
import zipfile
from pathlib import Path

from claims import archive


def test_large_archives_are_read_with_zip64(tmp_path: Path) -> None:
    entries = [
        archive.Entry("x/a", 5 << 30, 1),
        archive.Entry("x/b", 3, 2),
        archive.Entry("x/c", 0xFFFFFFFF, 3),
    ]
    path = tmp_path / "sparse.zip"
    with path.open("wb") as out:
        for entry in entries:
            out.write(archive.local_header(entry))
            out.seek(entry.size, 1)
        out.write(archive.directory(entries))
    with zipfile.ZipFile(path) as found, path.open("rb") as raw:
        assert [(i.filename, i.file_size, i.CRC) for i in found.infolist()] == [
            (e.name, e.size, e.crc) for e in entries
        ]
        assert found.open("x/b").read(0) == b""
        assert archive.is_canonical(raw, entries)
        assert not archive.is_canonical(io.BytesIO(b"PK"), entries)
