"""What happens to practices by the clock."""

from procrastinate.contrib.django import app

from practices import adapting, asking, moderation


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="publish_due")
def publish_due(timestamp):
    """Publish what was approved for a day that has come."""
    moderation.publish_due()


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="lapse_descents")
def lapse_descents(timestamp):
    """Say “not yet confirmed” of adaptations whose origin has not answered in time, every night."""
    adapting.lapse_overdue()


@app.periodic(cron="37 7 * * *")
@app.task(queueing_lock="remind_of_questions")
def remind_of_questions(timestamp):
    """Remind cities of questions that have waited ten days, every morning."""
    asking.remind()
