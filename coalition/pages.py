"""How long lists are turned into pages."""


class NearestPageMixin:
    """For list views: an address whose page does not exist shows the nearest one that does."""

    def paginate_queryset(self, queryset, page_size):
        page = self.get_paginator(queryset, page_size).get_page(self.request.GET.get("page"))
        return page.paginator, page, page.object_list, page.has_other_pages()
