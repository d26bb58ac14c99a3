"""What the worker does for members and their signatures."""

from procrastinate.contrib.django import app

from members import signing


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="expire_signatures")
def expire_signatures(timestamp):
    """Close the cases whose time is over, every hour."""
    signing.expire_overdue()
