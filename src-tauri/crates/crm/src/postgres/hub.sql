-- The hub: devices hand their leads over here, a drainer takes them to the CRM. What the drainer has confirmed is cleared
-- to the lead's id, its revision and whether it is erased: the hub is no second copy.
--
-- Install:  zgoda crm sql | psql -v ON_ERROR_STOP=1 -d DATABASE
-- by a role that may create roles and schemas. Running it again changes nothing but the functions.
-- A device: create role tablet_1 login password '...' in role hub_device;
--
-- No extension and no sequence; every function is one statement of plain SQL, so that an engine that speaks PostgreSQL's
-- language over many machines runs it too. Names are written in full, because such engines have no search path of a
-- function's own; where the engine has one, it is set at the end.

-- Roles. Nobody signs in as one of these: they are given to the roles that do.
select 'create role ' || wanted.name || ' nologin'
from (values ('hub_owner'), ('hub_device'), ('hub_drainer'), ('hub_office')) as wanted (name)
where not exists (select 1 from pg_catalog.pg_roles where rolname = wanted.name)
\gexec
grant hub_owner to current_user;
create schema if not exists hub authorization hub_owner;
set role hub_owner;

create table if not exists hub.lead (
  id uuid primary key,
  -- The newest revision that was told; 0 where only a withdrawal, an expiry or an erasure was.
  revision bigint not null,
  -- A tombstone: beats everything that comes later, and is never taken away.
  erased boolean not null,
  -- Everything from here on is cleared once the drainer has confirmed the row.
  event text,
  receipt text,
  -- The reference to the person in the ledger: by it the drainer finds the lead in a record that it shares with others.
  subject text,
  payload jsonb,
  -- Up to which revision a purpose, or one channel of it (`purpose:channel`), is withdrawn, and a field past its deadline. What
  -- an erased person took back stays until the drainer has told it.
  withdrawn jsonb not null,
  expired jsonb not null,
  told_by text,
  told_at timestamptz,
  -- A mark of this very state, new with each change; null where nothing waits for the drainer.
  waits uuid,
  -- Until when a drainer works on it; nobody else is given it meanwhile.
  leased_until timestamptz,
  -- The mark that this drainer was given, also once the state has another.
  leased_as uuid,
  -- Why the CRM does not take it, in one word: it waits for a person, and holds up nobody else.
  set_aside text
);
-- A hub that was made before there were leases, marks of them, references, or leads set aside.
alter table hub.lead add column if not exists leased_until timestamptz;
alter table hub.lead add column if not exists leased_as uuid;
alter table hub.lead add column if not exists subject text;
alter table hub.lead add column if not exists set_aside text;
create index if not exists lead_waits on hub.lead (told_at, id) where waits is not null;
create index if not exists lead_receipt on hub.lead (receipt) where receipt is not null;

-- What each device last said of itself, signed; head office countersigns it here.
create table if not exists hub.status (
  told_by text not null,
  device text not null,
  status text not null,
  told_at timestamptz not null,
  primary key (told_by, device)
);

-- No policy: whoever is not the owner sees and changes no row, even with a grant that somebody gave by mistake.
alter table hub.lead enable row level security;
alter table hub.status enable row level security;

-- True where `entry` is a message as the `file` destination writes it, with the reference to the person. Devices that are not
-- updated tell it with a lead alone: what they withdraw, expire and erase counts all the same.
create or replace function hub.is_entry(entry jsonb) returns boolean language sql immutable as $$
  select coalesce(
    entry->>'lead_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    and case entry->>'kind'
      when 'erase' then true
      when 'withdraw' then jsonb_typeof(entry->'purposes') = 'array'
      when 'expire' then jsonb_typeof(entry->'fields') = 'array'
      when 'upsert' then jsonb_typeof(entry->'fields') = 'object'
        and jsonb_typeof(entry->'deadlines') = 'object'
        and jsonb_typeof(entry->'decisions') = 'array'
        and length(entry::text) <= 65536
      else false
    end
    and (entry->>'kind' = 'erase' or entry->>'revision' ~ '^[0-9]{1,10}$')
    and (entry->>'subject' ~ '^[0-9a-f]{32}$' or entry->>'kind' <> 'upsert' and entry->>'subject' is null),
    false)
$$;

-- `names`, each up to `revision`.
create or replace function hub.until(names jsonb, revision bigint) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, revision), '{}'::jsonb)
  from jsonb_array_elements_text(names) as named (name) where name is not null
$$;

-- Of two lists of names, each name's later revision.
create or replace function hub.later(one jsonb, other jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, until), '{}'::jsonb) from (
    select name, max(revision::bigint) as until
    from (select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)) as both_lists (name, revision)
    group by name
  ) as latest
