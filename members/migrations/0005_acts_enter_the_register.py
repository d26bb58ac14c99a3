"""Acts of before the register become its first leaves, in their order; their table goes."""

import secrets
from datetime import UTC

from django.db import migrations

from members.register.notes import canonical, commitment


def enter_acts(apps, schema_editor):
    Leaf, Opening = apps.get_model("members", "Leaf"), apps.get_model("members", "Opening")
    acts = apps.get_model("members", "Act").objects.order_by("at", "pk")
    entered = {}
    for idx, act in enumerate(acts.select_related("version", "signature__authority")):
        signature = act.signature
        body = {"v": 1, "i": idx, "t": act.kind, "at": f"{act.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        body |= {"decl": act.version.fingerprint}
        salts, person = (secrets.token_bytes(32), secrets.token_bytes(32)), None
        if signature:
            body["city"] = signature.authority.code
        if act.kind == "sign":
            name = signature.signatory_name if signature.shown == "name" else ""
            person = {"name": name, "role": signature.signatory_office, "locale": signature.language}
            body |= {"c": commitment(salts[0], person), "m": commitment(salts[1], signature.signatory_email)}
            entered[signature.pk] = idx
        if act.kind == "withdraw":
            body["ref"] = entered[signature.pk]
        leaf = Leaf.objects.create(idx=idx, body=canonical(body), signature=signature)
        if person:
            Opening.objects.create(leaf=leaf, salt=salts[0], mailbox_salt=salts[1], person=person)


class Migration(migrations.Migration):
    dependencies = [("members", "0004_register")]
    operations = [
        migrations.RunPython(enter_acts, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.DeleteModel("Act"),
    ]
