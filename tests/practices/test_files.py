import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture

from practices import files
from practices.models import Document, Image, Practice
from tests.factories import MembershipFactory, RevisionFactory, published_practice

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture(size=(1200, 800), fmt="JPEG", **options):
    out = io.BytesIO()
    Picture.new("RGB", size, "teal").save(out, fmt, **options)
    return out.getvalue()


def zipped(*names, mimetype=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def test_position_and_camera_data_leave_no_trace():
    exif = Picture.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 6.0, 41.0), 3: "W", 4: (1.0, 40.0, 50.0)})  # in the middle of Rennes
    sent = picture(exif=exif)
    assert b"SecretCamera" in sent

    key, _sha256, variants = files.store_image(upload("harbour.jpg", sent))

    for width in variants:
        for extension in ("avif", "webp"):
            with default_storage.open(files.image_path(key, width, extension)) as kept:
                content = kept.read()
            assert b"SecretCamera" not in content
            assert not Picture.open(io.BytesIO(content)).getexif()
            assert not Picture.open(io.BytesIO(content)).getexif().get_ifd(0x8825)


def test_a_picture_is_turned_the_way_it_was_taken():
    exif = Picture.Exif()
    exif[0x0112] = 6

    _key, _sha256, variants = files.store_image(upload("tall.jpg", picture((1200, 800), exif=exif)))

    assert variants["480"]["height"] > variants["480"]["width"]


def test_a_picture_is_kept_from_its_own_width_down_and_never_made_larger():
    _key, _sha256, large = files.store_image(upload("square.jpg", picture((4000, 2000))))
    _key, _sha256, small = files.store_image(upload("square.jpg", picture((700, 350))))

    assert {name: (kept["width"], kept["height"]) for name, kept in large.items()} == {
        "1600": (1600, 800),
        "960": (960, 480),
        "480": (480, 240),
        "320": (320, 160),
    }
    assert {name: kept["width"] for name, kept in small.items()} == {"960": 700, "480": 480, "320": 320}


def test_where_a_picture_is_transparent_it_becomes_white():
    out = io.BytesIO()
    Picture.new("RGBA", (400, 300), (0, 0, 0, 0)).save(out, "PNG")

    key, _sha256, _variants = files.store_image(upload("plan.png", out.getvalue()))

    with default_storage.open(files.image_path(key, 320, "webp")) as kept:
        assert Picture.open(kept).convert("RGB").getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("picture.jpg", b"%!PS-Adobe-3.0"),
        ("picture.png", picture()[:300]),
        ("picture.jpg", b""),
        ("moving.webp", None),
        ("huge.png", None),
    ],
)
def test_what_is_no_honest_picture_is_refused_kindly(name, content):
    if name == "moving.webp":
        out = io.BytesIO()
        frames = [Picture.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
        frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
        content = out.getvalue()
    if name == "huge.png":
        content = picture((7000, 6000), "PNG")

    with pytest.raises(ValidationError):
        files.store_image(upload(name, content))

    assert not default_storage.exists("images")


def test_a_picture_of_more_than_eight_megabytes_is_refused():
    with pytest.raises(ValidationError, match="8 MB"):
        files.store_image(upload("large.jpg", b"x" * (files.IMAGE_SIZE + 1)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", b"%PDF-1.7 ..."),
        ("report.docx", zipped("[Content_Types].xml", "word/document.xml")),
        ("table.xlsx", zipped("xl/workbook.xml")),
        ("slides.pptx", zipped("ppt/presentation.xml")),
        ("text.odt", zipped("content.xml", mimetype=files.DOCUMENT_TYPES["odt"])),
        ("table.ods", zipped("content.xml", mimetype=files.DOCUMENT_TYPES["ods"])),
    ],
)
def test_documents_of_the_listed_kinds_are_kept_as_they_are(name, content):
    key, extension, size, sha256 = files.store_document(upload(name, content))

    with default_storage.open(files.document_path(key, extension)) as kept:
        assert kept.read() == content
    assert (size, len(sha256)) == (len(content), 64)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("report.pdf", b"MZ executable"),
        ("report.docx", b"not a zip"),
        ("report.docx", zipped("xl/workbook.xml")),
        ("macro.docx", zipped("word/document.xml", "word/vbaProject.bin")),
        ("text.odt", zipped("content.xml")),
        ("noextension", b"%PDF-"),
    ],
)
def test_other_documents_are_refused(name, content):
    with pytest.raises(ValidationError):
        files.store_document(upload(name, content))


