"""What is asked about a contact (N24), version 1. The notice's annex 3 was not published: these fields are ours."""

from pilots.reference.records import ContactFieldRecord, ContactFormRecord, ProgrammeKey

SOURCE = "门户自定：通知附件3未公布，字段为本门户所设 (N24; requirements C.3)"
FIELDS = (
    ContactFieldRecord("post", "职务", "Post", "text", is_required=True),
    ContactFieldRecord("office", "单位", "Office", "text"),
    ContactFieldRecord("phone", "办公电话", "Office phone", "phone", is_required=True),
    ContactFieldRecord("mobile", "手机", "Mobile phone", "phone"),
    ContactFieldRecord("fax", "传真", "Fax", "phone"),
    ContactFieldRecord("mail", "电子邮箱", "Mail address", "mail"),
)
"""A person's name is no field: it is a column of its own."""

PROGRAMMES: tuple[ProgrammeKey, ...] = ("national", "luzhou")


def contact_forms() -> list[ContactFormRecord]:
    return [ContactFormRecord(programme, 1, SOURCE, FIELDS) for programme in PROGRAMMES]
