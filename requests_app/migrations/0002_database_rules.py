"""Rules that the database itself keeps: written-once rows, gapless zone coverage, a promise's frozen due moment."""

from django.db import migrations

APPEND_ONLY = ["requests_app_event", "requests_app_accesslog", "requests_app_staffnote"]

WRITTEN_ONCE = """
CREATE FUNCTION adminduk_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION adminduk_written_once();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION adminduk_written_once();
"""
    for table in APPEND_ONLY
)

NOT_WRITTEN_ONCE = "".join(
    f"DROP TRIGGER written_once ON {table}; DROP TRIGGER never_truncated ON {table};" for table in APPEND_ONLY
) + "DROP FUNCTION adminduk_written_once();"

FROZEN_DUE = """
CREATE FUNCTION adminduk_promise_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.due_at <> OLD.due_at OR NEW.started_at <> OLD.started_at OR NEW.round <> OLD.round
     OR NEW.application_id <> OLD.application_id THEN
    RAISE EXCEPTION 'a promise is frozen when written';
  END IF;
  IF OLD.outcome <> 'open' AND NEW.outcome <> OLD.outcome THEN
    RAISE EXCEPTION 'a promise ends once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER promise_is_frozen BEFORE UPDATE ON requests_app_promise
  FOR EACH ROW EXECUTE FUNCTION adminduk_promise_is_frozen();
"""

NOT_FROZEN = """
DROP TRIGGER promise_is_frozen ON requests_app_promise; DROP FUNCTION adminduk_promise_is_frozen();
"""

# Checked at commit: from its first day on, a kelurahan's coverage has no hole, and its last one has no end.
GAPLESS = """
CREATE FUNCTION adminduk_coverage_is_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ward text;
BEGIN
  FOR ward IN
    SELECT DISTINCT w FROM unnest(ARRAY[
      to_jsonb(OLD) ->> 'kelurahan_id', to_jsonb(NEW) ->> 'kelurahan_id', to_jsonb(NEW) ->> 'code']) w
    WHERE w IS NOT NULL
  LOOP
    IF EXISTS (SELECT 1 FROM requests_app_kelurahan WHERE code = ward) AND (
      SELECT count(*) FILTER (WHERE upper_inf(valid)) <> 1
          OR count(*) FILTER (WHERE NOT upper_inf(valid) AND NOT EXISTS (
               SELECT 1 FROM requests_app_zonecoverage n
               WHERE n.kelurahan_id = ward AND lower(n.valid) = upper(c.valid))) > 0
      FROM requests_app_zonecoverage c WHERE c.kelurahan_id = ward
    ) THEN
      RAISE EXCEPTION 'kelurahan % would be without a zone for some time', ward USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER coverage_is_gapless AFTER INSERT OR UPDATE OR DELETE ON requests_app_zonecoverage
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adminduk_coverage_is_gapless();
CREATE CONSTRAINT TRIGGER kelurahan_is_covered AFTER INSERT ON requests_app_kelurahan
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adminduk_coverage_is_gapless();
"""

NOT_GAPLESS = """
DROP TRIGGER coverage_is_gapless ON requests_app_zonecoverage;
DROP TRIGGER kelurahan_is_covered ON requests_app_kelurahan;
DROP FUNCTION adminduk_coverage_is_gapless();
"""

# A guard inside a transaction: what was read before it began must still be so, or nothing of it holds.
EXPECT = """
CREATE FUNCTION adminduk_expect(what text, holds boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION '%', what USING ERRCODE = 'AD001';
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial")]
    operations = [
        migrations.RunSQL(WRITTEN_ONCE, NOT_WRITTEN_ONCE),
        migrations.RunSQL(FROZEN_DUE, NOT_FROZEN),
        migrations.RunSQL(GAPLESS, NOT_GAPLESS),
        migrations.RunSQL(EXPECT, "DROP FUNCTION adminduk_expect(text, boolean);"),
    ]
