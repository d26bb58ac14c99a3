"""What the worker does for members and their signatures."""

from procrastinate.contrib.django import app

from members import signing


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="watch_signatures")
def watch_signatures(timestamp):
    """Remind of missing mandates, and close the cases whose time is over, every hour."""
    signing.remind_of_mandates()
    signing.expire_overdue()