def with_files(revision):
    key, _sha256, variants = files.store_image(upload("harbour.jpg", picture()))
    image = Image.objects.create(
        revision=revision, key=key, variants=variants, alternative_text="A harbour", credit="City", consent=True
    )
    key, extension, size, sha256 = files.store_document(upload("report.pdf", b"%PDF-1.7 secret"))
    document = Document.objects.create(
        revision=revision, key=key, extension=extension, size=size, sha256=sha256, title="The report"
    )
    return reverse("practices:image", args=[image.key, 480, "webp"]), reverse("practices:document", args=[document.key])


def test_files_of_a_draft_are_for_its_city_alone(client):
    membership, stranger = MembershipFactory(), MembershipFactory()
    draft = RevisionFactory(practice__member=membership.member)
    addresses = with_files(draft)

    anonymous = [client.get(address).status_code for address in addresses]
    client.force_login(stranger.user)
    foreign = [client.get(address).status_code for address in addresses]
    client.force_login(membership.user)
    own = [client.get(address).status_code for address in addresses]

    assert (anonymous, foreign, own) == ([404, 404], [404, 404], [200, 200])


def test_files_of_a_public_text_are_for_everyone_and_run_nowhere(client):
    image, document = with_files(published_practice().public_revision)

    picture_answer, document_answer = client.get(image), client.get(document)

    assert picture_answer["Content-Type"] == "image/webp"
    assert document_answer["Content-Disposition"] == 'attachment; filename="the-report.pdf"'
    for answer in (picture_answer, document_answer):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]


def test_files_disappear_with_a_withdrawn_text(client):
    revision = published_practice().public_revision
    addresses = with_files(revision)

    revision.state = "withdrawn"
    revision.save()

    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_widths_and_formats_that_do_not_exist_are_not_found(client):
    revision = published_practice().public_revision
    with_files(revision)
    key = revision.images.get().key

    for width, extension in [(481, "webp"), (480, "height"), (480, "jpg")]:
        assert client.get(reverse("practices:image", args=[key, width, extension])).status_code == 404


def test_an_archive_that_unpacks_to_much_or_to_nothing_is_refused_without_unpacking_it():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", files.DOCUMENT_TYPES["odt"] + " " * 50_000_000)
    encrypted = bytearray(zipped("content.xml", mimetype=files.DOCUMENT_TYPES["odt"]))
    for header, flags in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)]:
        encrypted[encrypted.index(header) + flags] |= 1
    unknown = bytearray(zipped("content.xml", mimetype=files.DOCUMENT_TYPES["odt"]))
    for header, method in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)]:
        unknown[unknown.index(header) + method] = 99

    answers = [files.is_really("odt", bytes(content)) for content in (bomb.getvalue(), encrypted, unknown)]

    assert answers == [False, False, False]


def test_files_of_an_earlier_public_text_stay_readable(client):
    practice = published_practice()
    addresses = with_files(practice.public_revision)
    practice.public_revision.state = "replaced"
    practice.public_revision.save()
    newer = RevisionFactory(
        practice=practice, state="public", approved_at=NOW, published_at=NOW, evidence_checked="described"
    )
    Practice.objects.filter(pk=practice.pk).update(public_revision=newer)

    assert [client.get(address).status_code for address in addresses] == [200, 200]
