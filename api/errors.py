"""What can go wrong at the front door, as one tree; each error says what to do about it.

ApiError
├── AbsentError                 there is none of that name
│   ├── MissingItemError
│   ├── MissingCaseError
│   ├── MissingShopError
│   ├── MissingHookError
│   ├── MissingDeliveryError
│   ├── MissingUploadError
│   ├── AddressGoneError        it was erased, or never taken down
│   ├── MissingStillError
│   ├── MissingCopyError
│   ├── MissingBundleError
│   ├── MissingShareError
│   ├── NoShareError            a link that leads nowhere, or no longer
│   ├── MissingPacketError
│   ├── UnknownChannelError     no ruleset names that channel, or several do
│   ├── UnknownProfileError
│   └── UnknownRulesetError
├── MalformedError              the request cannot be read
│   ├── FormError               the multipart form
│   ├── BadExpectationError     what the order says
│   ├── BadKeyError             the idempotency key
│   ├── BadCaseError            what is said about a case
│   ├── BadAddressError         where something is to be sent
│   ├── BadShareError           how something is to be shared
│   ├── BadTableError           a table of cases
│   ├── BadUploadError          what is said about an upload in parts
│   ├── UnknownTemplateError    the ruleset has no template of that name
│   └── BadConfirmationError    what is said about the pictures of a report
├── UnreadableFileError         a file of the user's cannot be read
├── TooLargeError               more bytes than are taken in
├── LongBodyError               a longer body than any request of this kind needs
├── TooManyError                more uploads at a time than are allowed
├── HeldError                   an upload is in other hands, or cannot be stored yet
├── OffsetError                 an upload does not go on where it stopped
├── ChecksumError               a part of an upload is not what was declared
├── ProtocolError               the client speaks another version of tus
├── KeyReusedError              the idempotency key was used for something else
├── NotReadyError               there is no report yet
├── NoReportError               there will be no report
├── PacketRefusedError          a packet would break a limit of its channel, or lacks what that asks for
├── PacketNotMadeError          a packet is not made yet, or could not be
├── NotOpenError                the check did not leave the question to a person
├── UnverifiableError           the examination broke each time
├── OtherSiteError              a page of another site sent this
├── UnsupportedError            not yet
├── CertificateError            the certificate to sign with cannot be used
├── BackupError                 this is no whole backup, or the place for it is taken
├── NoSlotError                 too many workers on this machine
└── StoppedError                an examination was told to stop; it will be begun again
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.model import Saying, say


class ApiError(Exception):
    """Something that the caller can act on; `says` tells how, in any language."""

    def __init__(self, says: Saying) -> None:
        super().__init__(str(says))
        self.says = says


class AbsentError(ApiError, LookupError):
    """There is none of that name, or not for whoever asks."""


class MissingItemError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no evidence {name} here; look at the list of what there is.", name=name)
        )


class MissingCaseError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("There is no case {name} here; look at the list of what there is.", name=name))


class MissingShopError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("There is no shop {name} here; look at the list of what there is.", name=name))


class MissingHookError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no webhook {name} here; look at the list of what there is.", name=name)
        )


class MissingDeliveryError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no message {name} to send; look at the list of what was sent.", name=name)
        )


class AddressGoneError(AbsentError):
    def __init__(self, subcase: str) -> None:
        super().__init__(
            say(
                "No address is kept for {subcase}: it was erased in time, or never taken down; "
                "ask the platform's staff or the buyer for it.",
                subcase=subcase,
            )
        )


class MissingUploadError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no upload {name} here, or its time is over; send the file again.", name=name)
        )


class MissingStillError(AbsentError):
    def __init__(self) -> None:
        super().__init__(say("This report has no still of that digest."))


class MissingCopyError(AbsentError):
    def __init__(self) -> None:
        super().__init__(say("This photo has no copy of that id; make one first."))


class MissingPacketError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("This case has no packet {name}; look at the list of its packets.", name=name))


class UnknownChannelError(AbsentError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            say(
                "There is no channel {name}, or several are called so; there are: {known}.",
                name=name,
                known=", ".join(known),
            )
        )


class MissingBundleError(AbsentError):
    def __init__(self) -> None:
        super().__init__(say("No bundle was sealed for this case yet; seal one first."))


class MissingSealingError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("Nobody asked for a seal {name} of this case; look at the case.", name=name))


class MissingShareError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("There is no link {name} here; look at the list of what there is.", name=name))


class NoShareError(AbsentError):
    """Never made, expired, taken back or used up: nobody outside is told which."""

    def __init__(self) -> None:
        super().__init__(
            say("This link is not valid, or no longer; ask whoever sent it to you for a new one.")
        )


class UnknownProfileError(AbsentError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            say("There is no profile {name}; choose one of: {known}.", name=name, known=", ".join(known))
        )


class UnknownRulesetError(AbsentError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            say("There is no ruleset {name}; choose one of: {known}.", name=name, known=", ".join(known))
        )


class MalformedError(ApiError, ValueError):
    """The request cannot be read as what it claims to be."""


class FormError(MalformedError):
    """The body is not the form that was announced."""


class BadExpectationError(MalformedError):
    def __init__(self, what: str) -> None:
        super().__init__(
            say("What the order says cannot be read ({what}); write a JSON object as documented.", what=what)
        )


class BadKeyError(MalformedError):
    def __init__(self) -> None:
        super().__init__(
            say(
                "An Idempotency-Key has 1 to 255 printable ASCII characters without spaces; a UUID does well."
            )
        )


class BadAddressError(MalformedError):
    def __init__(self, url: str) -> None:
        super().__init__(
            say(
                "Nothing can be sent to {url}; name an https address of the public internet, 20 at most.",
                url=url[:200],
            )
        )


class BadTableError(MalformedError):
    """A table of cases cannot be read."""


class BadUploadError(MalformedError):
    """What is said about an upload in parts cannot be, or the bytes are more than were announced."""


class UnknownTemplateError(MalformedError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            say(
                "This ruleset has no template {name}; choose one of: {known}.",
                name=name,
                known=", ".join(known) or "-",
            )
        )


class BadCaseError(MalformedError):
    """What is said about a case contradicts itself or the case."""


class BadShareError(MalformedError):
    """What is to be shared cannot be shared so."""


class BadConfirmationError(MalformedError):
    """What is said about the pictures of a report cannot count."""


class UnreadableFileError(ApiError):
    def __init__(self, name: str) -> None:
        super().__init__(say("{name} cannot be read; look whether it is there and is yours.", name=name))


class TooLargeError(ApiError):
    def __init__(self, most: int) -> None:
        super().__init__(say("The file is larger than the {most:,} bytes that are taken in.", most=most))


class LongBodyError(ApiError):
    def __init__(self, most: int) -> None:
        super().__init__(
            say("The request is longer than {most:,} bytes; send files as multipart/form-data.", most=most)
        )


class TooManyError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say(
                "Too many uploads are under way; finish or remove some, or wait until they end by themselves."
            )
        )


class HeldError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say("The upload is in other hands or cannot be stored just now; ask again in a moment.")
        )


class OffsetError(ApiError):
    def __init__(self, at: int) -> None:
        super().__init__(
            say("The upload goes on at byte {at:,}; ask where it stands, then send from there.", at=at)
        )


class ChecksumError(ApiError):
    def __init__(self) -> None:
        super().__init__(say("This part was changed on its way; send it again."))


class ProtocolError(ApiError):
    def __init__(self, version: str) -> None:
        super().__init__(
            say("Uploads in parts follow tus {version}; name it in Tus-Resumable.", version=version)
        )


class KeyReusedError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say("This Idempotency-Key was used for another request; take a new key for a new request.")
        )


class NotReadyError(ApiError):
    def __init__(self) -> None:
        super().__init__(say("The check is not finished; ask again in a moment, or follow its events."))


class NoReportError(ApiError):
    """The check is finished and gave no report; the sentence says why."""

    def __init__(self, code: str, says: Saying) -> None:
        super().__init__(says)
        self.code = code


class PacketRefusedError(ApiError):
    """A packet cannot be made for its channel; `says` is the first reason, `reasons` are all of them."""

    def __init__(self, reasons: Sequence[Saying]) -> None:
        super().__init__(reasons[0])
        self.reasons = tuple(reasons)


class PacketNotMadeError(ApiError):
    """There is nothing to download: it waits for its turn, or was refused or broke while it was made."""


class NotOpenError(ApiError):
    """The check decided, or did not look, so there is nothing for a person to confirm."""


class UnverifiableError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say("The examination of this file broke each time; have a person look at the original.")
        )


class OtherSiteError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say(
                "This request was sent by a page of another site; open Sixface itself and send it from there."
            )
        )


class UnsupportedError(ApiError):
    """It is planned and is not there yet."""


class BackupError(ApiError):
    """This is no whole backup, or the place where it is to go is taken."""


class NoTypesetterError(UnsupportedError):
    def __init__(self) -> None:
        super().__init__(
            say("A dossier as PDF needs the extra dossier; install it with: pip install 'sixface[dossier]'")
        )


class NotTypesetError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say("The dossier could not be set as a PDF; the case and its bundle are as they were.")
        )


class CertificateError(ApiError):
    """The certificate that the settings name cannot be used, so nothing goes out that it should sign."""


class NoSlotError(ApiError):
    def __init__(self, most: int) -> None:
        super().__init__(
            say("All {most} places for workers on this machine are taken; stop one first.", most=most)
        )


class StoppedError(ApiError):
    def __init__(self) -> None:
        super().__init__(say("The check was stopped before its end; it will be begun again."))


class SupersededError(ApiError):
    def __init__(self) -> None:
        super().__init__(say("Another worker has taken the check over; look at it again in a moment."))
