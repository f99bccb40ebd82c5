import django.contrib.postgres.indexes
from django.db import migrations, models

from plans.models.tasks import DROP_PROGRESS_APPEND_ONLY, PROGRESS_APPEND_ONLY


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_tasks")]

    operations = [
        migrations.AddIndex(
            model_name="plan",
            index=django.contrib.postgres.indexes.GinIndex(fields=["chain"], name="plan_chain"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["finish_by", "id"],
                condition=models.Q(("ended_at", None), ("is_leaf", True)),
                name="task_leaf_by_date",
            ),
        ),
        migrations.RunSQL(PROGRESS_APPEND_ONLY, DROP_PROGRESS_APPEND_ONLY),
    ]
