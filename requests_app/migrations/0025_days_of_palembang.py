"""Whether a zone still covers a kelurahan goes by Palembang's day; the server's own ends seven hours later."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION adminduk_zone_is_active() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE zone bigint := CASE TG_TABLE_NAME WHEN 'requests_app_zone' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'zone_id')::bigint END;
BEGIN
  IF EXISTS (SELECT FROM requests_app_zone WHERE id = zone AND NOT is_active) AND (
    EXISTS (SELECT FROM requests_app_zonecoverage WHERE zone_id = zone
            AND (upper_inf(valid) OR upper(valid) > %s))
    OR EXISTS (SELECT FROM requests_app_visit WHERE zone_id = zone AND state IN ('invited', 'confirmed', 'checked_in'))
  ) THEN
    RAISE EXCEPTION 'zone %% is still needed', zone USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
BY_PALEMBANG = FUNCTION % "(now() AT TIME ZONE 'Asia/Jakarta')::date"
BY_THE_SERVER = FUNCTION % "current_date"


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0024_blank_rules")]
    operations = [migrations.RunSQL(BY_PALEMBANG, BY_THE_SERVER)]
