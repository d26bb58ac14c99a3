"""What a visitor reads when something goes wrong. None of these pages needs the database."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from coalition import unsent

COME_BACK_AFTER = 60  # seconds


def page(status):
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def csrf_failure(request, reason=""):
    """A form that came without its token: it can be sent once more, where a page of ours has sent it."""
    may_be_sent = unsent.is_ours(request) and unsent.sent(request.POST)
    form = unsent.as_form(request.POST, request.get_full_path(), request) if may_be_sent else None
    response = HttpResponse(render_to_string("403_csrf.html", {"form": form}), status=403)
    response.headers["Cache-Control"] = "no-store"
    response.has_words = bool(form)
    return response


def bad_request(request, exception):
    """Django calls everything suspicious a bad request; what is merely too large gets its own words."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return page(413)
    return defaults.bad_request(request, exception)


def server_error(request):
    """Our mistake, or a database that does not answer: then a machine is told when to ask again.

    It is found here, and not in a middleware, because middlewares ask the database too.
    """
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return page(500)
    response = page(503)
    response["Retry-After"] = COME_BACK_AFTER
    return response


def explain_refused_method(get_response):
    """Middleware: whoever opens an address that only a form may use (signed out meanwhile, say) sees no blank page."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html")
        return response

    return middleware
