"""What happened to a question, line by line."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = (
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON practices_questionstep"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)
# What was asked before histories were kept has at least its first line and its last.
INHERIT = """
INSERT INTO practices_questionstep (question_id, name, by_id, at, target, words)
SELECT id, 'ask', asked_by_id, asked_at, 'open', '' FROM practices_question
UNION ALL
SELECT id, CASE WHEN state = 'answered' THEN 'answer' WHEN is_abuse THEN 'uphold' ELSE 'close' END,
       answered_by_id, ended_at, state, CASE WHEN state = 'answered' THEN '' ELSE reason END
FROM practices_question WHERE ended_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0016_search_table"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="QuestionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        max_length=8,
                        choices=[
                            ("ask", "Asked"),
                            ("answer", "Answered"),
                            ("close", "Closed without an answer"),
                            ("report", "Reported to the secretariat"),
                            ("dismiss", "Found to be fair by the secretariat"),
                            ("uphold", "Closed by the secretariat"),
                            ("share", "One side agreed to share it"),
                            ("unshare", "One side no longer shares it"),
                        ],
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "target",
                    models.CharField(
                        max_length=8,
                        choices=[
                            ("open", "Waits for an answer"),
                            ("answered", "Answered"),
                            ("closed", "Closed without an answer"),
                            ("reported", "Reported to the secretariat"),
                        ],
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
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="practices.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a question",
                "verbose_name_plural": "history of a question",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.RunSQL(INHERIT, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON practices_questionstep"),
    ]
