"""Algorithms that OpenSSH and Paramiko have dropped, for old console servers: used only where a URL asks for them.

SHA-1 signatures and key exchanges (RFC 4253; groups 1 and 14, group exchange), CBC ciphers and SHA-1 MACs: they keep
out the curious only.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Any, ClassVar, cast

import paramiko
from cryptography.hazmat.primitives import hashes
from paramiko.kex_gex import KexGexSHA256
from paramiko.kex_group14 import KexGroup14SHA256

# The stubs leave out these tables, which is where Paramiko looks an algorithm up.
_NEW = cast(Any, paramiko.Transport)
_RSA = cast(Any, paramiko.RSAKey)


class Group1Sha1(KexGroup14SHA256):
    """diffie-hellman-group1-sha1: the Second Oakley Group (RFC 2409, 6.2)."""

    P = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
        "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
        "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
        16,
    )
    name = "diffie-hellman-group1-sha1"
    hash_algo = sha1


class Group14Sha1(KexGroup14SHA256):
    """diffie-hellman-group14-sha1."""

    name = "diffie-hellman-group14-sha1"
    hash_algo = sha1


class GroupExchangeSha1(KexGexSHA256):
    """diffie-hellman-group-exchange-sha1."""

    name = "diffie-hellman-group-exchange-sha1"
    min_bits = 1024
    hash_algo = sha1


class RsaSha1(paramiko.RSAKey):
    """An RSA key that signs and verifies with SHA-1 as well."""

    HASHES: ClassVar = {**_RSA.HASHES, "ssh-rsa": hashes.SHA1}  # type: ignore[misc]  # final only in the stubs


_OLD_KEX = (GroupExchangeSha1, Group14Sha1, Group1Sha1)


class LegacyTransport(paramiko.Transport):
    """A session that offers the old algorithms too, behind the new ones."""

    _kex_info: ClassVar[dict[str, Any]] = {**_NEW._kex_info, **{kex.name: kex for kex in _OLD_KEX}}
    _preferred_kex = (*_NEW._preferred_kex, *(kex.name for kex in _OLD_KEX))
    _key_info: ClassVar[dict[str, Any]] = {**_NEW._key_info, "ssh-rsa": RsaSha1}
    _preferred_keys = (*_NEW._preferred_keys, "ssh-rsa")
    # A server that does not say what it verifies is an old one: RSA keys sign for it with SHA-1.
    _preferred_pubkeys = ("ssh-rsa", *_NEW._preferred_pubkeys)


def old_key(key: paramiko.PKey) -> paramiko.PKey:
    """Return *key* as a key that can sign with SHA-1, if it is an RSA key."""
    return RsaSha1(key=key.key) if isinstance(key, paramiko.RSAKey) else key
