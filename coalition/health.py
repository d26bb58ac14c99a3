"""What a supervisor asks: is the process alive, and can it do its work?"""

import tempfile
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob


@require_safe
@never_cache
def healthz(request):
    """The process answers; it asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """Whether database, queue and storage can be used; 503 when one cannot."""
    checks = {name: can(work) for name, work in CHECKS.items()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def can(work):
    try:
        work()
    except (DatabaseError, OSError):
        return False
    return True


def ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def read_queue():
    ProcrastinateJob.objects.filter(status="todo").exists()


def write_to_storage():
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
        file.write(b"ready")


CHECKS = {"database": ask_database, "queue": read_queue, "storage": write_to_storage}
