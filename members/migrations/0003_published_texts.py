"""What was published is what was signed: its words never change, whoever tries."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_change_of_published_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version members_declarationversion%ROWTYPE;
BEGIN
    IF TG_TABLE_NAME = 'members_article' THEN
        SELECT v.* INTO version FROM members_declarationversion v
        JOIN members_declarationtext t ON t.version_id = v.id WHERE t.id = OLD.text_id;
    ELSIF TG_TABLE_NAME = 'members_declarationtext' THEN
        SELECT v.* INTO version FROM members_declarationversion v WHERE v.id = OLD.version_id;
    ELSE
        version := OLD;
    END IF;
    IF version.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'version % of the declaration is published', version.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""
TRIGGER = """
CREATE TRIGGER published_texts_stay BEFORE UPDATE OR DELETE ON {0}
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_text()
"""
TABLES = ("members_declarationversion", "members_declarationtext", "members_article")


class Migration(migrations.Migration):
    dependencies = [("members", "0002_append_only")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_change_of_published_text()"),
        *(
            migrations.RunSQL(TRIGGER.format(table), f"DROP TRIGGER published_texts_stay ON {table}")
            for table in TABLES
        ),
    ]
