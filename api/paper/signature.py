"""The signature of a dossier, which PDF readers show: PAdES B-B, by pyHanko (the extra `paper-signature`).

It is an increment after the pages as they were set, and certifies them: no change is allowed after it. Its
time is the moment that the dossier bears, as the software wrote it; a trusted time is the bundle's. PDF/A
asks that the document says one thing of itself, so the increment leaves the metadata alone. The same pages,
certificate and moment give the same bytes: signatures of elliptic curves are derived as RFC 6979 says.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from api.certificate import Certificate

FIELD: Final = "Sixface"


def signed(pdf: bytes, certificate: Certificate, at: datetime) -> bytes:
    """`pdf` with the signature of that certificate, made at that moment."""
    # An extra, and a second of loading.
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter  # noqa: PLC0415
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner  # noqa: PLC0415

    how = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_digest(certificate),
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )

    class Dated(PdfSigner):
        """Signs at the moment that it is given."""

        def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - the library's own
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = at
            return session

    signer: Any = Dated(how, signer=_signer(certificate), new_field_spec=SigFieldSpec(FIELD))
    return bytes(signer.sign_pdf(_increment(pdf)).getvalue())


def _digest(certificate: Certificate) -> str:
    """Ed25519 comes with SHA-512 (RFC 8419)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    return "sha512" if isinstance(certificate.key, Ed25519PrivateKey) else "sha256"


def _increment(pdf: bytes) -> Any:  # noqa: ANN401 - an extra
    """What writes after the end of `pdf`."""
    from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415

    class Increment(IncrementalPdfFileWriter):
        @classmethod
        def _handle_id(cls, prev: Any) -> Any:  # noqa: ANN401 - the library's own, which draws at random
            first, _ = prev.trailer["/ID"]
            return ArrayObject([first, ByteStringObject(hashlib.sha256(pdf).digest()[:16])])

        def _update_meta(self) -> None:
            """Nothing: the library would write another date and its own name."""

    return Increment(io.BytesIO(pdf))


def _signer(certificate: Certificate) -> Any:  # noqa: ANN401 - an extra
    from asn1crypto import keys, x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    class Steady(SimpleSigner):
        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            if isinstance(certificate.key, ec.EllipticCurvePrivateKey):
                return certificate.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
            return super().sign_raw(data, digest_algorithm)

    # Neither library has types.
    certificates: Any = x509.Certificate
    infos: Any = keys.PrivateKeyInfo
    store: Any = SimpleCertificateStore
    leaf, *chain = [certificates.load(der) for der in certificate.ders()]
    return Steady(leaf, infos.load(certificate.key_der()), store.from_certs(chain))
