"""Whatever is sent, no page breaks: forms found on the pages themselves, filled with what nobody expects."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from members.models import Signature
from tests import world as worlds
from tests.conftest import SignedInClient

pytestmark = pytest.mark.django_db

NASTY = [
    *("", " ", "\x00", "a\x00b", "\x01\x0b\x1f", "\r\nSet-Cookie: a=b", "\u202e\u2028\ufeff", "\ufffd", "é" * 300),
    *("-1", "0", "1", "²", "١٢", "1e400", "NaN", "Infinity", "9" * 30, "9" * 5000, "0x10", "--", "None", "true"),
    *("'", '"><script>alert(1)</script>', "{{ 7 }}", "%s%n", "../../etc/passwd", "javascript:alert(1)", "[x](data:,)"),
    *("word " * 10_000, "'' | & ! <->", '"' * 200, "-" * 200, "2024-13", "0000-00-00", "2024-02-31", "🜁" * 100),
    *("http://[", "http://[::1", "//evil.example", "\\\\evil", "a@b", "a@" + "b" * 300 + ".eu", "mailto:a@b\nc"),
]
value = st.sampled_from(NASTY) | st.text(max_size=40)
quick = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # a failure is shown as it was found: to shrink it takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

ADDRESSES = {  # the query strings that pages read
    "/en/practices/": "q theme country member target setting action stage evidence cost funding year language offers "
    "sort view page",
    "/fr/practices/": "q page sort theme year",
    "/en/practices/feed.atom": "q theme country member year page",
    "/en/themes/theme/": "page",
    "/en/members/": "q country",
    "/en/declaration/": "text",
    "/en/declaration/register/": "q country state year page",
    "/en/declaration/authorities/": "q",
    "/en/declaration/sign/": "authority q",
    "/en/accounts/login/": "next",
    "/en/workspace/": "page next",
    "/en/moderation/": "who language state page",
    "/en/moderation/signatures/": "q state mine page",
}
FORMS = {  # the pages whose forms are filled in, and by whom
    "visitor": [
        "/en/declaration/authorities/",
        "/en/declaration/sign/?authority={authority}",
        "/en/declaration/confirm/token-started/",
        "/en/accounts/invitations/world-invitation/",
        "/en/accounts/login/",
        "/en/accounts/password/reset/",
    ],
    "lead": [
        "/en/accounts/profile/",
        "/en/accounts/password/change/",
        "/en/accounts/email/",
        "/en/workspace/members/home/people/",
        "/en/workspace/practices/new/",
        *(
            f"/en/workspace/practices/{{draft}}/edit/?step={step}"
            for step in ("short", "situation", "results", "means", "elsewhere", "contact")
        ),
        "/en/workspace/practices/{draft}/",
        "/en/workspace/practices/{changes_requested}/",
        "/en/workspace/practices/{public}/",
        "/en/workspace/practices/{draft}/images/add/",
        "/en/workspace/practices/{draft}/documents/add/",
    ],
    "moderator": [f"/en/moderation/practices/{{{state}}}/" for state in ("submitted", "in_review", "refused")],
    "officer": [f"/en/moderation/signatures/{{case_{state}}}/" for state in ("confirmed", "verifying", "active")],
}
PAGES = [(role, page) for role, pages in FORMS.items() for page in pages]


@pytest.fixture
def world():
    return worlds.build()


def client_of(person):
    client = SignedInClient()
    if person:
        client.force_login(person)
    return client


def forms_on(client, address):
    """(address, [(name, value)]) of each form that posts."""
    page = client.get(address).content.decode()
    for opening, body in re.findall(r'<form([^>]*method="post"[^>]*)>(.*?)</form>', page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', opening)
        tags = re.findall(r"<(?:input|select|textarea|button)\b[^>]*\bname=\"[^\"]*\"[^>]*>", body)
        fields = [(re.search(r'name="([^"]*)"', tag)[1], re.search(r'value="([^"]*)"', tag)) for tag in tags]
        yield (
            html.unescape(action[1]) if action and action[1] else address,
            [(name, html.unescape(found[1]) if found else "") for name, found in fields],
        )


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_no_form_breaks(world, role, path):
    names = {str(state): practice.code for state, practice in world.practices.items()}
    names |= {f"case_{state}": signature.code for state, signature in world.signatures.items()}
    path = path.format(authority=world.signatures[Signature.State.EXPIRED].authority.code, **names)
    client = client_of(world.people[role])
    forms = list(forms_on(client, path))
    assert forms

    @quick
    @given(data=st.data())
    def fill_in(data):
        address, fields = data.draw(st.sampled_from(forms))
        sent = {}
        for name, given_value in fields:
            keep = data.draw(st.sampled_from(["as it is", "as it is", "nasty", "nasty", "twice", "not at all"]))
            if keep == "as it is":
                sent.setdefault(name, []).append(given_value)
            elif keep != "not at all":
                sent[name] = [data.draw(value) for _ in range(1 if keep == "nasty" else 2)]
        for name in ("file", "mandate"):
            if data.draw(st.booleans()):
                sent[name] = SimpleUploadedFile(data.draw(st.sampled_from(UPLOADS)), data.draw(st.binary(max_size=40)))

        response = client.post(address, sent)

        assert response.status_code < 500

    fill_in()


UPLOADS = ["a.pdf", "a.docx", "\u202efdp.exe", "x" * 300 + ".odt", "a\r\nb.png", "a.svg"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_query_string_breaks(world, address):
    names = ADDRESSES[address].split()
    person = "moderator" if address == "/en/moderation/" else "officer" if "signatures" in address else None
    client = client_of(world.people[person] if person else None)

    @quick
    @given(st.dictionaries(st.sampled_from(names), st.lists(value, max_size=3), max_size=4))
    def ask(query):
        response = client.get(address, query)

        assert response.status_code < 500

    ask()
    for name in names:
        for nasty in ("\x00", "²", "9" * 3000):
            assert client.get(address, {name: nasty}).status_code < 500, (name, nasty[:9])


BROKEN = ["%00", "a%00b", "%ff%fe", "%0d%0aSet-Cookie:a", "%E2%80%AE", "9" * 40, "-1", "..%2f..%2fetc", "a" * 3000]


@pytest.mark.parametrize("broken", BROKEN)
def test_no_broken_address_breaks_the_site(world, client, broken):
    patterns = [
        *("/{}", "/en/{}/", "/en/practices/{}/", "/en/practices/{}/revisions/1/", "/en/themes/{}/", "/en/members/{}/"),
        *("/en/practices/practice-public/revisions/{}/", "/en/declaration/signatures/{}/", "/{}/practices/"),
        *("/en/declaration/confirm/{}/", "/en/accounts/invitations/{}/", "/en/accounts/confirm-email/{}/"),
        *("/en/accounts/password/reset/key/1-{}/", "/en/workspace/practices/P-{}/", "/en/files/images/{}/480.webp"),
        *("/en/demo/mail/{}/", "/en/workspace/remarks/{}/done/", "/en/files/documents/{}/"),
    ]

    answers = {pattern: client.get(pattern.format(broken)).status_code for pattern in patterns}

    assert {pattern: status for pattern, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"place=\xff\xfe\x00&email=%ff%00"),
        ("application/x-www-form-urlencoded; charset=utf-16", "place=x".encode("utf-16")),
        ("application/x-www-form-urlencoded; charset=nonsense", b"place=x"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(3000))),
        ("application/x-www-form-urlencoded", b"place=" + b"x" * 4_000_000),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=\xff", b"--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="place"\r\n\r\n\xff\x00\r\n--x--',
        ),
        ("application/json", b'{"place": 1}'),
        ("text/plain", b"\xff"),
    ],
)
@pytest.mark.parametrize(
    "address",
    ["/en/declaration/authorities/", "/en/declaration/sign/", "/en/accounts/login/", "/en/declaration/confirm/x/"],
)
def test_no_broken_body_breaks_a_form(client, address, content_type, body):
    client.handler.enforce_csrf_checks = False

    response = client.generic("POST", address, body, content_type)

    assert response.status_code < 500
