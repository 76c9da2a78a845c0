"""Rules of visits that the database itself keeps: places, who is coming, whose number invites, and active zones."""

from django.db import migrations

# The counter of a slot follows its visits, so the check `booked <= capacity` bounds every way of taking a place.
PLACES = """
CREATE FUNCTION adminduk_takes_place(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT state IN ('invited', 'confirmed', 'checked_in', 'served', 'missed')
$$;
CREATE FUNCTION adminduk_slot_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint; after bigint;
BEGIN
  IF TG_OP <> 'INSERT' AND adminduk_takes_place(OLD.state) THEN before := OLD.slot_id; END IF;
  IF TG_OP <> 'DELETE' AND adminduk_takes_place(NEW.state) THEN after := NEW.slot_id; END IF;
  IF before IS DISTINCT FROM after THEN
    UPDATE requests_app_slot SET booked = booked + CASE WHEN id = after THEN 1 ELSE -1 END WHERE id IN (before, after);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER slot_counts AFTER INSERT OR DELETE OR UPDATE OF slot_id, state ON requests_app_visit
  FOR EACH ROW EXECUTE FUNCTION adminduk_slot_counts();
CREATE UNIQUE INDEX one_visit_per_seat ON requests_app_visit (slot_id, seat)
  WHERE slot_id IS NOT NULL AND adminduk_takes_place(state);
"""
NO_PLACES = """
DROP INDEX one_visit_per_seat; DROP TRIGGER slot_counts ON requests_app_visit;
DROP FUNCTION adminduk_slot_counts(); DROP FUNCTION adminduk_takes_place(text);
"""

# "One person never holds two coming slots": the unique indexes are over rows that follow their visit's state.
COMING = """
CREATE FUNCTION adminduk_coming_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE requests_app_visitperson SET coming = NEW.state IN ('invited', 'confirmed')
    WHERE visit_id = NEW.id AND coming IS DISTINCT FROM (NEW.state IN ('invited', 'confirmed'));
  UPDATE requests_app_visitapplication SET coming = NEW.state IN ('invited', 'confirmed') AND outcome = ''
    WHERE visit_id = NEW.id AND coming IS DISTINCT FROM (NEW.state IN ('invited', 'confirmed') AND outcome = '');
  RETURN NULL;
END $$;
CREATE TRIGGER coming_follows AFTER UPDATE OF state ON requests_app_visit
  FOR EACH ROW EXECUTE FUNCTION adminduk_coming_follows();
CREATE FUNCTION adminduk_coming_is_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.coming := EXISTS (
    SELECT FROM requests_app_visit WHERE id = NEW.visit_id AND state IN ('invited', 'confirmed'));
  RETURN NEW;
END $$;
CREATE TRIGGER coming_is_set BEFORE INSERT ON requests_app_visitperson
  FOR EACH ROW EXECUTE FUNCTION adminduk_coming_is_set();
CREATE TRIGGER coming_is_set BEFORE INSERT ON requests_app_visitapplication
  FOR EACH ROW EXECUTE FUNCTION adminduk_coming_is_set();
"""
NOT_COMING = """
DROP TRIGGER coming_is_set ON requests_app_visitapplication; DROP TRIGGER coming_is_set ON requests_app_visitperson;
DROP FUNCTION adminduk_coming_is_set(); DROP TRIGGER coming_follows ON requests_app_visit;
DROP FUNCTION adminduk_coming_follows();
"""

# An invitation never leaves from another zone's number: a notice's zone is its visit's zone.
OWN_NUMBER = """
CREATE UNIQUE INDEX visit_and_its_zone ON requests_app_visit (id, zone_id);
ALTER TABLE requests_app_notice ADD CONSTRAINT visit_notice_from_own_zone
  FOREIGN KEY (visit_id, zone_id) REFERENCES requests_app_visit (id, zone_id) DEFERRABLE INITIALLY DEFERRED;
"""
ANY_NUMBER = """
ALTER TABLE requests_app_notice DROP CONSTRAINT visit_notice_from_own_zone; DROP INDEX visit_and_its_zone;
"""

# No check-in for KK or legalisir without a valid invitation, or a walk-in that somebody allowed: at commit, an
# application that is being served is on a visit that is at the desk.
AT_THE_DESK = """
CREATE FUNCTION adminduk_served_at_a_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM requests_app_application WHERE id = NEW.id AND status = 'checked_in') AND NOT EXISTS (
    SELECT FROM requests_app_visitapplication s JOIN requests_app_visit v ON v.id = s.visit_id
    WHERE s.application_id = NEW.id AND v.state = 'checked_in') THEN
    RAISE EXCEPTION 'application % is served without a visit', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER served_at_a_visit AFTER INSERT OR UPDATE OF status ON requests_app_application
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'checked_in')
  EXECUTE FUNCTION adminduk_served_at_a_visit();
"""
ANYWHERE = """
DROP TRIGGER served_at_a_visit ON requests_app_application; DROP FUNCTION adminduk_served_at_a_visit();
"""

# Every kelurahan has exactly one *active* zone: what covers today or later stays active, and has no coming visits
# when it ends.
ACTIVE = """
CREATE FUNCTION adminduk_zone_is_active() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE zone bigint := CASE TG_TABLE_NAME WHEN 'requests_app_zone' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'zone_id')::bigint END;
BEGIN
  IF EXISTS (SELECT FROM requests_app_zone WHERE id = zone AND NOT is_active) AND (
    EXISTS (SELECT FROM requests_app_zonecoverage WHERE zone_id = zone
            AND (upper_inf(valid) OR upper(valid) > current_date))
    OR EXISTS (SELECT FROM requests_app_visit WHERE zone_id = zone AND state IN ('invited', 'confirmed', 'checked_in'))
  ) THEN
    RAISE EXCEPTION 'zone % is still needed', zone USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zone_is_active AFTER UPDATE OF is_active ON requests_app_zone
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT NEW.is_active) EXECUTE FUNCTION adminduk_zone_is_active();
CREATE CONSTRAINT TRIGGER zone_is_active AFTER INSERT OR UPDATE ON requests_app_zonecoverage
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adminduk_zone_is_active();
CREATE CONSTRAINT TRIGGER zone_is_active AFTER INSERT ON requests_app_visit
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adminduk_zone_is_active();
"""
INACTIVE = """
DROP TRIGGER zone_is_active ON requests_app_visit; DROP TRIGGER zone_is_active ON requests_app_zonecoverage;
DROP TRIGGER zone_is_active ON requests_app_zone; DROP FUNCTION adminduk_zone_is_active();
"""

SURVEYS = """
ALTER TABLE requests_app_survey ADD CONSTRAINT survey_has_nine_answers
  CHECK (cardinality(answers) = 9 AND 1 <= ALL (answers) AND 4 >= ALL (answers));
"""
ANY_SURVEYS = "ALTER TABLE requests_app_survey DROP CONSTRAINT survey_has_nine_answers;"


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_visits")]
    operations = [
        migrations.RunSQL(PLACES, NO_PLACES),
        migrations.RunSQL(COMING, NOT_COMING),
        migrations.RunSQL(OWN_NUMBER, ANY_NUMBER),
        migrations.RunSQL(AT_THE_DESK, ANYWHERE),
        migrations.RunSQL(ACTIVE, INACTIVE),
        migrations.RunSQL(SURVEYS, ANY_SURVEYS),
    ]