$$;

-- The names that hold against `revision` (`beyond` false), or against one that is still to come (`beyond` true).
create or replace function hub.holding(names jsonb, revision bigint, beyond boolean) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, until::bigint), '{}'::jsonb)
  from jsonb_each_text(names) as held (name, until)
  where until::bigint > revision or (not beyond and until::bigint = revision)
$$;

-- The names of an erased lead's withdrawals, without what the person has agreed to anew in a later revision, which is the payload.
create or replace function hub.taken_back(names jsonb, payload jsonb, revision bigint) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(name, until::bigint), '{}'::jsonb)
  from jsonb_each_text(names) as held (name, until)
  where until::bigint >= revision or not exists (
    select 1 from jsonb_array_elements(coalesce(payload->'decisions', '[]'::jsonb)) as made (decision)
    where decision->'given' = 'true'::jsonb and coalesce(decision->'withdrawn', 'false'::jsonb) <> 'true'::jsonb
      and name in (decision->>'purpose', (decision->>'purpose') || ':' || (decision->>'channel')))
$$;

-- `payload` without the fields that are past their deadline, and with the withdrawn decisions marked.
create or replace function hub.restricted(payload jsonb, withdrawn jsonb, expired jsonb) returns jsonb language sql immutable as $$
  select payload || jsonb_build_object(
    'fields', (select coalesce(jsonb_object_agg(name, value), '{}'::jsonb)
      from jsonb_each(payload->'fields') as field (name, value) where not expired ? name),
    'deadlines', (select coalesce(jsonb_object_agg(name, value), '{}'::jsonb)
      from jsonb_each(payload->'deadlines') as field (name, value) where not expired ? name),
    'decisions', (select coalesce(jsonb_agg(
        case when decision->'given' = 'true'::jsonb and (withdrawn ? (decision->>'purpose')
            or withdrawn ? ((decision->>'purpose') || ':' || (decision->>'channel')))
          then decision || '{"withdrawn": true}'::jsonb else decision end order by place), '[]'::jsonb)
      from jsonb_array_elements(payload->'decisions') with ordinality as made (decision, place)))
$$;

-- A device hands over messages, at most 1,000, no two of one lead. Answers one word for each, in the same order: `kept`,
-- also where it had been told before or a tombstone stands in the way, or `refused`. Older never overwrites newer.
create or replace function hub.push(batch jsonb) returns jsonb language sql volatile security definer as $$
  with told as materialized (
    select place, entry, place <= 1000 and hub.is_entry(entry) as fine
    from jsonb_array_elements(batch) with ordinality as message (entry, place)
  ), news as materialized (
    select (entry->>'lead_id')::uuid as id, entry->>'kind' as kind,
      case entry->>'kind' when 'erase' then 0 else (entry->>'revision')::bigint end as revision, entry
    from told where fine
  ), written as (
    insert into hub.lead as known
      (id, revision, erased, event, receipt, subject, payload, withdrawn, expired, told_by, told_at, waits)
    select id,
      case kind when 'upsert' then revision else 0 end,
      kind = 'erase',
      case kind when 'upsert' then entry->>'event' end,
      case kind when 'upsert' then entry->>'receipt' end,
      entry->>'subject',
      case kind when 'upsert' then entry end,
      case kind when 'withdraw' then hub.until(entry->'purposes', revision) else '{}'::jsonb end,
      case kind when 'expire' then hub.until(entry->'fields', revision) else '{}'::jsonb end,
      session_user, now(), gen_random_uuid()
    from news
    -- In one order for all devices, or two of them could wait for each other.
    order by id
    on conflict (id) do update set
      revision = greatest(known.revision, excluded.revision),
      erased = excluded.erased,
      event = case when excluded.erased then null else coalesce(excluded.event, known.event) end,
      receipt = case when excluded.erased then null else coalesce(excluded.receipt, known.receipt) end,
      subject = coalesce(known.subject, excluded.subject),
      payload = case when not excluded.erased then hub.restricted(
        case when excluded.revision > known.revision then excluded.payload else known.payload end,
        hub.holding(hub.later(known.withdrawn, excluded.withdrawn), greatest(known.revision, excluded.revision), false),
        hub.holding(hub.later(known.expired, excluded.expired), greatest(known.revision, excluded.revision), false)) end,
      withdrawn = case when excluded.erased then hub.taken_back(known.withdrawn, known.payload, known.revision)
        else hub.later(known.withdrawn, excluded.withdrawn) end,
      expired = case when excluded.erased then '{}'::jsonb else hub.later(known.expired, excluded.expired) end,
      told_by = excluded.told_by,
      told_at = excluded.told_at,
      waits = excluded.waits,
      set_aside = null
    -- An erasure that waits without the reference gets it from one that is told again.
    where known.erased and known.waits is not null and known.subject is null
        and excluded.erased and excluded.subject is not null
      or not known.erased and (excluded.erased or excluded.revision > known.revision
      or excluded.withdrawn <> '{}'::jsonb and hub.later(known.withdrawn, excluded.withdrawn) <> known.withdrawn
      or excluded.expired <> '{}'::jsonb and hub.later(known.expired, excluded.expired) <> known.expired)
  )
  select coalesce(jsonb_agg(case when fine then 'kept' else 'refused' end order by place), '[]'::jsonb) from told
