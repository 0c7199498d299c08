-- One service's log in PostgreSQL. Every statement may be run again on an existing log.
-- Positions are dense and in commit order because the head row is read and moved under a transaction-scoped
-- advisory lock; a sequence would be neither (docs/adr/0002).

CREATE TABLE IF NOT EXISTS log_head (
  id smallint PRIMARY KEY CHECK (id = 1),
  next_position bigint NOT NULL,
  next_pub_seq bigint NOT NULL,
  hlc_ms bigint NOT NULL,
  hlc_counter integer NOT NULL,
  room bigint NOT NULL -- positions below it have a partition
) WITH (fillfactor = 10);
INSERT INTO log_head VALUES (1, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS event (
  position bigint PRIMARY KEY,
  stream_id text NOT NULL,
  version bigint NOT NULL CHECK (version >= 0),
  type text NOT NULL,
  pub_seq bigint,
  leaf bytea NOT NULL CHECK (octet_length(leaf) <= 65535)
) PARTITION BY RANGE (position);

-- Where each stream is and how far it has come. No index reaches over partitions, so this is what keeps a version from
-- standing twice in different ones, and what tells a reader of the stream which of them to look into.
CREATE TABLE IF NOT EXISTS stream (
  stream_id text PRIMARY KEY,
  version bigint NOT NULL,
  first_position bigint NOT NULL,
  last_position bigint NOT NULL
) WITH (fillfactor = 70);

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

-- Makes partitions of p_span positions until every position below p_until has one. The append lock must be held, or
-- the log be nobody else's yet.
CREATE OR REPLACE FUNCTION make_room(p_until bigint, p_span bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  start bigint := (SELECT room FROM log_head);
  name text;
BEGIN
  WHILE start < p_until LOOP
    name := 'event_p' || start / p_span;
    -- Made apart and then attached: that lets others read and write the log meanwhile, which CREATE ... PARTITION OF
    -- does not, and whoever holds a lock it waits for may be waiting for ours.
    EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING ALL, UNIQUE (stream_id, version))', name);
    EXECUTE format('CREATE UNIQUE INDEX ON %I (pub_seq) WHERE pub_seq IS NOT NULL', name);
    EXECUTE format('CREATE TRIGGER rows_stay BEFORE UPDATE OR DELETE ON %I'
      ' FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER table_stays BEFORE TRUNCATE ON %I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER rows_stay, ENABLE ALWAYS TRIGGER table_stays', name);
    EXECUTE format('ALTER TABLE event ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, start, start + p_span);
    start := start + p_span;
    UPDATE log_head SET room = start;
  END LOOP;
END $$;

-- Places the events of one command at the end of the log.
-- outcome: appended | duplicate (this command is already in the log) | reused (its id stands for other content)
--          | stale (the stream is at `actual`, not at p_expected).
-- p_types is joined by commas, p_published has one t or f an event, p_envelopes is joined by newlines.
-- p_span is how many positions a partition has.
CREATE OR REPLACE FUNCTION append_events(
  p_stream text, p_expected bigint, p_command text, p_fingerprint text,
  p_types text, p_published text, p_envelopes bytea, p_cause_ms bigint, p_cause_counter integer,
  p_span bigint,
  OUT outcome text, OUT first_position bigint, OUT events integer, OUT actual bigint, OUT ms bigint, OUT counter integer
) LANGUAGE plpgsql AS $$
DECLARE
  types text[] := string_to_array(p_types, ',');
  envelopes text[] := string_to_array(convert_from(p_envelopes, 'UTF8'), E'\n');
  known text;
  head log_head%ROWTYPE;
  published integer := length(replace(p_published, 'f', ''));
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    -- A snapshot taken before the lock would show a head that others have moved since.
    RAISE EXCEPTION 'append needs READ COMMITTED' USING ERRCODE = 'BB500';
  END IF;
  PERFORM pg_advisory_xact_lock(20260301);

  SELECT c.fingerprint, c.first_position, c.events INTO known, first_position, events
    FROM command c WHERE c.command_id = p_command;
  IF FOUND THEN
    outcome := CASE WHEN known = p_fingerprint THEN 'duplicate' ELSE 'reused' END;
    RETURN;
  END IF;
  SELECT s.version INTO actual FROM stream s WHERE s.stream_id = p_stream;
  actual := coalesce(actual, -1);
  IF actual <> p_expected THEN
    outcome := 'stale';
    RETURN;
  END IF;

  SELECT * INTO head FROM log_head WHERE id = 1;
  first_position := head.next_position;
  events := cardinality(types);
  IF first_position + events > head.room - p_span / 2 THEN
    BEGIN
      -- Attaching needs no more; of the partitions some may be under autovacuum at any time.
      LOCK TABLE ONLY event IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
      PERFORM make_room(first_position + events + p_span / 2, p_span);
    EXCEPTION WHEN lock_not_available THEN
      -- Somebody analyses the table, say. Half a partition is left in which to find a better moment.
      IF first_position + events > head.room THEN
        RAISE;
      END IF;
    END;
  END IF;
  ms := greatest(head.hlc_ms, p_cause_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
  counter := greatest(
    CASE WHEN ms = head.hlc_ms THEN head.hlc_counter + 1 ELSE 0 END,
    CASE WHEN ms = p_cause_ms THEN p_cause_counter + 1 ELSE 0 END);
  INSERT INTO event
    SELECT first_position + n - 1, p_stream, p_expected + n, type,
      CASE WHEN substr(p_published, n::integer, 1) = 't'
        THEN head.next_pub_seq + length(replace(substr(p_published, 1, n::integer), 'f', '')) - 1 END,
      convert_to('{"e":' || envelope || ',"h":[' || ms || ',' || counter + n - 1 || '],"p":' || first_position + n - 1
        || '}', 'UTF8')
    FROM unnest(types, envelopes) WITH ORDINALITY AS placed (type, envelope, n);
  IF p_expected = -1 THEN
    INSERT INTO stream VALUES (p_stream, events - 1, first_position, first_position + events - 1);
  ELSE
    UPDATE stream SET version = p_expected + events, last_position = head.next_position + events - 1
      WHERE stream_id = p_stream;
  END IF;
  UPDATE log_head SET next_position = first_position + events, next_pub_seq = head.next_pub_seq + published,
    hlc_ms = ms, hlc_counter = counter + events - 1 WHERE id = 1;
  INSERT INTO command VALUES (p_command, p_fingerprint, first_position, events);
  outcome := 'appended';
  actual := p_expected + events;
END $$;
