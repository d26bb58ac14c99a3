"""What happens to practices by the clock."""

from procrastinate.contrib.django import app

from practices import adapting, alerts, asking, moderation, opinions, promises, search


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


@app.periodic(cron="40 5 * * *")
@app.task(queueing_lock="tell_of_new_practices")
def tell_of_new_practices(timestamp):
    """Each morning, tell those who follow a question what was published, and forget what is over."""
    alerts.tell()
    alerts.forget()
    search.forget_missed()


@app.periodic(cron="10 5 * * *")
@app.task(queueing_lock="keep_promises")
def keep_promises(timestamp):
    """Every morning: apologise for what is late, remind authors and experts, ask whether practices still run."""
    promises.apologise_for_delays()
    promises.remind_authors()
    promises.ask_whether_running()
    opinions.remind_experts()
