"""The one statement of the pass over tasks. SQL by hand, because INSERT … SELECT is the point, as in `statement.py`.

rung     what Python worked out: for each step and calendar the span of latest dates it is told for
open     tasks still to be done whose date lies in one of these spans, read by the index `task_open_by_date`
reached  each of them with the steps it has reached
asked    who is told: whoever answers for the task, itself or from the nearest row above it that says so (N10);
         people of the plan's office. Nobody who has no role in the programme: they could not open it
judged   what is not in the ledger yet: the latest step is sent, those before it are overtaken
ledger, sent, event  as for reports; one event for each task and step that nobody was told of before

The date belongs to the ledger's key: a task that is to be finished on another day is told of anew.
"""

WRITING = """
rung AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(%(rungs)s::jsonb) AS given (
    programme bigint, office bigint, step bigint, offset_days int, audience text, role text, place int,
    after date, until date)),
open AS MATERIALIZED (
  SELECT task.id AS task, task.parent_id AS parent, above.parent_id AS top, task.finish_by, plan.id AS plan,
    plan.unit_id, plan.programme_id AS programme,
    CASE WHEN plan.unit_id = ANY(%(offices)s::bigint[]) THEN plan.unit_id ELSE 0 END AS office
  FROM plans_task task
  JOIN plans_plan plan ON plan.id = task.plan_id AND plan.status = %(approved)s
  LEFT JOIN plans_task above ON above.id = task.parent_id
  WHERE task.is_leaf AND task.ended_at IS NULL AND task.state IN ('not_started', 'under_way')
    AND task.finish_by > %(first)s AND task.finish_by <= %(last)s),
reached AS MATERIALIZED (
  SELECT open.*, rung.step, rung.offset_days, rung.audience, rung.role, rung.place
  FROM open
  JOIN rung ON rung.programme = open.programme AND rung.office = open.office
    AND open.finish_by > rung.after AND open.finish_by <= rung.until),
asked AS (
  SELECT reached.*, duty.person_id AS person
  FROM reached
  CROSS JOIN LATERAL (
    SELECT held.id FROM (VALUES (reached.task, 0), (reached.parent, 1), (reached.top, 2)) AS held (id, up)
    WHERE EXISTS (
      SELECT FROM plans_duty own WHERE own.task_id = held.id AND own.tier = %(tier)s AND own.ended_at IS NULL)
    ORDER BY up LIMIT 1) nearest
  JOIN plans_duty duty ON duty.task_id = nearest.id AND duty.tier = %(tier)s AND duty.ended_at IS NULL
    AND duty.person_id IS NOT NULL
  WHERE reached.audience = %(persons)s AND EXISTS (
    SELECT FROM accounts_membership hat WHERE hat.user_id = duty.person_id
      AND hat.programme_id = reached.programme AND hat.ended_at IS NULL)
  UNION
  SELECT reached.*, hat.user_id
  FROM reached
  JOIN accounts_membership hat ON hat.unit_id = reached.unit_id AND hat.programme_id = reached.programme
    AND hat.role = reached.role AND hat.ended_at IS NULL
  WHERE reached.audience <> %(persons)s),
placed AS (
  SELECT asked.*, person.mail_rhythm, person.language,
    row_number() OVER (PARTITION BY asked.task, asked.person ORDER BY asked.place DESC) = 1 AND NOT EXISTS (
      SELECT FROM reporting_taskreminder told JOIN reporting_reminderstep step ON step.id = told.step_id
      WHERE told.task_id = asked.task AND told.finish_by = asked.finish_by AND told.recipient_id = asked.person
        AND told.outcome = %(sent)s AND step."offset" >= asked.offset_days) AS is_told,
    NOT EXISTS (
      SELECT FROM reporting_taskreminder told
      WHERE told.task_id = asked.task AND told.finish_by = asked.finish_by AND told.step_id = asked.step
        AND told.outcome = %(sent)s) AS is_first
  FROM asked
  JOIN accounts_user person ON person.id = asked.person AND person.is_active
  WHERE NOT EXISTS (
    SELECT FROM reporting_taskreminder told
    WHERE told.task_id = asked.task AND told.finish_by = asked.finish_by AND told.step_id = asked.step
      AND told.recipient_id = asked.person AND told.channel = %(notice)s)),
judged AS MATERIALIZED (
  SELECT portal_uuid7() AS uid, channel.name AS channel, placed.*,
    CASE WHEN is_told THEN %(sent)s ELSE %(overtaken)s END AS outcome
  FROM placed
  JOIN (VALUES (%(notice)s), (%(mail)s)) AS channel (name)
    ON channel.name = %(notice)s OR mail_rhythm = %(at_once)s AND is_told),
ledger AS (
  INSERT INTO reporting_taskreminder (uid, task_id, finish_by, step_id, recipient_id, channel, outcome, at)
  SELECT uid, task, finish_by, step, person, channel, outcome, %(now)s FROM judged
  ORDER BY task, step, person, channel
  ON CONFLICT DO NOTHING
  RETURNING uid),
sent AS MATERIALIZED (
  SELECT * FROM judged WHERE outcome = %(sent)s AND (uid IN (SELECT uid FROM ledger)) IS TRUE),
event AS (
  INSERT INTO records_event (
    uid, at, act, user_name, role, acting_unit_name, origin, programme_id, subject_kind, subject_uid, subject_label,
    unit_id, outcome, comment, data, previous_hash, hash)
  SELECT portal_uuid7(), %(now)s, 'task.remind', '', '', '', '', plan.programme_id, 'plan', plan.uid,
    left(pilot.name_as_published || '：' || plan.title, 300), plan.unit_id,
    left(btrim(task.mark || ' ' || task.name_zh), 200), '',
    jsonb_build_object('uid', task.uid, 'finish_by', first.finish_by, 'offset', first.offset_days,
      'audience', first.audience, 'people', first.people), '', ''
  FROM (
    SELECT task, finish_by, step, offset_days, audience, plan, count(*) AS people FROM sent
    WHERE channel = %(notice)s AND is_first GROUP BY task, finish_by, step, offset_days, audience, plan) first
  JOIN plans_task task ON task.id = first.task
  JOIN plans_plan plan ON plan.id = first.plan
  JOIN pilots_pilotarea pilot ON pilot.id = plan.pilot_area_id
  ORDER BY task.id, first.step)
"""

NEWS = """
SELECT sent.uid, sent.channel, sent.person,
  CASE WHEN sent.finish_by < %(today)s THEN 'reminder.task_overdue'
    WHEN sent.finish_by = %(today)s THEN 'reminder.task_today' ELSE 'reminder.task_before' END,
  sent.programme,
  jsonb_build_object(
    'task', btrim(task.mark || ' ' || CASE
      WHEN left(sent.language, 2) = 'en' AND task.name_en <> '' THEN task.name_en ELSE task.name_zh END),
    'pilot', CASE
      WHEN left(sent.language, 2) = 'en' AND pilot.name_en <> '' THEN pilot.name_en ELSE pilot.name_as_published END,
    'due', sent.finish_by),
  %(path)s || task.uid || '/'
FROM sent
JOIN plans_task task ON task.id = sent.task
JOIN plans_plan plan ON plan.id = sent.plan
JOIN pilots_pilotarea pilot ON pilot.id = plan.pilot_area_id
"""
"""What goes into the outbox: a row of the ledger and its message have one uid."""
