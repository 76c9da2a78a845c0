"""What was stored before: the moment a notice might leave, what is known of its arrival, and the phone it goes to."""

from django.db import migrations

FILL = """
UPDATE requests_app_notice AS n SET
  leaves_at = coalesce(n.leaves_at, CASE WHEN n.attempt = 0 THEN n.next_attempt_at END, n.created_at),
  evidence = CASE
    WHEN n.evidence <> '' THEN n.evidence
    WHEN n.link_used_at IS NOT NULL THEN 'opened'
    WHEN n.delivered_at IS NOT NULL OR n.read_at IS NOT NULL THEN 'delivered'
    WHEN n.accepted_at IS NOT NULL AND n.state <> 'failed' THEN 'accepted'
    ELSE '' END,
  recipient_hash = coalesce(n.recipient_hash, (
    SELECT a.phone_hash FROM requests_app_application AS a
    WHERE a.id = n.application_id AND n.channel IN ('whatsapp', 'hand')
      AND n.purpose NOT IN ('contact_changed', 'number_sent', 'code')
  ))
WHERE n.leaves_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0028_notices_go_on")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
