"""What the worker does for the whole site: it sends the mail, and picks up what a killed worker left lying."""

from django.db import transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from coalition.models import Message

PAUSES = [10, 60, 240, 300, 300, 3600, 6 * 3600]  # seconds: a restart is bridged at once, a bad night too


class Patience(BaseRetryStrategy):
    """Tries again after each of the pauses, then leaves it."""

    def get_retry_decision(self, *, exception, job):
        return RetryDecision(retry_in={"seconds": PAUSES[job.attempts]}) if job.attempts < len(PAUSES) else None


@app.task(retry=Patience())
def deliver(message_id):
    """Send one mail, once. A mail that went out or was given up is left alone, so running twice does no harm.

    The row stays locked while the mail server answers, and its new state is committed before the job ends:
    a worker killed in between sends the same mail again, under the same Message-ID.
    """
    with transaction.atomic():
        message = Message.objects.waiting().select_for_update().filter(pk=message_id).first()
        failure = message and message.try_to_send(last=message.attempts >= len(PAUSES))
    if failure:
        raise failure


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue", pass_context=True)
async def rescue(context, timestamp):
    """Queue again the jobs whose worker was killed; without this they would stay "doing" for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(job)
