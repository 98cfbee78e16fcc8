"""A multipart upload read as it arrives (RFC 7578): the file goes straight to staging.

Nothing is spooled: the parser sees each piece once, and what belongs to the part `file` is
hashed and written at once. Everything else about the form is small and bounded.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from api.errors import FormError
from api.expecting import expectation
from api.intake import Offer, Upload
from evidence.model import say
from storage.errors import DigestMismatchError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS: Final = 20
MOST_FIELD: Final = 65_536
"""Bytes of one field that is no file."""
MOST_NAME: Final = 255
"""Characters of a file name that are kept."""

_HEX: Final = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_SHA256: Final = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/=]+):")


class Form:
    """One body of `multipart/form-data`; feed it, finish it, then ask for the offer."""

    def __init__(self, content_type: str, upload: Upload, content_digest: str | None = None) -> None:
        """Read a body of that `Content-Type` into `upload`.

        `content_digest` is the request's `Content-Digest` or `Repr-Digest` header (RFC 9530).

        Raises:
            FormError: this is no multipart form, or a header cannot be read.
        """
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise FormError(say("Send the file as multipart/form-data, in a part called file."))
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._part_begin,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(options[b"boundary"], callbacks)
        except FormParserError as error:
            raise FormError(say("The boundary of the multipart form is too long.")) from error
        self._upload = upload
        self._body = hashlib.sha256() if content_digest else None
        self._said_of_body = digest_header(content_digest)
        self._declared: list[str] = []
        self._fields: dict[str, str] = {}
        self._name: str | None = None
        self._parts = 0
        self._ended = False
        self._headers: dict[str, bytes] = {}
        self._header = (b"", b"")
        self._field: str | None = None
        self._value = bytearray()

    def feed(self, data: bytes) -> None:
        """Take the next piece of the body, of any size.

        Raises:
            FormError: the form is malformed or beyond its limits.
            TooLargeError, StorageError: as `Upload.write`.
        """
        if self._body is not None:
            self._body.update(data)
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise FormError(say("The multipart form is malformed; send it again.")) from error

    def finish(self) -> Offer:
        """What the form says about its file.

        Raises:
            FormError: it was cut off, has no file, or says something that cannot be read.
            BadExpectationError: its `expect` cannot be read.
            DigestMismatchError: two digests that were declared cannot both be right.
        """
        if not self._ended:
            raise FormError(say("The upload was cut off before its end; send it again."))
        if self._name is None:
            raise FormError(say("There is no file in the form; send it in a part called file."))
        found = self._upload.staging.digest
        if self._said_of_body and self._body is not None:
            # The header speaks of the whole body; many clients put the digest of the file there.
            whole = f"sha256:{self._body.hexdigest()}"
            if self._said_of_body not in {whole, found}:
                raise DigestMismatchError(self._said_of_body, whole)
        if digest := self._fields.get("sha256"):
            self._declared.append(hex_digest(digest))
        wrong = [digest for digest in self._declared if digest != found]
        return Offer(
            name=self._name,
            profile=self._fields.get("profile") or None,
            expected=expectation(self._fields.get("expect") or "{}"),
            digest=wrong[0] if wrong else found if self._declared else None,
            case_id=self._fields.get("case_id") or None,
        )

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise FormError(say("The form has more than {most} parts.", most=MOST_PARTS))
        self._headers = {}
        self._value = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = value
        self._header = (b"", b"")

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition"))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename")
        if name != "file":
            self._field = name
            return
        if self._name is not None:
            raise FormError(say("The form has more than one file; send one file a request."))
        self._field = None
        self._name = plain_name((filename or b"").decode("utf-8", "replace"))
        for header in ("content-digest", "repr-digest"):
            if digest := digest_header(self._headers.get(header, b"").decode("latin-1")):
                self._declared.append(digest)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._field is None:
            self._upload.write(piece)
            return
        self._value += piece
        if len(self._value) > MOST_FIELD:
            raise FormError(say("A field of the form is longer than {most:,} bytes.", most=MOST_FIELD))

    def _part_end(self) -> None:
        if self._field is not None:
            self._fields[self._field] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True


def plain_name(name: str) -> str:
    """What the sender calls the file, bounded; it is data and may hold anything else."""
    return name.replace("\0", "\ufffd")[:MOST_NAME] or "unnamed"


def digest_header(value: str | None) -> str | None:
    """The SHA-256 of a `Content-Digest` or `Repr-Digest` header (RFC 9530); None where it names none.

    Raises:
        FormError: it names one that is none.
    """
    match = _SHA256.search(value or "")
    if match is None:
        return None
    try:
        digest = base64.b64decode(match[1], validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise FormError(say("The digest header holds no SHA-256; write sha-256=:BASE64: there."))
    return f"sha256:{digest.hex()}"


def hex_digest(text: str) -> str:
    """The digest that a field names in hexadecimal digits. Raises `FormError`."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise FormError(say("The field sha256 has to be 64 hexadecimal digits."))
    return f"sha256:{match[1].lower()}"
