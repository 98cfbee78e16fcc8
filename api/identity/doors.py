"""The routes of an application as the doorkeeper knows them: each with what it asks for (`permits`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from re import Pattern

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route, compile_path

from api.identity.house import LINES
from api.identity.permits import Need, needed


@dataclass(frozen=True)
class Door:
    """A route as the doorkeeper knows it."""

    template: str
    methods: frozenset[str]
    pattern: Pattern[str]
    needs: Mapping[str, Need]
    """By method."""
    is_page: bool
    """Whether a person looks at it in a browser."""
    of_house: frozenset[str] = frozenset()
    """The methods that are for the tenant that keeps the house alone."""

    def named(self, method: str) -> str:
        return f"{method} {self.template}"


@dataclass(frozen=True)
class Doors:
    """All routes of an application, in the order in which it looks for one."""

    every: tuple[Door, ...]

    def find(self, method: str, path: str) -> Door | None:
        """The door that the application would open; None where it has none."""
        return next(
            (each for each in self.every if method in each.methods and each.pattern.match(path)), None
        )


def doors(routes: Sequence[BaseRoute]) -> Doors:
    """The routes of an application with what they ask for.

    Raises:
        LookupError: one has no line in `TABLE`; it says which.
    """
    return Doors(tuple(_door(template, route) for template, route in walked(routes)))


def walked(routes: Iterable[BaseRoute], prefix: str = "") -> Iterable[tuple[str, Route]]:
    """All routes with their whole address, also those of routers within."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            context = getattr(route, "include_context", None)
            yield from walked(inner.routes, prefix + getattr(context, "prefix", ""))
        elif isinstance(route, Route):
            yield prefix + route.path, route
        else:
            message = f"{route!r} is no route that api/identity/permits.py can look at"
            raise LookupError(message)


def _door(template: str, route: Route) -> Door:
    methods = frozenset(route.methods or ())
    pattern, _, _ = compile_path(template)
    needs = {method: needed(method, template) for method in methods}
    return Door(
        template,
        methods,
        pattern,
        needs,
        isinstance(route, APIRoute) and not route.include_in_schema and not template.startswith("/v1"),
        frozenset(method for method in methods if f"{method} {template}" in LINES),
    )