$$;

-- Whom the receipt with `code` stands for, while the lead waits here: references and decisions, no value.
create or replace function hub.find(code text) returns jsonb language sql stable security definer as $$
  select jsonb_build_object(
    'lead_id', payload->'lead_id', 'subject', payload->'subject', 'receipt', payload->'receipt',
    'revision', payload->'revision', 'event', payload->'event', 'event_name', payload->'event_name',
    'captured_at', payload->'captured_at', 'language', payload->'language', 'source', payload->'source',
    'fields', '{}'::jsonb, 'deadlines', payload->'deadlines', 'decisions', payload->'decisions', 'promises', '[]'::jsonb)
  from hub.lead where receipt = code and payload is not null limit 1
$$;

-- A device hands over its word on itself and gets back the one that lay here, with head office's signature where it has
-- one. A role sees its own alone.
create or replace function hub.hand_over_status(device_name text, signed text) returns text
language sql volatile security definer as $$
  with before as (
    select status from hub.status where told_by = session_user and device = device_name
  ), written as (
    insert into hub.status (told_by, device, status, told_at)
    select session_user, device_name, signed, now() where length(signed) <= 65536 and length(device_name) <= 64
    on conflict (told_by, device) do update set status = excluded.status, told_at = excluded.told_at
  )
  select status from before
$$;

-- What waits for the drainer, the longest waiting first.
create or replace function hub.waiting(most bigint) returns setof hub.lead language sql stable security definer as $$
  select * from hub.lead where waits is not null order by told_at, id limit most
$$;

-- The same, for a drainer of several: what is given to one is given to nobody else for so many seconds, an hour at the most.
-- What a device says of it meanwhile waits with it, so that one lead is told by one drainer at a time. Each lease has a mark of
-- its own, so that who was late cannot end that of the next.
create or replace function hub.take(most bigint, seconds bigint) returns setof hub.lead
language sql volatile security definer as $$
  with free as materialized (
    select id from hub.lead
    where waits is not null and set_aside is null and (leased_until is null or leased_until <= now())
    order by told_at, id limit most for update skip locked
  ), marked as materialized (
    select id, gen_random_uuid() as mark from free
  ), taken as (
    update hub.lead as known set waits = marked.mark, leased_as = marked.mark,
      leased_until = now() + least(greatest(seconds, 1), 3600) * interval '1 second'
    from marked where known.id = marked.id
    returning known.*
  )
  select * from taken order by told_at, id
$$;

-- The drainer confirms that the CRM has what it saw: the row is cleared. False, and nothing is cleared, where a device
-- has said something newer since; the row then waits on, and its lease is over, so that the newer word is given out at once. A
-- withdrawal of a revision that is still to come is kept for it.
create or replace function hub.confirm(lead_id uuid, seen uuid) returns boolean language sql volatile security definer as $$
  with confirmed as (
    -- One statement for both, or what is told in this very moment would keep its lease.
    update hub.lead set
      event = case when waits <> seen then event end,
      receipt = case when waits <> seen then receipt end,
      subject = case when waits <> seen then subject end,
      payload = case when waits <> seen then payload end,
      told_by = case when waits <> seen then told_by end,
      told_at = case when waits <> seen then told_at end,
      waits = case when waits <> seen then waits end,
      leased_until = null,
      leased_as = null,
      withdrawn = case when waits <> seen then withdrawn when erased then '{}'::jsonb
        else hub.holding(withdrawn, revision, true) end,
      expired = case when waits <> seen then expired else hub.holding(expired, revision, true) end
    where id = lead_id and (waits = seen or leased_as = seen)
    returning waits
  )
  select exists (select 1 from confirmed where waits is null)
$$;

-- The drainer gives back what it could not tell, and its lease is over. With `why`, one word, the lead is set aside: it is
-- given out again once a device says something newer of it, or after `hub.again()`. Without, it is given out at once.
create or replace function hub.give_back(lead_id uuid, seen uuid, why text) returns boolean
language sql volatile security definer as $$
  with given_back as (
    update hub.lead set
      set_aside = case when waits = seen then left(why, 64) end,
      leased_until = null,
      leased_as = null
    where id = lead_id and waits is not null and (waits = seen or leased_as = seen)
    returning set_aside
  )
  select exists (select 1 from given_back)
