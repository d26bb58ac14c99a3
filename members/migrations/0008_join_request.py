import django.db.models.deletion
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import coalition.text


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0007_whole_life"),
    ]

    operations = [
        migrations.CreateModel(
            name="JoinRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=120, verbose_name="name of the city or region")),
                ("country", django_countries.fields.CountryField(max_length=2, verbose_name="country")),
                ("name", models.CharField(max_length=120, verbose_name="your name")),
                ("office", models.CharField(max_length=120, verbose_name="your office or task")),
                ("email", models.EmailField(max_length=254, verbose_name="your work e-mail address")),
                (
                    "language",
                    models.CharField(
                        choices=coalition.text.languages,
                        default="en",
                        max_length=5,
                        verbose_name="language of our answer",
                    ),
                ),
                (
                    "message",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="what you would like to share or to find"
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="reason")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="join_requests",
                        to="members.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "join request",
                "verbose_name_plural": "join requests",
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at", None),
                            models.Q(models.Q(("reason", ""), _negated=True), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_answered_join_request_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("email",),
                        name="an_address_waits_for_one_answer",
                    ),
                ],
            },
        ),
    ]
