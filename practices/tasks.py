"""What happens to practices by the clock."""

from procrastinate.contrib.django import app

from practices import alerts, moderation, search


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="publish_due")
def publish_due(timestamp):
    """Publish what was approved for a day that has come."""
    moderation.publish_due()


@app.periodic(cron="40 5 * * *")
@app.task(queueing_lock="tell_of_new_practices")
def tell_of_new_practices(timestamp):
    """Each morning, tell those who follow a question what was published, and forget what is over."""
    alerts.tell()
    alerts.forget()
    search.forget_missed()
