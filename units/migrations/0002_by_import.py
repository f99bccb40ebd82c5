from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="division",
            name="by_import",
            field=models.BooleanField(
                default=False,
                help_text="A list brought in made or changed it: loading the reference data leaves it alone.",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="by_import",
            field=models.BooleanField(
                default=False,
                help_text="A list brought in made or changed it: loading the reference data leaves it alone.",
            ),
        ),
    ]
