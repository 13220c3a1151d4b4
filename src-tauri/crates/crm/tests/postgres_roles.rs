//! The hub's roles on a real PostgreSQL: who may do what, what a test of the connection says, and the devices' statuses.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod hub;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, dead_code)]
mod postgres;

use hub::{count, hub, retry, server, told, upsert};
use postgres::{Hub, PASSWORD};
use zgoda_core::outbox::{Answer, Reason};
use zgoda_crm::{ConnectError, HUB_SQL, Missing};

/// True where the role may do `statement`; refused for want of a right, where not. Any other trouble fails the test.
fn may(hub: &Hub<'_>, role: &str, statement: &str) -> bool {
    // Done or not, nothing of it stays: the block ends by an exception either way.
    let tried = format!(
        "create function pg_temp.may() returns boolean language plpgsql as $may$ begin \
           set local session authorization {role}; execute $it${statement}$it$; raise sqlstate 'ZGODA'; \
         exception when sqlstate 'ZGODA' then return true; when insufficient_privilege then return false; \
         end $may$; select pg_temp.may()"
    );
    hub.sql(&tried) == "t"
}

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

#[test]
fn a_device_may_call_its_functions_and_read_and_write_nothing() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1)]);
    device.hand_over_status("d", "word").unwrap();
    let role = hub.role(2, "in role hub_device");
    for allowed in [
        "select hub.push('[]')",
        "select hub.find('')",
        "select hub.hand_over_status('d', 'word')",
    ] {
        assert!(may(&hub, &role, allowed), "{allowed}");
    }
    let insert = format!(
        "insert into hub.lead (id, revision, erased, withdrawn, expired) values ('{NOBODY}', 1, false, '{{}}', '{{}}')"
    );
    let refused = [
        "select * from hub.lead",
        "select count(*) from hub.lead",
        "select * from hub.status",
        insert.as_str(),
        "update hub.lead set erased = true",
        "delete from hub.lead",
        "truncate hub.lead",
        "select hub.waiting(1)",
        "select hub.take(1, 1)",
        &format!("select hub.confirm('{NOBODY}', '{NOBODY}')"),
        &format!("select hub.give_back('{NOBODY}', '{NOBODY}', null)"),
        &format!("select hub.put_off('{NOBODY}', '{NOBODY}', 1)"),
        &format!("select hub.erase_again('{NOBODY}', null)"),
        "select hub.again()",
        "select hub.left_over()",
        "select hub.statuses()",
        "select hub.countersign('a', 'b', 'c')",
        "select hub.restricted('{}', '{}', '{}')",
        "create table hub.mine (id bigint)",
        "create function hub.push(text) returns text language sql as 'select null'",
        "create schema mine",
        "set local role hub_owner",
        "set local role hub_drainer",
    ];
    for refused in refused {
        assert!(!may(&hub, &role, refused), "{refused}");
    }
    for (group, allowed, refused) in [
        (
            "hub_drainer",
            "select hub.waiting(1)",
            "select hub.push('[]')",
        ),
        (
            "hub_drainer",
            "select hub.again(), hub.left_over()",
            "select hub.statuses()",
        ),
        (
            "hub_office",
            "select hub.statuses()",
            "select hub.waiting(1)",
        ),
    ] {
        assert!(
            may(&hub, group, allowed) && !may(&hub, group, refused),
            "{group}"
        );
        assert!(!may(&hub, group, "select * from hub.lead"), "{group}");
    }
}

#[test]
fn a_grant_given_by_mistake_still_shows_no_row() {
    let (hub, mut device) = hub();
    told(device.as_mut(), &[upsert(1, 1)]);
    hub.sql("grant all on hub.lead, hub.status to public");
    let role = hub.role(2, "in role hub_device");
    let seen = hub.sql(&format!("set role {role}; select count(*) from hub.lead"));
    assert_eq!(seen, "0");
    hub.sql(&format!(
        "set role {role}; update hub.lead set payload = null; delete from hub.lead"
    ));
    assert_eq!(
        hub.sql("select count(*) from hub.lead where payload is not null"),
        "1"
    );
    let copied = "insert into hub.status values ('a', 'b', 'c', now())";
    assert!(!may(&hub, &role, copied));
}

