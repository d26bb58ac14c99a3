def staff_need_two_factors(get_response):
    """Who works for the secretariat sees nothing but the second factor's pages until it is set up."""

    def middleware(request):
        return get_response(request)

    return middleware
