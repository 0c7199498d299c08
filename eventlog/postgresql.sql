-- One service's log in PostgreSQL. Every statement may be run again on an existing log.
-- Positions are dense and in commit order because the head row is read and moved under a transaction-scoped
-- advisory lock; a sequence would be neither (docs/adr/0002).

CREATE TABLE IF NOT EXISTS log_head (
  id smallint PRIMARY KEY CHECK (id = 1),
  next_position bigint NOT NULL,
  next_pub_seq bigint NOT NULL,
  hlc_ms bigint NOT NULL,
  hlc_counter integer NOT NULL
) WITH (fillfactor = 10);
INSERT INTO log_head VALUES (1, 0, 0, 0, 0) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS event (
  position bigint PRIMARY KEY,
  stream_id text NOT NULL,
  version bigint NOT NULL CHECK (version >= 0),
  type text NOT NULL,
  pub_seq bigint,
  leaf bytea NOT NULL CHECK (octet_length(leaf) <= 65535),
  UNIQUE (stream_id, version)
);
CREATE UNIQUE INDEX IF NOT EXISTS event_pub_seq ON event (pub_seq) WHERE pub_seq IS NOT NULL;

CREATE TABLE IF NOT EXISTS command (
  command_id text PRIMARY KEY,
  fingerprint text NOT NULL,
  first_position bigint NOT NULL,
  events integer NOT NULL
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'BB403';
END $$;
CREATE OR REPLACE TRIGGER event_rows_stay BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER event_table_stays BEFORE TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_rows_stay;
ALTER TABLE event ENABLE ALWAYS TRIGGER event_table_stays;

-- Places the events of one command at the end of the log.
-- outcome: appended | duplicate (this command is already in the log) | reused (its id stands for other content)
--          | stale (the stream is at `actual`, not at p_expected).
CREATE OR REPLACE FUNCTION append_events(
  p_stream text, p_expected bigint, p_command text, p_fingerprint text,
  p_types text[], p_published boolean[], p_envelopes bytea[], p_cause_ms bigint, p_cause_counter integer
) RETURNS TABLE (outcome text, first_position bigint, events integer, actual bigint, ms bigint, counter integer)
LANGUAGE plpgsql AS $$
DECLARE
  head log_head%ROWTYPE;
  earlier command%ROWTYPE;
  reached bigint;
  clock_ms bigint;
  first_counter integer;
  n integer := cardinality(p_types);
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    -- A snapshot taken before the lock would show a head that others have moved since.
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'BB500';
  END IF;
  PERFORM pg_advisory_xact_lock(20260301);

  SELECT * INTO earlier FROM command c WHERE c.command_id = p_command;
  IF FOUND THEN
    RETURN QUERY SELECT CASE WHEN earlier.fingerprint = p_fingerprint THEN 'duplicate' ELSE 'reused' END,
      earlier.first_position, earlier.events, NULL::bigint, NULL::bigint, NULL::integer;
    RETURN;
  END IF;
  SELECT coalesce(max(e.version), -1) INTO reached FROM event e WHERE e.stream_id = p_stream;
  IF reached <> p_expected THEN
    RETURN QUERY SELECT 'stale', NULL::bigint, 0, reached, NULL::bigint, NULL::integer;
    RETURN;
  END IF;

  SELECT * INTO head FROM log_head WHERE id = 1;
  clock_ms := greatest(head.hlc_ms, p_cause_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
  first_counter := greatest(
    CASE WHEN clock_ms = head.hlc_ms THEN head.hlc_counter + 1 ELSE 0 END,
    CASE WHEN clock_ms = p_cause_ms THEN p_cause_counter + 1 ELSE 0 END);

  INSERT INTO event (position, stream_id, version, type, pub_seq, leaf)
  SELECT head.next_position + i - 1, p_stream, p_expected + i, kind,
    CASE WHEN public THEN head.next_pub_seq - 1 + count(*) FILTER (WHERE public) OVER (ORDER BY i) END,
    '{"e":'::bytea || envelope || convert_to(
      format(',"h":[%s,%s],"p":%s}', clock_ms, first_counter + i - 1, head.next_position + i - 1), 'UTF8')
  FROM unnest(p_types, p_published, p_envelopes) WITH ORDINALITY AS u (kind, public, envelope, i);

  UPDATE log_head SET next_position = head.next_position + n,
    next_pub_seq = head.next_pub_seq + (SELECT count(*) FROM unnest(p_published) AS p (public) WHERE public),
    hlc_ms = clock_ms, hlc_counter = first_counter + n - 1 WHERE id = 1;
  INSERT INTO command VALUES (p_command, p_fingerprint, head.next_position, n);
  RETURN QUERY SELECT 'appended', head.next_position, n, p_expected + n, clock_ms, first_counter;
END $$;
