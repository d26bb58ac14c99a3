import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from members.register import certificate, notes, sealer

ORIGIN = "register.example.org/declaration"


@pytest.fixture(scope="session")
def private_key():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def key(private_key, settings):
    """The register's public key, which the site knows."""
    key = sealer.public_half(private_key, ORIGIN)
    settings.REGISTER_VKEY = str(key)
    return key


@pytest.fixture
def seal(private_key, key):
    """`seal()` does what the sealer does every few seconds."""
    return lambda: sealer.seal(private_key, ORIGIN)


@pytest.fixture(scope="session")
def demo_seal(tmp_path_factory):
    path = tmp_path_factory.mktemp("seal") / "seal.p12"
    certificate.make_demo_seal(path, "secret")
    return str(path)


@pytest.fixture
def _seal_file(demo_seal, settings, tmp_path):
    """The organisation's seal, and a storage of the test's own for certificates."""
    settings.SEAL_FILE, settings.SEAL_PASSWORD, settings.MEDIA_ROOT = demo_seal, "secret", tmp_path


@pytest.fixture
def witness(settings, tmp_path):
    """A city that runs the verifier by cron: its key is known here, its private half is in a file."""
    private_key = Ed25519PrivateKey.generate()
    path = tmp_path / "witness.pem"
    path.write_bytes(private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    settings.REGISTER_WITNESSES = [str(notes.Key("city.example.org", notes.COSIGNATURE, public))]
    return path
