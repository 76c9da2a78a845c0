"""Rules of blanks that the database itself keeps: counters are the ledger's sum, one blank per application at most."""

from django.db import migrations

# Which counters each kind of line changes, and which way.
SHAPES = """
ALTER TABLE requests_app_blankmovement ADD CONSTRAINT ledger_line_fits_its_kind CHECK (
  CASE kind
    WHEN 'receipt' THEN on_hand > 0 AND reserved = 0 AND drawn = 0 AND box_id IS NOT NULL AND receipt_id IS NOT NULL
    WHEN 'sent'    THEN on_hand < 0 AND reserved = 0 AND drawn = 0 AND box_id IS NOT NULL AND transfer_id IS NOT NULL
    WHEN 'arrived' THEN on_hand > 0 AND reserved = 0 AND drawn = 0 AND box_id IS NOT NULL AND transfer_id IS NOT NULL
    WHEN 'reserve' THEN on_hand = 0 AND reserved = 1 AND drawn = 0 AND box_id IS NULL AND application_id IS NOT NULL
    WHEN 'release' THEN on_hand = 0 AND reserved = -1 AND drawn = 0 AND box_id IS NULL AND application_id IS NOT NULL
    WHEN 'draw'    THEN on_hand = 0 AND reserved = 0 AND drawn > 0 AND box_id IS NOT NULL AND batch_id IS NOT NULL
    WHEN 'return'  THEN on_hand = 0 AND reserved = 0 AND drawn < 0 AND box_id IS NOT NULL AND batch_id IS NOT NULL
    WHEN 'print'   THEN on_hand = -1 AND reserved = -1 AND drawn = -1 AND box_id IS NOT NULL AND card_id IS NOT NULL
                        AND application_id IS NOT NULL
    WHEN 'spoil'   THEN on_hand < 0 AND reserved IN (0, -1) AND drawn IN (0, -1) AND box_id IS NOT NULL
                        AND (reserved = 0 OR application_id IS NOT NULL) AND reason <> ''
    WHEN 'outside' THEN on_hand < 0 AND reserved = 0 AND drawn = 0 AND box_id IS NOT NULL AND day IS NOT NULL
    WHEN 'correct' THEN on_hand <> 0 AND reserved = 0 AND drawn = 0 AND box_id IS NOT NULL AND count_id IS NOT NULL
    ELSE false
  END);
"""
NO_SHAPES = "ALTER TABLE requests_app_blankmovement DROP CONSTRAINT ledger_line_fits_its_kind;"

# A line moves the counters of its location, of its box there, and of who holds a blank. It runs with its owner's
# rights, because the processes' role may not write those counters. The location's row is locked first, so lines of one
# location come one after the other, and lines of two locations do not wait for each other.
COUNTERS = """
CREATE FUNCTION adminduk_ledger_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE requests_app_blankstock
    SET on_hand = on_hand + NEW.on_hand, reserved = reserved + NEW.reserved, drawn = drawn + NEW.drawn
    WHERE id = NEW.stock_id;
  IF NEW.box_id IS NOT NULL THEN
    UPDATE requests_app_blankholding SET quantity = quantity + NEW.on_hand, drawn = drawn + NEW.drawn
      WHERE box_id = NEW.box_id AND stock_id = NEW.stock_id;
    IF NOT FOUND THEN
      INSERT INTO requests_app_blankholding (box_id, stock_id, quantity, drawn)
        VALUES (NEW.box_id, NEW.stock_id, NEW.on_hand, NEW.drawn);
    END IF;
  END IF;
  IF NEW.reserved > 0 THEN
    INSERT INTO requests_app_blankhold (application_id, stock_id, since)
      VALUES (NEW.application_id, NEW.stock_id, NEW.at);
  ELSIF NEW.reserved < 0 THEN
    DELETE FROM requests_app_blankhold WHERE application_id = NEW.application_id AND stock_id = NEW.stock_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'application % holds no blank here', NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_counts AFTER INSERT ON requests_app_blankmovement
  FOR EACH ROW EXECUTE FUNCTION adminduk_ledger_counts();

CREATE FUNCTION adminduk_stock_begins_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.on_hand := 0; NEW.reserved := 0; NEW.drawn := 0;
  RETURN NEW;
END $$;
CREATE TRIGGER stock_begins_empty BEFORE INSERT ON requests_app_blankstock
  FOR EACH ROW EXECUTE FUNCTION adminduk_stock_begins_empty();
"""
NO_COUNTERS = """
DROP TRIGGER stock_begins_empty ON requests_app_blankstock; DROP FUNCTION adminduk_stock_begins_empty();
DROP TRIGGER ledger_counts ON requests_app_blankmovement; DROP FUNCTION adminduk_ledger_counts();
"""

# At commit: what is in the print queue holds a blank, and nothing holds one that is not approved and unprinted. So
# whoever withdraws or annuls has to give it back.
HOLDERS = """
CREATE FUNCTION adminduk_holds_a_blank() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  who bigint := CASE TG_TABLE_NAME WHEN 'requests_app_application' THEN (to_jsonb(NEW) ->> 'id')::bigint
                ELSE (to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END) ->> 'application_id')::bigint END;
  state text;
  holds boolean := EXISTS (SELECT FROM requests_app_blankhold WHERE application_id = who);
BEGIN
  SELECT status INTO state FROM requests_app_application WHERE id = who;
  IF state = 'ready_to_print' AND NOT holds THEN
    RAISE EXCEPTION 'application % is to be printed without a blank', who USING ERRCODE = 'check_violation';
  END IF;
  IF holds AND state NOT IN ('approved', 'ready_to_print') THEN
    RAISE EXCEPTION 'application % keeps a blank it does not need', who USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER holds_a_blank AFTER UPDATE OF status ON requests_app_application
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.service = 'ktp_el' AND (OLD.status IN ('approved', 'ready_to_print') OR NEW.status = 'ready_to_print'))
  EXECUTE FUNCTION adminduk_holds_a_blank();
CREATE CONSTRAINT TRIGGER holds_a_blank AFTER INSERT OR DELETE ON requests_app_blankhold
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adminduk_holds_a_blank();
"""
NO_HOLDERS = """
DROP TRIGGER holds_a_blank ON requests_app_blankhold; DROP TRIGGER holds_a_blank ON requests_app_application;
DROP FUNCTION adminduk_holds_a_blank();
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0023_blanks")]
    operations = [
        migrations.RunSQL(SHAPES, NO_SHAPES),
        migrations.RunSQL(COUNTERS, NO_COUNTERS),
        migrations.RunSQL(HOLDERS, NO_HOLDERS),
    ]
