import pytest
from django.db import connection

from coalition import health


def test_the_process_answers_without_a_database_and_without_cookies(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.cookies == {}


@pytest.mark.django_db
def test_a_site_that_can_work_is_ready(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": True, "queue": True, "storage": True}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_site_that_cannot_keep_files_is_not_ready(client, settings, tmp_path):
    (tmp_path / "a-file").write_text("where a folder should be")
    settings.MEDIA_ROOT = tmp_path / "a-file"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": True, "queue": True, "storage": False}


@pytest.mark.django_db
def test_a_site_without_its_queue_is_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_jobs RENAME TO elsewhere")

    assert not health.can(health.read_queue)


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_asked_for_and_not_changed(client, address):
    response = client.post(address)

    assert response.status_code == 405
