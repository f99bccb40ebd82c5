from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0002_contacts"), ("units", "0002_by_import")]

    operations = [
        migrations.AddField(
            model_name="pilotarea",
            name="by_import",
            field=models.BooleanField(
                default=False,
                help_text="A list brought in made or changed it: loading the reference data leaves it alone.",
            ),
        ),
    ]
