"""A person can be erased: from the case, and from the reasons in its history."""

from django.db import migrations, models

REFUSE = """
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = '' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
TRIGGER = """
DROP TRIGGER append_only ON members_signaturestep;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON members_signaturestep FOR EACH ROW EXECUTE FUNCTION {0}()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_acts_enter_the_register"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="person’s data erased"),
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_change_but_erasure()"),
        migrations.RunSQL(TRIGGER.format("refuse_change_but_erasure"), TRIGGER.format("refuse_change")),
    ]
