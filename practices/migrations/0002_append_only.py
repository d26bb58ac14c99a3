from django.db import migrations

APPEND_ONLY = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION refuse_change()"


class Migration(migrations.Migration):
    dependencies = [("practices", "0001_initial"), ("coalition", "0001_extensions")]
    operations = [
        migrations.RunSQL(APPEND_ONLY.format("practices_step"), "DROP TRIGGER append_only ON practices_step"),
    ]
