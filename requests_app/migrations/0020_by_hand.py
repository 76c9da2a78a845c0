"""What is sent by hand today, and the last test of a number, are found without reading all messages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0004_visit_rules")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("purpose", "number_test")), fields=["zone", "-created_at"], name="tests_of_a_number"
            ),
        ),
        migrations.AddIndex(
            model_name="noticeattempt",
            index=models.Index(
                condition=models.Q(("officer__isnull", False)), fields=["started_at"], name="attempts_by_hand"
            ),
        ),
    ]
