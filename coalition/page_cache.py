"""Pages that are the same for everybody are kept for as long as the database stays as it is.

PostgreSQL names what a statement sees: `pg_current_snapshot()` changes with every transaction that wrote something,
and no name comes back. So a page that was made under a name is right while that is still the name: what is published,
withdrawn or erased counts with its own commit, in every process, and no code has to remember to forget a page.
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
"""

import hashlib

from django.core.cache import caches
from django.db import InterfaceError, OperationalError, connection
from django.utils.cache import get_conditional_response

from coalition.appearance import COOKIE

CACHE = "pages"
DECIDES = ["HTTP_HOST", "HTTP_COOKIE", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING"]
NEVER_KEPT = {"no-store", "private"}
LARGEST = 100_000  # bytes
REMEMBERED = 600  # seconds: that an address has a page for everybody


def keep_public_pages(get_response):
    """Middleware: answer once what every visitor reads alike, and with 304 (ETag) who has it already."""

    def middleware(request):
        if request.method != "GET" or request.COOKIES.keys() - {COOKIE} or connection.in_atomic_block:
            return get_response(request)  # within a transaction its own changes do not show in the snapshot
        cache, key = caches[CACHE], key_of(request)
        kept = cache.get(key)
        if kept is None:  # the first reader shows whether it is a page to keep: private ones cost no query
            response = get_response(request)
            if is_public(response):
                cache.set(key, (None, None), timeout=REMEMBERED)
            return response

        try:
            seen = snapshot()
        except (OperationalError, InterfaceError):
            return get_response(request)  # some pages do without the database; the others say what is wrong
        made_under, response = kept
        if made_under != seen:
            response = get_response(request)
            if is_public(response):
                cache.set(key, (seen, response))
        return get_conditional_response(request, etag=response.get("ETag"), response=response)

    return middleware


def key_of(request):
    """All of a request that may decide on its answer."""
    parts = [request.scheme, request.get_full_path(), *(request.META.get(name, "") for name in DECIDES)]
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()


def is_public(response):
    directives = {word.strip() for word in response.get("Cache-Control", "").split(",")}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not directives & NEVER_KEPT
        and len(response.content) <= LARGEST
    )


def snapshot():
    """The name of what the database holds at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return cursor.fetchone()[0]
