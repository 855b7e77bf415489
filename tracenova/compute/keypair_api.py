"""SSH keys that users put into their servers.

Nova: nova/compute/api.py KeypairAPI, nova/crypto.py
Left out: x509 certificates for Windows guests.
"""

import base64
import binascii
import hashlib
import string
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tracenova import exception, objects, profiler, rpc
from tracenova.conf import CONF
from tracenova.context import RequestContext

KEYPAIR_TYPE_SSH = "ssh"
_SAFE_CHARACTERS = frozenset("_- " + string.digits + string.ascii_letters)
_MAX_NAME = 255
_KEYGEN_TIMEOUT_S = 60


@profiler.trace_cls("compute_api")
class KeypairAPI:
    """Key pairs by user and name.

    Nova: nova/compute/api.py KeypairAPI
    """

    def import_key_pair(
        self,
        context: RequestContext,
        user_id: str,
        key_name: str,
        public_key: str,
        key_type: str = KEYPAIR_TYPE_SSH,
    ) -> Any:
        """Keep a public key of the user's.

        Raises:
            InvalidKeypair: a bad name, or no key.
            KeypairLimitExceeded: the user has too many.
            KeyPairExists: the name is taken.
        """
        _validate_new_key_pair(context, user_id, key_name)
        self._notify(context, "import.start", key_name)
        keypair = _create(context, user_id, key_name, key_type, public_key)
        self._notify(context, "import.end", key_name)
        return keypair

    def create_key_pair(
        self,
        context: RequestContext,
        user_id: str,
        key_name: str,
        key_type: str = KEYPAIR_TYPE_SSH,
    ) -> tuple[Any, str]:
        """Make a key pair and keep its public half.

        Returns:
            The KeyPair, and the private key, which is kept nowhere.

        Raises:
            InvalidKeypair: a bad name.
            KeypairLimitExceeded: the user has too many.
            KeyPairExists: the name is taken.
        """
        _validate_new_key_pair(context, user_id, key_name)
        self._notify(context, "create.start", key_name)
        private_key, public_key = _generate_key_pair()
        keypair = _create(context, user_id, key_name, key_type, public_key)
        self._notify(context, "create.end", key_name)
        return keypair, private_key

    def delete_key_pair(
        self, context: RequestContext, user_id: str, key_name: str
    ) -> None:
        """Forget a key pair; servers that have it keep it.

        Raises:
            KeypairNotFound: the user has none of this name.
        """
        self._notify(context, "delete.start", key_name)
        objects.KeyPair.destroy_by_name(context, user_id, key_name)
        self._notify(context, "delete.end", key_name)

    def get_key_pairs(
        self,
        context: RequestContext,
        user_id: str,
        limit: int | None = None,
        marker: str | None = None,
    ) -> Any:
        """Return the user's key pairs."""
        return objects.KeyPairList.get_by_user(
            context, user_id, limit=limit, marker=marker
        )

    def get_key_pair(self, context: RequestContext, user_id: str, key_name: str) -> Any:
        """Return one key pair.

        Raises:
            KeypairNotFound: the user has none of this name.
        """
        return objects.KeyPair.get_by_name(context, user_id, key_name)

    def _notify(
        self, context: RequestContext, event_suffix: str, keypair_name: str
    ) -> None:
        payload = {
            "tenant_id": context.project_id,
            "user_id": context.user_id,
            "key_name": keypair_name,
        }
        notifier = rpc.get_notifier("api", CONF.host)
        notifier.info(context, f"keypair.{event_suffix}", payload)


def _validate_new_key_pair(
    context: RequestContext, user_id: str, key_name: str
) -> None:
    if not _SAFE_CHARACTERS.issuperset(key_name):
        raise exception.InvalidKeypair(reason="Keypair name contains unsafe characters")
    if not 1 <= len(key_name) <= _MAX_NAME:
        raise exception.InvalidKeypair(
            reason="Keypair name must be string and between 1 and 255 characters long"
        )
    count = objects.Quotas.count(context, "key_pairs", user_id)
    try:
        objects.Quotas.limit_check(context, key_pairs=count + 1)
    except exception.OverQuota:
        raise exception.KeypairLimitExceeded from None


def _create(
    context: RequestContext,
    user_id: str,
    key_name: str,
    key_type: str,
    public_key: str,
) -> Any:
    keypair: Any = objects.KeyPair(context)
    keypair.user_id = user_id
    keypair.name = key_name
    keypair.type = key_type
    keypair.fingerprint = generate_fingerprint(public_key)
    keypair.public_key = public_key
    keypair.create()
    return keypair


def generate_fingerprint(public_key: str) -> str:
    """Return the MD5 fingerprint of an SSH public key, pairs of hex digits with colons.

    Raises:
        InvalidKeypair: it is no public key as ``ssh-keygen`` writes them.

    Nova: nova/crypto.py generate_fingerprint
    """
    try:
        kind, encoded = public_key.split()[:2]
        blob = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        kind, blob = "", b""
    length = int.from_bytes(blob[:4], "big")
    if not kind or blob[4 : 4 + length] != kind.encode():
        raise exception.InvalidKeypair(reason="failed to generate fingerprint")
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")


def _generate_key_pair() -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        command = ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]
        try:
            subprocess.run(
                [*command, "-C", "Generated-by-Nova", "-f", path],
                check=True,
                timeout=_KEYGEN_TIMEOUT_S,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise exception.InternalError(
                err=f"ssh-keygen cannot make a key pair: {error}"
            ) from error
        return path.read_text(), path.with_suffix(".pub").read_text().strip()
