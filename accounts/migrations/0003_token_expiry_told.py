from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_api_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="expiry_told_at",
            field=models.DateTimeField(blank=True, help_text="When its owner was told that it expires.", null=True),
        ),
    ]
