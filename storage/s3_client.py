"""The S3 client that the store speaks through, and what a server's refusals mean to a person."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol, cast

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    SSLError,
)

from storage.errors import MissingBlobError, StorageError, StorageFullError

_MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_FULL: Final = frozenset({"QuotaExceeded", "InsufficientCapacity", "InsufficientStorage", "507"})
_UNREACHABLE: Final = (
    "The object storage did not answer as it should; check its address, bucket and credentials."
)


class Body(Protocol):
    """The bytes of an answer, as they arrive."""

    def read(self, amount: int, /) -> bytes: ...
    def close(self) -> None: ...


class Client(Protocol):
    """The calls of a boto3 S3 client that this room makes; there are no others."""

    def head_object(self, **request: str) -> Mapping[str, Any]: ...
    def get_object(self, **request: str) -> Mapping[str, Any]: ...
    def put_object(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401 - of many kinds
    def delete_object(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401 - of many kinds
    def upload_file(self, file: str, bucket: str, key: str, /, **options: Any) -> None: ...  # noqa: ANN401 - of many kinds
    def get_paginator(self, name: str, /) -> Any: ...  # noqa: ANN401 - botocore makes its class at run time
    def abort_multipart_upload(self, **request: str) -> Mapping[str, Any]: ...
    def get_object_lock_configuration(self, **request: str) -> Mapping[str, Any]: ...
    def put_object_retention(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401 - of many kinds
    def put_object_legal_hold(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401 - of many kinds
    def put_object_tagging(self, **request: Any) -> Mapping[str, Any]: ...  # noqa: ANN401 - of many kinds
    def generate_presigned_url(self, call: str, /, **options: Any) -> str: ...  # noqa: ANN401 - of many kinds


def connect(
    *,
    endpoint: str | None = None,
    region: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    path_style: bool = True,
) -> Client:
    """A client with bounded waits; keys that are not given are found the way boto3 finds them.

    `path_style` suits servers of one's own (`https://server/bucket/key`); AWS answers to it too.

    Raises:
        StorageError: it cannot be made from that; the sentence says why.
    """
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 3},
        s3={"addressing_style": "path" if path_style else "virtual"},
        signature_version="s3v4",
        # The checksums that boto3 adds unasked are refused by older servers, and we keep our own.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    # A session of its own: the library's shared one would keep the first credentials that it found.
    make = cast("Callable[..., Client]", boto3.Session().client)  # pyright: ignore[reportUnknownMemberType] - untyped
    try:
        with translating():
            return make(
                "s3",
                endpoint_url=endpoint,
                region_name=region,
                aws_access_key_id=access_key,
                aws_secret_access_key=secret_key,
                config=config,
            )
    except ValueError as error:
        raise StorageError(
            "The address of the object storage is no URL; write it as https://host:port."
        ) from error


@contextmanager
def translating(digest: str | None = None) -> Generator[None]:
    """Turn errors of the client into this room's; what is missing is the blob `digest`, if one is given."""
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise _meaning(error, digest) from error


def code_of(error: BaseException | None) -> str:
    """The server's word for what is wrong; empty where it said none."""
    return str(_answer(error).get("Error", {}).get("Code", ""))


def status_of(error: BaseException | None) -> int:
    """The HTTP status of the server's answer; 0 where there was none."""
    return int(_answer(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _answer(error: BaseException | None) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", error.response) if isinstance(error, ClientError) else {}


def _meaning(error: Exception, digest: str | None) -> StorageError:
    # An upload that fails is raised as another error, with the server's answer behind it.
    code = code_of(error) or code_of(error.__context__)
    if code in _FULL:
        return StorageFullError()
    if digest is not None and code in _MISSING:
        return MissingBlobError(digest)
    if code:
        return _refusal(code)
    return _failure(error)


def _refusal(code: str) -> StorageError:
    """What the server means that answered with this code."""
    match code:
        case "NoSuchBucket" | "404":
            found = StorageError("The bucket is not there; make it, or correct SIXFACE_S3_BUCKET.")
        case "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidClientTokenId" | "ExpiredToken":
            found = StorageError(
                "The object storage does not know these credentials; correct AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY (or the profile), or renew them."
            )
        case "AccessDenied" | "403":
            found = StorageError(
                "The credentials may not do this in the bucket; let them list, read, write and delete its "
                "objects, and read and set locks where those are used."
            )
        case "RequestTimeTooSkewed":
            found = StorageError(
                "The clocks of this machine and the object storage differ; set this one right."
            )
        case "PermanentRedirect" | "AuthorizationHeaderMalformed" | "301":
            found = StorageError("The bucket is in another region; set SIXFACE_S3_REGION to it.")
        case "InvalidRequest" | "ObjectLockConfigurationNotFoundError" | "InvalidBucketState":
            found = StorageError(
                "The bucket has no Object Lock, or refuses what was asked; make one with Object Lock, or "
                "leave SIXFACE_S3_LOCK_DAYS out."
            )
        case "KMS.NotFoundException" | "KMS.DisabledException" | "KMSNotConfigured":
            found = StorageError(
                "The key in SIXFACE_S3_KMS_KEY cannot be used; correct it, or choose another encryption."
            )
        case "NotImplemented":
            found = StorageError(
                "The object storage cannot do what is set; leave encryption, tags or locks out."
            )
        case _:
            found = StorageError(_UNREACHABLE)
    return found


def _failure(error: Exception) -> StorageError:
    """What is wrong where no server answered."""
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return StorageError(
                "No credentials for the object storage were found; set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or a profile of the AWS tools."
            )
        case NoRegionError():
            return StorageError("No region is set; put one into SIXFACE_S3_REGION, such as us-east-1.")
        case SSLError():
            return StorageError(
                "The certificate of the object storage is not trusted; correct it, or name its authority "
                "in AWS_CA_BUNDLE."
            )
        case EndpointConnectionError() | ConnectTimeoutError():
            return StorageError(
                "Nobody answers at the address of the object storage; check its address in "
                "SIXFACE_S3_ENDPOINT, and whether it runs."
            )
        case _:
            return StorageError(_UNREACHABLE)
