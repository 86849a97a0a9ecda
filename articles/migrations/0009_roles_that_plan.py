"""What each role does with templates of issues and with days without an issue."""

from typing import Any

from django.db import migrations

SEEING = ["view_plantemplate", "view_noissueday"]
PLANNING = [
    "add_plantemplate",
    "change_plantemplate",
    "delete_plantemplate",
    "add_noissueday",
    "change_noissueday",
    "delete_noissueday",
]
ADDED = {"issue editor": SEEING + PLANNING, "publisher": SEEING + PLANNING}


def add_to_roles(apps: Any, schema_editor: Any) -> None:
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    content_type_model = apps.get_model("contenttypes", "ContentType")
    for role, codenames in ADDED.items():
        group = group_model.objects.filter(name=role).first()
        if group is None:  # the publisher did away with it
            continue
        for codename in codenames:
            content_type, _ = content_type_model.objects.get_or_create(
                app_label="articles", model=codename.split("_", 1)[1]
            )
            permission, _ = permission_model.objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": f"Can {codename.replace('_', ' ')}"},
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_changes_for_readers")]

    operations = [migrations.RunPython(add_to_roles, migrations.RunPython.noop)]
