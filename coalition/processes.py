"""Work that is spread over the machine's processors."""

from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import django
from django.db import connection


@contextmanager
def on_all_cores(calls):
    """A `map` for so many calls, spread over processes; one by one for one, or in a transaction that no other sees."""
    if calls < 2 or connection.in_atomic_block:
        yield map
    else:
        with ProcessPoolExecutor(initializer=django.setup, mp_context=get_context("spawn")) as pool:
            yield pool.map
