//! The organisers' services as their documentation and source have them: each knows one person, shows more than a booth
//! needs, and notes every scan for itself.

use serde_json::{Value as Json, json};

use super::{Deed, Request, Site};

/// What a badge of each service says.
pub const PRETIX: &str = "k4bq9zwxy2m7ah3cdefg5jnprstuv268";
pub const ALFIO: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed/0123456789abcdef0123456789abcdef";
pub const EVENTYAY: &str = "A7XK9QWMZ3";
pub const CVENT: &str = "J3NHHSZN2VK";
/// The key that each takes.
pub const KEY: &str = "ABCDE123";

/// A number is unknown to DRF's serializer of the plugin: invalid data that names the member.
pub fn pretix() -> Site {
    let mut known = false;
    Box::new(move |request| {
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/exhibitors/api/v1/leads/")
        );
        if request.headers["authorization"] != format!("Exhibitor {KEY}") {
            return Deed::Answer(401, json!({ "detail": "Invalid authentication code" }));
        }
        let body = &request.body;
        // These three leave alone what was written at an earlier scan.
        assert_eq!(
            (&body["tags"], &body["rating"], &body["notes"]),
            (&Json::Null, &Json::Null, &json!(""))
        );
        assert_eq!(body["scan_type"], "lead");
        if body["code"] != PRETIX {
            return Deed::Answer(400, json!({ "code": ["Unknown code"] }));
        }
        let status = if known { 200 } else { 201 };
        known = true;
        let field =
            |id: &str, value: &str| json!({ "id": id, "label": id, "value": value, "details": [] });
        let fields = [
            field("attendee_name", "Ewa Lis"),
            field("attendee_email", "ewa@lis.example"),
            field("attendee_company", "Lis i Syn"),
            field("attendee_phone", "+48 601 000 007"),
            field("question_diet", "gluten"),
        ];
        let attendee = json!({ "fields": fields });
        Deed::Answer(
            status,
            json!({ "attendee": attendee, "tags": [], "rating": null, "notes": "" }),
        )
    })
}

/// Every scan is HTTP 200.
pub fn alfio() -> Site {
    Box::new(|request| {
        assert_eq!(request.path, "/api/attendees/sponsor-scan/bulk");
        if request.headers["authorization"] != format!("ApiKey {KEY}") {
            return Deed::Answer(401, json!({}));
        }
        // Without an operator of our own the scan would write over another's notes.
        assert!(request.headers.contains_key("alfio-operator"));
        let scans = request.body.as_array().unwrap();
        let told = scans.iter().map(|scan| {
            assert!(scan["timestamp"].is_i64() && scan["leadStatus"] == "WARM");
            let ticket = json!({ "uuid": scan["ticketIdentifier"], "fullName": "Ewa Lis", "email": "ewa@lis.example",
                "firstName": "Ewa", "lastName": "Lis", "categoryName": "Standard" });
            let (status, ticket) = match scan["ticketIdentifier"].as_str().unwrap() {
                _ if scan["eventName"] != "fair" => ("EVENT_NOT_FOUND", Json::Null),
                one if ALFIO.split('/').next() == Some(one) => ("SUCCESS", ticket),
                "00000000-0000-4000-8000-000000000001" => ("INVALID_TICKET_STATE", ticket),
                _ => ("TICKET_NOT_FOUND", Json::Null),
            };
            json!({ "ticket": ticket, "result": { "status": status, "message": "" } })
        });
        Deed::Answer(200, told.collect())
    })
}

/// A second scan is a conflict that still tells; an older version of the plugin tells nobody.
pub fn eventyay(tells: bool) -> Site {
    let mut known = false;
    Box::new(move |request| {
        if request.path != "/api/v1/event/org/fair/exhibitors/lead/create" {
            return Deed::Answer(404, json!({ "detail": "Not found." }));
        }
        if request.headers["exhibitor"] != KEY {
            return Deed::Answer(
                401,
                json!({ "success": false, "error": "Invalid exhibitor key" }),
            );
        }
        for member in ["scanned", "scan_type", "device_name"] {
            assert!(request.body[member].is_string(), "{member}");
        }
        if request.body["lead"] != EVENTYAY {
            return Deed::Answer(
                404,
                json!({ "success": false, "error": "Attendee not found" }),
            );
        }
        let status = if known { 409 } else { 201 };
        known = true;
        let mut answer = json!({ "success": status == 201 });
        if tells {
            answer["attendee"] = json!({ "name": "Ewa Lis", "email": "ewa@lis.example" });
        }
        Deed::Answer(status, answer)
    })
}

/// Key and secret first, then one attendee, with the address of their home.
pub fn cvent() -> Site {
    Box::new(|request: &Request| {
        if request.path == "/auth" {
            let given = [&request.headers["apikey"], &request.headers["secret"]];
            return match given {
                [key, secret] if key == KEY && secret == "s3cret" => {
                    Deed::Answer(200, json!({ "accessToken": "t0ken" }))
                }
                _ => Deed::Answer(401, json!({})),
            };
        }
        assert_eq!(request.headers["authorization"], "Bearer t0ken");
        let place = |town: &str| json!({ "address1": "ul. Mostowa 40", "city": town, "zip": "87-100", "country": "PL" });
        match request
            .path
            .strip_prefix("/events/E1/exhibitors/X1/attendees/")
        {
            Some(CVENT) => Deed::Answer(
                200,
                json!({ "firstName": "Ewa", "lastName": "Lis", "email": "ewa@lis.example", "company": "Lis i Syn",
                    "workPhone": "+48 601 000 007", "homePhone": "+48 601 000 008",
                    "workAddress": place("Toruń"), "homeAddress": place("Chełmno") }),
            ),
            _ => Deed::Answer(404, json!({})),
        }
    })
}
