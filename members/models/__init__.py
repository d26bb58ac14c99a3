from .authority import Authority
from .declaration import Article, Declaration, DeclarationText, DeclarationVersion, Signature, SignatureStep
from .joining import JoinRequest
from .member import Invitation, Member, Membership
from .register import Cosignature, Head, Leaf, Opening
from .user import User

__all__ = [
    "Article",
    "Authority",
    "Cosignature",
    "Declaration",
    "DeclarationText",
    "DeclarationVersion",
    "Head",
    "Invitation",
    "JoinRequest",
    "Leaf",
    "Member",
    "Membership",
    "Opening",
    "Signature",
    "SignatureStep",
    "User",
]
