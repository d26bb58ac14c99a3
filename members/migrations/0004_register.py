"""The tamper-evident register. Its owner may not change it either; docs/operations.md has the roles that may do less."""

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
NEVER_EMPTIED = "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {0} EXECUTE FUNCTION refuse_change()"


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_published_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("size", models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="entries")),
                ("note", models.TextField(verbose_name="signed note")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="signed")),
            ],
            options={
                "verbose_name": "signed head",
                "verbose_name_plural": "signed heads",
                "ordering": ["size"],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("idx", models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("body", models.BinaryField(verbose_name="canonical JSON")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                (
                    "signature",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaves",
                        to="members.signature",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the register",
                "verbose_name_plural": "entries of the register",
                "ordering": ["idx"],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=200, verbose_name="witness")),
                ("line", models.CharField(max_length=400, verbose_name="signature line")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cosignatures", to="members.head"
                    ),
                ),
            ],
            options={
                "verbose_name": "co-signature",
                "verbose_name_plural": "co-signatures",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "leaf",
                    models.OneToOneField(
                        db_column="idx",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="members.leaf",
                    ),
                ),
                ("salt", models.BinaryField()),
                ("person", models.JSONField()),
                (
                    "mailbox_salt",
                    models.BinaryField(help_text="Never published: proves to the secretariat which mailbox confirmed."),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(fields=("head", "witness"), name="a_witness_signs_a_head_once"),
        ),
        *(
            migrations.RunSQL(trigger.format(table), f"DROP TRIGGER {name} ON {table}")
            for table in ("members_leaf", "members_head", "members_cosignature")
            for name, trigger in (("append_only", APPEND_ONLY), ("never_emptied", NEVER_EMPTIED))
        ),
    ]
