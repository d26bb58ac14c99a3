from django.db import migrations

APPEND_ONLY = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION refuse_change()"


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY.format(table), f"DROP TRIGGER append_only ON {table}")
        for table in ("members_act", "members_signaturestep")
    ]
