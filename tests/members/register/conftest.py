import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from members.register import sealer

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
