"""How often one address, network or city may do a thing: a fixed window, exact across processes."""

from django.db import connection

HIT = """
INSERT INTO coalition_limit AS l (key, window_start, hits) VALUES (%(key)s, now(), 1)
ON CONFLICT (key) DO UPDATE SET (window_start, hits) = (
  SELECT CASE WHEN over THEN now() ELSE l.window_start END, CASE WHEN over THEN 1 ELSE l.hits + 1 END
  FROM (SELECT l.window_start < now() - make_interval(secs => %(window)s) AS over) AS w)
RETURNING hits <= %(limit)s"""


def visitors_address(request):
    """For limits only; it is stored with nothing."""
    return request.META.get("REMOTE_ADDR", "")


def allow(key, limit, window):
    """Count one more try under `key`; false once there were more than `limit` in `window` seconds."""
    with connection.cursor() as cursor:
        cursor.execute(HIT, {"key": key[:200], "limit": limit, "window": window})
        return cursor.fetchone()[0]
