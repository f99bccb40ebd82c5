"""The one statement of the pass. SQL by hand, because INSERT … SELECT is the point (bench/reminders.py).

The queries stand one upon the other:

situation, rung, phrase  what Python worked out: a few dozen rows each
owing                    the dues in those situations that are still owed
pending                  who has not been told of the last step of their audience
judged                   each of their steps that is not in the ledger: sent or overtaken, by which channel
ledger, sent             the ledger's new rows, and of these what is to go out
event                    one for each due and step that nobody was told of before

The planner knows nothing of what is bound, takes everything for a row or two, and would join by reading one list once
for each row of another. So what is owed is found before anybody is looked for: otherwise each membership would look for
it anew. The ledger is asked by sub-selects (`… IS NULL`, `… = 0`), each looked up by the index of its constraint, and
its new uids are a hashed set (`IS TRUE`); NOT EXISTS and IN would become joins. The ledger is written in order: what is
sorted was read to its end, so nothing is looked up in a table that grows meanwhile.
"""

WRITING = """
situation AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(situations)s::jsonb) AS given (
    key int, programme bigint, cycle bigint, capacity text, due_on date, due_end timestamptz, office bigint)),
rung AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(rungs)s::jsonb) AS given (
    key int, place int, step bigint, audience text, role text, reader text, day date, at timestamptz,
    is_last boolean, about jsonb)),
phrase AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(phrases)s::jsonb) AS given (
    key int, language text, english boolean, reader text, topic text, report text, due text, remaining text)),
owing AS MATERIALIZED (
  SELECT due.id AS due, due.due_end, due.unit_id, due.receiver_id, report.id AS report,
    (due.dated_at AT TIME ZONE %(office_time)s)::date AS dated_on, situation.key, situation.programme
  FROM situation
  JOIN reporting_due due ON due.cycle_id = situation.cycle AND due.capacity = situation.capacity
    AND due.due_on = situation.due_on AND due.due_end = situation.due_end
    AND CASE WHEN due.unit_id = ANY(%(offices)s::bigint[]) THEN due.unit_id ELSE 0 END = situation.office
  JOIN reporting_report report ON report.due_id = due.id
  WHERE report.status <> ALL(%(with_receiver)s) AND report.accepted_version_id IS NULL
    AND due.exempted_at IS NULL),
pending AS MATERIALIZED (
  SELECT owing.*, rung.audience, person.id AS person, person.mail_rhythm, person.language
  FROM owing
  JOIN rung ON rung.key = owing.key AND rung.is_last AND rung.day > owing.dated_on
  JOIN accounts_membership hat ON hat.programme_id = owing.programme AND hat.role = rung.role
    AND hat.ended_at IS NULL
    AND hat.unit_id = CASE rung.audience WHEN %(receiver)s THEN owing.receiver_id ELSE owing.unit_id END
  JOIN accounts_user person ON person.id = hat.user_id AND person.is_active
  WHERE (
    SELECT told.id FROM reporting_reminder told
    WHERE told.due_id = owing.due AND told.due_end = owing.due_end AND told.step_id = rung.step
      AND told.recipient_id = hat.user_id AND told.channel = %(notice)s) IS NULL),
placed AS (
  SELECT pending.*, rung.step, rung.reader, rung.at, rung.about,
    row_number() OVER (PARTITION BY pending.due, pending.person ORDER BY rung.place DESC) = 1 AS is_latest,
    (SELECT max(told.at) FROM reporting_reminder told
     WHERE told.due_id = pending.due AND told.due_end = pending.due_end AND told.recipient_id = pending.person
       AND told.outcome = %(sent)s) AS told_at,
    (SELECT count(*) FROM reporting_reminder told
     WHERE told.due_id = pending.due AND told.due_end = pending.due_end AND told.step_id = rung.step
       AND told.outcome = %(sent)s) = 0 AS is_first
  FROM pending
  JOIN rung ON rung.key = pending.key AND rung.audience = pending.audience AND rung.day > pending.dated_on
  WHERE (
    SELECT told.id FROM reporting_reminder told
    WHERE told.due_id = pending.due AND told.due_end = pending.due_end AND told.step_id = rung.step
      AND told.recipient_id = pending.person AND told.channel = %(notice)s) IS NULL),
judged AS MATERIALIZED (
  SELECT portal_uuid7() AS uid, channel.name AS channel, placed.*,
    CASE WHEN is_latest AND coalesce(told_at < at, true) THEN %(sent)s ELSE %(overtaken)s END AS outcome
  FROM placed
  JOIN (VALUES (%(notice)s), (%(mail)s)) AS channel (name)
    ON channel.name = %(notice)s
    OR mail_rhythm = %(at_once)s AND is_latest AND coalesce(told_at < at, true)),
ledger AS (
  INSERT INTO reporting_reminder (uid, due_id, due_end, step_id, recipient_id, channel, outcome, at)
  SELECT uid, due, due_end, step, person, channel, outcome, %(now)s FROM judged
  ORDER BY due, step, person, channel
  ON CONFLICT DO NOTHING
  RETURNING uid),
sent AS MATERIALIZED (
  SELECT * FROM judged WHERE outcome = %(sent)s AND (uid IN (SELECT uid FROM ledger)) IS TRUE),
event AS (
  INSERT INTO records_event (
    uid, at, act, user_name, role, acting_unit_name, origin, programme_id, subject_kind, subject_uid, subject_label,
    unit_id, receiver_id, outcome, comment, data, previous_hash, hash)
  SELECT portal_uuid7(), %(now)s, 'due.remind', '', '', '', '', first.programme, 'report', report.uid,
    left(replace(phrase.report, %(who)s, coalesce(pilot.name_as_published, unit.name_now)), 300),
    due.unit_id, CASE WHEN first.reader = 'receiving' THEN due.receiver_id END, '', '',
    first.about || jsonb_build_object('due_on', due.due_on, 'people', first.people), '', ''
  FROM (
    SELECT due, due_end, step, key, programme, reader, about, count(*) AS people FROM sent
    WHERE channel = %(notice)s AND is_first GROUP BY due, due_end, step, key, programme, reader, about) first
  JOIN reporting_due due ON due.id = first.due
  JOIN reporting_report report ON report.due_id = first.due
  JOIN units_unit unit ON unit.id = due.unit_id
  LEFT JOIN pilots_pilotarea pilot ON pilot.id = due.pilot_area_id
  JOIN phrase ON phrase.key = first.key AND phrase.language = %(language)s AND phrase.reader = first.reader
  ORDER BY due.id, first.step, first.key, first.reader)
"""

NEWS = """
SELECT sent.uid, sent.channel, sent.person, phrase.topic, sent.programme,
  jsonb_build_object(
    'report', replace(phrase.report, %(who)s, CASE
      WHEN pilot.id IS NULL THEN office.name
      WHEN phrase.english AND pilot.name_en <> '' THEN pilot.name_en
      ELSE pilot.name_as_published END),
    'unit', office.name, 'due', phrase.due, 'left', phrase.remaining),
  %(path)s || report.uid || '/'
FROM sent
JOIN reporting_report report ON report.id = sent.report
JOIN reporting_due due ON due.id = sent.due
JOIN units_unit unit ON unit.id = due.unit_id
LEFT JOIN pilots_pilotarea pilot ON pilot.id = due.pilot_area_id
JOIN phrase ON phrase.key = sent.key AND phrase.reader = sent.reader
  AND phrase.language = CASE WHEN sent.language = ANY(%(languages)s) THEN sent.language ELSE %(language)s END
CROSS JOIN LATERAL (
  SELECT CASE WHEN phrase.english AND unit.name_en_now <> '' THEN unit.name_en_now ELSE unit.name_now END AS name
) office
"""
"""What goes into the outbox: a row of the ledger and its message have one uid."""
