"""The five roles of the paper, as groups. A publisher may change them later in the admin."""

from typing import Any

from django.db import migrations

DESK = [
    "view_edition", "view_section", "view_contributor", "add_contributor", "view_tag", "add_tag",
    "view_photo", "add_photo", "change_photo",
    "view_story", "view_byline", "view_storyphoto", "view_note", "add_note", "change_note",
    "view_correction", "view_read", "view_storytag", "view_logentry",
]  # fmt: skip
# What shows the stories of everybody: plans and the record.
SEEING_ALL = [
    "view_any_story", "view_issue", "view_page", "view_placement",
    "view_publishedstory", "view_publishedissue",
]  # fmt: skip
WRITING = [
    "add_story", "change_story",
    "add_byline", "change_byline", "delete_byline",
    "add_storyphoto", "change_storyphoto", "delete_storyphoto",
    "add_storytag", "change_storytag", "delete_storytag",
]  # fmt: skip
READING = [
    *SEEING_ALL,
    "edit_any_story",
    "change_contributor",
    "change_tag",
    "first_read",
    "second_read",
]
PLANNING = [
    "add_issue", "change_issue", "delete_issue", "schedule_issue",
    "add_page", "change_page", "delete_page",
    "add_placement", "change_placement", "delete_placement",
]  # fmt: skip
PUBLISHING = [
    "final_read", "take_back", "kill_story", "override_reads", "redact_story", "add_correction",
    "delete_story", "delete_photo", "add_edition", "change_edition", "add_section",
    "change_section", "delete_section", "delete_tag", "delete_contributor",
    "view_user", "add_user", "change_user", "view_group", "change_group", "view_redaction",
]  # fmt: skip
ROLES = {
    "reporter": DESK + WRITING,
    "photographer": [
        *DESK,
        *SEEING_ALL,
        "add_storyphoto",
        "change_storyphoto",
        "delete_storyphoto",
    ],
    "editor": DESK + WRITING + READING + ["take_back", "add_correction"],
    "issue editor": DESK + WRITING + READING + PLANNING + ["take_back", "add_correction"],
    "publisher": DESK + WRITING + READING + PLANNING + PUBLISHING,
}

# Permissions are usually made after all migrations; the groups need theirs now.
CUSTOM_HOMES = {
    "first_read": "story", "second_read": "story", "final_read": "story", "take_back": "story",
    "kill_story": "story", "override_reads": "story", "redact_story": "story",
    "view_any_story": "story", "edit_any_story": "story", "schedule_issue": "issue",
}  # fmt: skip


def make_roles(apps: Any, schema_editor: Any) -> None:
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    content_type_model = apps.get_model("contenttypes", "ContentType")
    names = dict(apps.get_model("articles", "Story")._meta.permissions)
    names |= dict(apps.get_model("articles", "Issue")._meta.permissions)
    for role, codenames in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=role)
        for codename in codenames:
            model = CUSTOM_HOMES.get(codename) or codename.split("_", 1)[1]
            label = "auth" if model == "group" else "articles"
            content_type, _ = content_type_model.objects.get_or_create(app_label=label, model=model)
            permission, _ = permission_model.objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": names.get(codename, f"Can {codename.replace('_', ' ')}")},
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_desk_and_record"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
