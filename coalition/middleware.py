"""Headers that no library of ours sets."""

from coalition.appearance import COOKIE

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def response_headers(get_response):
    """Browsers offer pages no devices; what is meant for one person is kept by no cache."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.COOKIES.keys() - {COOKIE} or response.cookies:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
