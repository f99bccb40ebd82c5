"""Work that takes longer than a page may: asked for by a person, done by a worker, followed on a page.

A room that has such work says so when it is ready, `register(JobKind(...))`, and starts it with `start(...)`.
"""

from records.jobs.asking import Act, acts_for, cancel, job_or_404, open_jobs, start, try_again
from records.jobs.kinds import Cancelled, JobKind, Progress, kind_named, register
from records.jobs.running import run_waiting

__all__ = [
    "Act",
    "Cancelled",
    "JobKind",
    "Progress",
    "acts_for",
    "cancel",
    "job_or_404",
    "kind_named",
    "open_jobs",
    "register",
    "run_waiting",
    "start",
    "try_again",
]
