import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from members.register import certificate, sealer

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
