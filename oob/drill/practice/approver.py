"""The approver in a drill for people: enrolled by what `oob approve --enrol` printed, or given a key for the drill."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from oob.drill.practice.card import Approver
from oob.errors import UsageError
from oob.recovery.authority.approval import kept
from oob.recovery.authority.authority import NAME


def require(home: Path, given: str) -> Approver:
    """Write the policy of *home* that requires the approver *given*: NAME, or NAME=ENROLMENT; return them.

    A name alone gets a key of its own in *home*, to hand over on a stick.
    """
    name, _, enrolled = given.partition("=")
    if not name.strip():
        raise UsageError(f"--approver {given}: should be NAME or NAME=ENROLMENT")
    file = home / "approver.pem"
    if not enrolled:
        key = Ed25519PrivateKey.generate()
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as pem:
            pem.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        enrolled = kept(key)
    (home / NAME).write_text(json.dumps({"persons": "two", "seconds": {name: enrolled}}) + "\n")
    return Approver(name=name, key="" if "=" in given else str(file))