#[test]
fn a_name_of_the_callers_own_is_never_called() {
    let (hub, mut device) = hub();
    let role = hub.role(2, "in role hub_device");
    // A careless administrator lets everybody make functions in `public`.
    hub.sql("grant create on schema public to public");
    hub.sql(&format!(
        "set role {role}; create function public.length(jsonb) returns bigint language sql as 'select 1 / 0'; \
         create function public.evil(jsonb, text) returns text language sql as 'select 1 / 0'; \
         create operator public.->> (function = public.evil, leftarg = jsonb, rightarg = text)"
    ));
    hub.sql(&format!(
        "alter role {role} set search_path = public, pg_catalog"
    ));
    let url = hub.url(2, server().port);
    told(hub::to(&url, PASSWORD).unwrap().as_mut(), &[upsert(2, 1)]);
    told(device.as_mut(), &[upsert(1, 1)]);
    assert_eq!(count(&hub), 2);
}

#[test]
fn the_test_of_the_connection_says_what_is_missing() {
    let bare = server().bare();
    bare.role(1, "");
    let url = bare.url(1, server().port);
    let tested = hub::to(&url, PASSWORD).unwrap().test().unwrap();
    let account = url.trim_start_matches("postgres://").to_owned();
    let account = account.replace(&format!(":{}", server().port), "");
    assert_eq!(tested.account.as_deref(), Some(account.as_str()));
    assert_eq!(tested.missing, [Missing::Function("hub.push".to_owned())]);
    let person = |reason| vec![Answer::NeedsPerson { reason }; 3];
    let push = |url: &str, password: &str| {
        let messages: Vec<_> = (0..3).map(|n| upsert(n, 1)).collect();
        hub::to(url, password).unwrap().push(&messages)
    };
    assert_eq!(push(&url, PASSWORD), person(Reason::Settings));

    bare.install(HUB_SQL);
    bare.install(HUB_SQL);
    let tested = hub::to(&url, PASSWORD).unwrap().test().unwrap();
    assert_eq!(
        tested.missing,
        [Missing::Permission("hub_device".to_owned())]
    );
    assert_eq!(push(&url, PASSWORD), person(Reason::SignIn));

    let url = bare.device(2);
    assert_eq!(hub::to(&url, PASSWORD).unwrap().test().unwrap().missing, []);
    // One address for all devices: the secret says who this one is.
    let (role, place) = url
        .trim_start_matches("postgres://")
        .split_once('@')
        .unwrap();
    let shared = format!("postgres://{place}");
    let secret = format!("{role} {PASSWORD}");
    assert_eq!(
        hub::to(&shared, &secret).unwrap().test().unwrap().missing,
        []
    );
    assert_eq!(hub::to(&shared, "word").err(), Some(ConnectError::NoSecret));

    assert_eq!(push(&url, "another word"), person(Reason::SignIn));
    assert_eq!(
        push(&url.replace("device_2", "device_9"), PASSWORD),
        person(Reason::SignIn)
    );
    let elsewhere = format!("{}x", url);
    assert_eq!(push(&elsewhere, PASSWORD), person(Reason::Settings));
    assert_eq!(
        hub::to(&url, "another word").unwrap().test(),
        Err(Reason::SignIn)
    );
    assert_eq!(count(&bare), 0);
    // A stand-by that took over, or that the address leads to by mistake.
    let role = bare.role(3, "in role hub_device");
    bare.sql(&format!(
        "alter role {role} set default_transaction_read_only = on"
    ));
    let url = bare.url(3, server().port);
    assert_eq!(push(&url, PASSWORD), vec![retry(Reason::ServerTrouble); 3]);
}

#[test]
fn a_status_comes_back_with_head_offices_signature() {
    let (hub, mut device) = hub();
    let hand = |device: &mut dyn zgoda_crm::Connector, word: &str| {
        device.hand_over_status("d-1", word).unwrap()
    };
    assert_eq!(hand(device.as_mut(), "one\n"), None);
    assert_eq!(hand(device.as_mut(), "two\n").as_deref(), Some("one\n"));
    let role = hub.sql("select told_by from hub.statuses()");
    let sign = |text: &str| {
        hub.sql(&format!(
            "select hub.countersign('{role}', 'd-1', '{text}')"
        ))
    };
    assert_eq!(sign("one\n— office"), "f", "it does not lie there any more");
    assert_eq!(sign("two\n— office"), "t");
    assert_eq!(
        hand(device.as_mut(), "three\n").as_deref(),
        Some("two\n— office")
    );
    // Another role with the same device's name neither sees it nor takes its place.
    let mut other = hub::to(&hub.device(2), PASSWORD).unwrap();
    assert_eq!(hand(other.as_mut(), "mine\n"), None);
    assert_eq!(hand(device.as_mut(), "four\n").as_deref(), Some("three\n"));
    assert_eq!(hub.rows("select * from hub.statuses()").len(), 2);
}
