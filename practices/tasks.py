"""What happens to practices by the clock."""

from procrastinate.contrib.django import app

from practices import moderation


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="publish_due")
def publish_due(timestamp):
    """Publish what was approved for a day that has come."""
    moderation.publish_due()
