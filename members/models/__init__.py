from .authority import Authority
from .declaration import Act, Article, Declaration, DeclarationText, DeclarationVersion, Signature, SignatureStep
from .member import Invitation, Member, Membership
from .user import User

__all__ = [
    "Act",
    "Article",
    "Authority",
    "Declaration",
    "DeclarationText",
    "DeclarationVersion",
    "Invitation",
    "Member",
    "Membership",
    "Signature",
    "SignatureStep",
    "User",
]
