"""What somebody outside sees: the page behind a link, about a sealed bundle, and the one that verifies any.

Read-only, under `/s/{secret}`. No referrer leaves the page, no search engine may keep it, no cache stores
it; a link that is not valid (any more) is answered in one way, whatever the reason.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import Response

from api.dossier import POLICY
from api.download import attachment
from api.errors import NoShareError
from api.pages.frame import page
from api.routes.asking import wiring_of
from api.sharing import Opened, Scope, coarse, open_link
from api.words import legible
from claims import bag

if TYPE_CHECKING:
    from api.desk import Desk

Secret = Annotated[
    str, Path(description="Whatever it looks like: what is none is answered like one of before.")
]
GUARDS: Final = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}

router = APIRouter(include_in_schema=False)


@router.get("/verify")
def verify(request: Request) -> Response:
    """The page on which anybody verifies a bundle in their own browser."""
    return page(request, "verify.html")


@router.get("/s/{secret}")
def shared(request: Request, secret: Secret) -> Response:
    try:
        desk, found = _opened(request, secret, "page")
    except NoShareError as error:
        return _guarded(page(request, "unshared.html", 404, says=error.says))
    return _guarded(page(request, "shared.html", 200, secret=secret, **_told(desk, found)))


@router.get("/s/{secret}/bundle.zip")
def bundle(
    request: Request,
    secret: Secret,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the name of the header
) -> Response:
    try:
        desk, found = _opened(request, secret, "bundle", Scope.BUNDLE)
    except NoShareError as error:
        return _guarded(page(request, "unshared.html", 404, says=error.says))
    name = f"sixface-{found.share.body['case']}.zip"
    return _guarded(attachment(desk.blobs, found.digest, name=name, asked=range, kind="application/zip"))


@router.get("/s/{secret}/dossier.pdf")
def dossier(request: Request, secret: Secret) -> Response:
    try:
        desk, found = _opened(request, secret, "dossier", Scope.DOSSIER)
        content = file(desk, found.digest, bag.DOSSIER)
    except NoShareError as error:
        return _guarded(page(request, "unshared.html", 404, says=error.says))
    headers = {"Content-Disposition": f'attachment; filename="sixface-{found.share.body["case"]}.pdf"'}
    return _guarded(Response(content, media_type="application/pdf", headers=headers))


@router.get("/s/{secret}/reports/{name}")
def report(
    request: Request, secret: Secret, name: Annotated[str, Path(pattern=r"^[0-9]{2,4}-[a-z]{1,16}$")]
) -> Response:
    try:
        desk, found = _opened(request, secret, f"report {name}", Scope.REPORTS)
        content = file(desk, found.digest, f"{bag.REPORTS}{name}/report.html")
    except NoShareError as error:
        return _guarded(page(request, "unshared.html", 404, says=error.says))
    headers = {"Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'"}
    return _guarded(Response(content, media_type="text/html; charset=utf-8", headers=headers))


def file(desk: Desk, digest: str, path: str) -> bytes:
    """A short file of the bundle. Raises `NoShareError` where there is none."""
    with _unzipped(desk, digest) as (archive, top):
        try:
            return archive.read(f"{top}/{path}")
        except KeyError:
            raise NoShareError from None


def _opened(request: Request, secret: str, what: str, needs: Scope | None = None) -> tuple[Desk, Opened]:
    agent = coarse(request.headers.get("user-agent", ""))
    return open_link(wiring_of(request), secret, what, agent, needs=needs)


def _told(desk: Desk, found: Opened) -> dict[str, Any]:
    """What the page shows: what the bundle says of itself, and what the link opens."""
    with _unzipped(desk, found.digest) as (archive, top):
        info = dict(bag.read_info(archive.read(f"{top}/{bag.INFO}").decode()))
        reports = tuple(_reports(archive, f"{top}/{bag.REPORTS}")) if Scope.REPORTS in found.scope else ()
    return {
        "case": legible(str(found.share.body["case"]), 80),
        "info": info,
        "digest": found.digest,
        "size": found.bundle.get("stamped", found.bundle)["size"],
        "stamps": found.bundle.get("stamps", []),
        "bundle": Scope.BUNDLE in found.scope,
        "dossier": Scope.DOSSIER in found.scope,
        "reports": reports,
        "expires_at": found.expires_at,
    }


def _reports(archive: zipfile.ZipFile, folder: str) -> Iterator[str]:
    for name in archive.namelist():
        if name.startswith(folder) and name.endswith("/report.html"):
            yield name.removeprefix(folder).removesuffix("/report.html")


@contextmanager
def _unzipped(desk: Desk, digest: str) -> Generator[tuple[zipfile.ZipFile, str]]:
    """A zip that we wrote ourselves, and its top folder."""
    with desk.blobs.open(digest) as blob, zipfile.ZipFile(blob) as archive:
        yield archive, archive.namelist()[0].partition("/")[0]


def _guarded(response: Response) -> Response:
    response.headers.update(GUARDS)
    return response
