"""What came from what, and what the origins' cities say. The database lets no practice descend from itself."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = (
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON practices_descentstep"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)
# One at a time, so that two that would close a circle together see each other.
NO_CIRCLES = """
CREATE FUNCTION refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('practices_descent'));
    IF EXISTS (
        WITH RECURSIVE up (practice) AS (
            SELECT NEW.origin_id
            UNION
            SELECT d.origin_id FROM up JOIN practices_descent d ON d.practice_id = up.practice AND d.ended_at IS NULL
        )
        SELECT FROM up WHERE practice = NEW.practice_id
    ) THEN
        RAISE EXCEPTION 'practice % would descend from itself', NEW.practice_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_practice_descends_from_itself';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_practice_descends_from_itself BEFORE INSERT OR UPDATE OF practice_id, origin_id, ended_at
    ON practices_descent FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION refuse_circle();
"""
CIRCLES = "DROP TRIGGER no_practice_descends_from_itself ON practices_descent; DROP FUNCTION refuse_circle()"
COUNTS = """
CREATE FUNCTION counts_as_adaptation(bigint, bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN $1 <> $2 AND (
    EXISTS (SELECT FROM practices_practice p WHERE p.id = $1 AND p.origin = 'retold')
    OR EXISTS (
        SELECT FROM practices_descent d WHERE d.practice_id = $1 AND d.origin_id = $2 AND d.state = 'confirmed'
    )
);
"""
# What is public already was claimed when it was published; nobody was asked.
INHERIT = """
INSERT INTO practices_descent (practice_id, origin_id, state, words)
SELECT DISTINCT r.practice_id, a.origin_id, 'claimed', ''
FROM practices_adaptation a JOIN practices_revision r ON r.id = a.revision_id AND r.state = 'public'
WHERE a.origin_id IS NOT NULL AND a.origin_id <> r.practice_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0013_reviewing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Descent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "Not answered yet"),
                            ("confirmed", "Confirmed"),
                            ("disputed", "Disputed"),
                            ("lapsed", "Not yet confirmed"),
                        ],
                        default="claimed",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("words", models.TextField(blank=True, max_length=500, verbose_name="what the origin's city says")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="descendants", to="practices.practice"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="descents", to="practices.practice"
                    ),
                ),
            ],
            options={
                "verbose_name": "descent",
                "verbose_name_plural": "descents",
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DescentStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("claimed", "Not answered yet"),
                            ("confirmed", "Confirmed"),
                            ("disputed", "Disputed"),
                            ("lapsed", "Not yet confirmed"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("claimed", "Not answered yet"),
                            ("confirmed", "Confirmed"),
                            ("disputed", "Disputed"),
                            ("lapsed", "Not yet confirmed"),
                        ],
                        max_length=9,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "descent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="practices.descent"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a descent",
                "verbose_name_plural": "history of a descent",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="descent",
            constraint=models.UniqueConstraint(
                fields=("practice", "origin"), name="a_practice_descends_from_another_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="descent",
            constraint=models.CheckConstraint(
                condition=models.Q(("practice", models.F("origin")), _negated=True),
                name="a_practice_is_not_its_own_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="descent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "disputed"), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_disputed_descent_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="descent",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "claimed"), ("asked_at__isnull", False), _connector="OR"),
                name="an_answered_descent_was_asked",
            ),
        ),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON practices_descentstep"),
        migrations.RunSQL(NO_CIRCLES, CIRCLES),
        migrations.RunSQL(COUNTS, "DROP FUNCTION counts_as_adaptation(bigint, bigint)"),
        migrations.RunSQL(INHERIT, migrations.RunSQL.noop),
    ]