$$;

-- The drainer gives back a lead at which the CRM failed. It is given out to nobody for so many seconds, an hour at the most, so
-- that the next round starts with another; at once where a device has said something newer of it meanwhile.
create or replace function hub.put_off(lead_id uuid, seen uuid, seconds bigint) returns boolean
language sql volatile security definer as $$
  with put_off as (
    update hub.lead set
      leased_until = case when waits = seen
        then now() + least(greatest(seconds, 1), 3600) * interval '1 second' end,
      leased_as = null
    where id = lead_id and waits is not null and (waits = seen or leased_as = seen)
    returning id
  )
  select exists (select 1 from put_off)
$$;

-- A drainer told the CRM of a lead that was erased meanwhile, and may have brought it back there: the tombstone waits again,
-- with the reference to the person that went with its confirmation. Also where another drainer is about to confirm it: the
-- mark that it saw is the tombstone's no more.
create or replace function hub.erase_again(lead_id uuid, person text) returns boolean
language sql volatile security definer as $$
  with risen as (
    update hub.lead set
      subject = coalesce(subject, case when person ~ '^[0-9a-f]{32}$' then person end),
      told_by = coalesce(told_by, session_user),
      told_at = coalesce(told_at, now()),
      waits = gen_random_uuid(),
      set_aside = null
    where id = lead_id and erased
    returning id
  )
  select exists (select 1 from risen)
$$;

-- What was set aside is given out again. Answers how many those are.
create or replace function hub.again() returns bigint language sql volatile security definer as $$
  with freed as (update hub.lead set set_aside = null where set_aside is not null returning id)
  select count(*) from freed
$$;

-- How many leads wait, how many of them are with a drainer or set aside, and since when the oldest does.
create or replace function hub.left_over() returns jsonb language sql stable security definer as $$
  select jsonb_build_object(
    'waiting', count(*),
    'given_out', count(*) filter (where leased_until > now()),
    'set_aside', count(*) filter (where set_aside is not null),
    'since', min(told_at))
  from hub.lead where waits is not null
$$;

-- Head office reads what the devices say of themselves, and signs beside it what still stands there.
create or replace function hub.statuses() returns setof hub.status language sql stable security definer as $$
  select * from hub.status order by told_by, device
$$;
create or replace function hub.countersign(role_name text, device_name text, signed text) returns boolean
language sql volatile security definer as $$
  with put as (
    update hub.status set status = signed
    where told_by = role_name and device = device_name and left(signed, length(status)) = status
    returning device
  )
  select exists (select 1 from put)
$$;

revoke all on hub.lead, hub.status from public;
revoke all on all functions in schema hub from public;
grant usage on schema hub to hub_device, hub_drainer, hub_office;
grant execute on function hub.push(jsonb), hub.find(text), hub.hand_over_status(text, text) to hub_device;
grant execute on function hub.waiting(bigint), hub.take(bigint, bigint), hub.confirm(uuid, uuid),
  hub.give_back(uuid, uuid, text), hub.put_off(uuid, uuid, bigint), hub.erase_again(uuid, text), hub.again(), hub.left_over() to hub_drainer;
grant execute on function hub.statuses(), hub.countersign(text, text, text) to hub_office;

-- A function that runs with its owner's rights must not look for names where the caller says.
select version() like 'PostgreSQL%' as has_paths \gset
\if :has_paths
alter function hub.push(jsonb) set search_path = pg_catalog, pg_temp;
alter function hub.find(text) set search_path = pg_catalog, pg_temp;
alter function hub.hand_over_status(text, text) set search_path = pg_catalog, pg_temp;
alter function hub.waiting(bigint) set search_path = pg_catalog, pg_temp;
alter function hub.take(bigint, bigint) set search_path = pg_catalog, pg_temp;
alter function hub.confirm(uuid, uuid) set search_path = pg_catalog, pg_temp;
alter function hub.give_back(uuid, uuid, text) set search_path = pg_catalog, pg_temp;
alter function hub.put_off(uuid, uuid, bigint) set search_path = pg_catalog, pg_temp;
alter function hub.erase_again(uuid, text) set search_path = pg_catalog, pg_temp;
alter function hub.again() set search_path = pg_catalog, pg_temp;
alter function hub.left_over() set search_path = pg_catalog, pg_temp;
alter function hub.statuses() set search_path = pg_catalog, pg_temp;
alter function hub.countersign(text, text, text) set search_path = pg_catalog, pg_temp;
\endif
reset role;
