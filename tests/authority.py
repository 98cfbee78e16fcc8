"""A time-stamping authority of our own, by the openssl command: a root, a signer, and answers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CONFIG = """
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """Whose certificates lie in `folder`."""

    def __init__(self, folder: Path, name: str = "Time of the tests") -> None:
        if shutil.which("openssl") is None:
            pytest.skip("there is no openssl here")
        folder.mkdir(parents=True)
        self.folder = folder
        self.asked = 0
        fresh = "-newkey rsa:2048 -nodes -days 2"
        self._openssl(f"req -x509 {fresh} -keyout root.key -out root.pem -subj", f"/CN=Root of {name}")
        fresh = "-newkey rsa:2048 -nodes"
        self._openssl(f"req {fresh} -keyout signer.key -out signer.csr -subj", f"/CN={name}")
        usage = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        (folder / "usage").write_text(usage)
        signing = "-CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile usage -out signer.pem"
        self._openssl(f"x509 -req -in signer.csr {signing}")
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))

    @classmethod
    def at(cls, folder: Path) -> Authority:
        """The one that was made there."""
        found = cls.__new__(cls)
        found.folder, found.asked = folder, 0
        return found

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes:
        self.asked += 1
        (self.folder / "query").write_bytes(request)
        self._openssl("ts -reply -config tsa.cnf -queryfile query -out answer")
        return (self.folder / "answer").read_bytes()

    def _openssl(self, words: str, *more: str) -> None:
        subprocess.run(["openssl", *words.split(), *more], cwd=self.folder, check=True, capture_output=True)
