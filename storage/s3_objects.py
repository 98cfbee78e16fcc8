"""An object of somebody else's bucket: read once as it comes, never written, never listed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from storage.errors import UnreadObjectError
from storage.s3_client import Body, Client


@dataclass(frozen=True)
class Found:
    """An object that is being read."""

    length: int
    """Bytes, as the service says."""
    body: Body

    def read(self, amount: int, /) -> bytes:
        """The next bytes, at most `amount`; none at the end. One that ends early raises."""
        return self.body.read(amount)


@contextmanager
def opened(client: Client, bucket: str, key: str) -> Generator[Found]:
    """The object, to be read inside the block.

    Raises:
        UnreadObjectError: it is not there, may not be read, or broke off.
    """
    try:
        answer = client.get_object(Bucket=bucket, Key=key)
        body: Body = answer["Body"]
        try:
            yield Found(int(answer["ContentLength"]), body)
        finally:
            body.close()
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise UnreadObjectError from error
