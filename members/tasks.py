"""What the worker does for members and their signatures."""

from procrastinate.contrib.django import app

from members import joining, signing
from members.register import certificate, witnesses


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="watch_signatures")
def watch_signatures(timestamp):
    """Remind of missing mandates, tell of new texts, and close the cases whose time is over, every hour."""
    signing.remind_of_mandates()
    signing.remind_of_ended_terms()
    signing.tell_of_new_text()
    signing.expire_overdue()


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="forget_join_requests")
def forget_join_requests(timestamp):
    """Erase requests to join that were answered long ago, every night."""
    joining.forget_answered()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="open_ceremonies")
def open_ceremonies(timestamp):
    """Make public what was prepared for this minute."""
    signing.enter_prepared_signatures()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="make_certificates")
def make_certificates(timestamp):
    """Make the certificates of entries that a head has signed since, every minute."""
    certificate.make_missing()


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="watch_witnesses")
def watch_witnesses(timestamp):
    """Say so when a witness has been silent for too long, every hour."""
    witnesses.watch()
