"""A thin typed client of the HTTP interface, of the standard library alone: copy this folder, or import it.

    from samples.client import Sixface

    sixface = Sixface("http://127.0.0.1:8000")
    report = sixface.validate(Path("film.mp4"), expect={"tracking_number": "SF1390012345678"})
    print(report.verdict, report.says())

`sixface` has the calls, `results` what comes back, `wire` how it is asked, `signed` whether a webhook is the
service's; `examples` are three small programs.
"""

from .results import Assessment, Bundle, Evidence, Finding, ProblemError, Report
from .signed import ForgedError, opened
from .sixface import NotDoneError, Sixface

__all__ = [
    "Assessment",
    "Bundle",
    "Evidence",
    "Finding",
    "ForgedError",
    "NotDoneError",
    "ProblemError",
    "Report",
    "Sixface",
    "opened",
]
