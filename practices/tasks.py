"""What happens to practices by the clock."""

from procrastinate.contrib.django import app

from practices import moderation, opinions, promises


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="publish_due")
def publish_due(timestamp):
    """Publish what was approved for a day that has come."""
    moderation.publish_due()


@app.periodic(cron="10 5 * * *")
@app.task(queueing_lock="keep_promises")
def keep_promises(timestamp):
    """Every morning: apologise for what is late, remind authors and experts, ask whether practices still run."""
    promises.apologise_for_delays()
    promises.remind_authors()
    promises.ask_whether_running()
    opinions.remind_experts()
