"""The roles of the secretariat: groups, cumulative by choice."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "Moderators": ["practices.moderate"],
    "Declaration officers": ["members.verify_signature"],
    "Editors": ["practices.add_theme", "practices.change_theme", "practices.view_theme", "practices.view_keyword"],
    "Administrators": [
        "practices.remove",
        *(
            f"members.{action}_{model}"
            for model in ("user", "member", "membership", "invitation")
            for action in ("add", "change", "view")
        ),
        "members.view_authority",
        "coalition.view_message",
        *(f"practices.view_{model}" for model in ("practice", "revision", "step", "theme", "keyword")),
    ],
}


def create_roles(apps, schema_editor):
    # Django makes permissions after all migrations; we need them now.
    for label in ("coalition", "members", "practices"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    for name, permissions in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for permission in permissions:
            app, codename = permission.split(".")
            group.permissions.add(
                apps.get_model("auth", "Permission").objects.get(content_type__app_label=app, codename=codename)
            )


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("practices", "0002_append_only"),
        ("members", "0002_append_only"),
        ("coalition", "0002_mail"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(create_roles, remove_roles)]
