"""`python -m tests.records.webhook_sender`: one dispatcher in a process of its own, for a test to kill."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()
    from records.webhooks.sending import send_waiting

    send_waiting(threads=1)


if __name__ == "__main__":
    main()
