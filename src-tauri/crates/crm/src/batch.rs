//! For a destination that is told many messages at once: who goes with whom, and what an answer to all means for each.
//!
//! How: in one request no lead stands twice, so that nothing hangs on the order within it. Where a request is refused as a
//! whole and nobody says for whose sake, it is halved until the bad message is alone: it is set aside, the others arrive.

use std::collections::BTreeSet;

use zgoda_core::LeadId;
use zgoda_core::outbox::{Answer, Message, Reason};

use crate::http::Trouble;

/// What a destination said to each message of one request: the id that it has there, or why it was refused.
pub(crate) type Said = Vec<Result<String, Reason>>;

/// Tells all `messages` by requests of at most `most`. The first trouble that stops all is the answer to the rest as well.
pub(crate) fn in_batches(
    messages: &[Message],
    most: usize,
    mut tell: impl FnMut(&[Message]) -> Result<Said, Trouble>,
) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(messages.len());
    while answers.len() < messages.len() {
        let rest = &messages[answers.len()..];
        let some = &rest[..together(rest, most)];
        if let Err(trouble) = halved(some, &mut tell, &mut answers) {
            answers.resize(messages.len(), trouble.into());
        }
    }
    answers
}

/// How many of the first messages may stand in one request.
fn together(messages: &[Message], most: usize) -> usize {
    let mut leads: BTreeSet<LeadId> = BTreeSet::new();
    let fresh = messages
        .iter()
        .take(most.max(1))
        .take_while(|message| leads.insert(message.lead));
    fresh.count()
}

/// Tells `some`, in halves where they are refused together. What was answered is in `answers` even where trouble ends it.
fn halved(
    some: &[Message],
    tell: &mut impl FnMut(&[Message]) -> Result<Said, Trouble>,
    answers: &mut Vec<Answer>,
) -> Result<(), Trouble> {
    match tell(some) {
        Ok(said) if said.len() == some.len() => {
            answers.extend(said.into_iter().map(answer));
            Ok(())
        }
        // Too few words or too many: nobody knows whose they are.
        Ok(_) => Err(Reason::Ambiguous.into()),
        Err(trouble) if trouble.reason.stops_all() => Err(trouble),
        Err(trouble) if some.len() == 1 => {
            answers.push(trouble.into());
            Ok(())
        }
        Err(_) => {
            let (one, other) = some.split_at(some.len() / 2);
            halved(one, tell, answers)?;
            halved(other, tell, answers)
        }
    }
}

fn answer(said: Result<String, Reason>) -> Answer {
    match said {
        Ok(crm_id) => Answer::Confirmed { crm_id },
        Err(reason) => Trouble::from(reason).into(),
    }
}

#[cfg(test)]
mod tests {
    use zgoda_core::SubjectRef;
    use zgoda_core::outbox::Body;

    use super::*;

    /// Messages that erase the leads of these numbers.
    fn erase(numbers: &[u128]) -> Vec<Message> {
        let message = |number: &u128| Message {
            lead: LeadId(uuid::Uuid::from_u128(*number)),
            subject: SubjectRef::restore(String::new()),
            revision: 1,
            event: String::new(),
            event_name: String::new(),
            crm_id: None,
            again: false,
            body: Body::Erase,
        };
        numbers.iter().map(message).collect()
    }

    fn number(message: &Message) -> u128 {
        message.lead.0.as_u128()
    }

    /// The requests that it takes to tell the leads of `numbers`, where a request with `bad` in it is refused whole.
    fn told(numbers: &[u128], most: usize, bad: u128) -> (Vec<Answer>, Vec<Vec<u128>>) {
        let mut requests = Vec::new();
        let answers = in_batches(&erase(numbers), most, |some| {
            requests.push(some.iter().map(number).collect::<Vec<_>>());
            if requests.last().is_some_and(|all| all.contains(&bad)) {
                return Err(Reason::Refused.into());
            }
            Ok(some.iter().map(|one| Ok(number(one).to_string())).collect())
        });
        (answers, requests)
    }

    #[test]
    fn no_lead_stands_twice_in_a_request_and_none_is_too_long() {
        let (answers, requests) = told(&[1, 2, 1, 3, 4, 5], 3, 99);
        assert_eq!(requests, [vec![1, 2], vec![1, 3, 4], vec![5]]);
        let ids = answers.iter().map(|answer| match answer {
            Answer::Confirmed { crm_id } => crm_id.as_str(),
            _ => panic!("not confirmed"),
        });
        assert_eq!(ids.collect::<Vec<_>>(), ["1", "2", "1", "3", "4", "5"]);
    }

    #[test]
    fn the_bad_one_is_found_by_halves_and_the_others_arrive() {
        let numbers: Vec<u128> = (0..1000).collect();
        let (answers, requests) = told(&numbers, 1000, 617);
        let bad = Answer::NeedsPerson {
            reason: Reason::Refused,
        };
        let wrong = answers.iter().enumerate().filter(|(at, answer)| {
            let is_bad = **answer == bad;
            is_bad != (*at == 617)
        });
        assert_eq!((answers.len(), wrong.count()), (1000, 0));
        assert!(requests.len() <= 21, "{}", requests.len());
    }

    #[test]
    fn fail_trouble_amid_the_halves_stops_all_and_takes_nothing_back() {
        let mut requests = 0;
        let answers = in_batches(&erase(&[0, 1, 2, 3]), 4, |some| {
            requests += 1;
            match requests {
                1 => Err(Reason::Refused.into()),
                2 => Ok(some.iter().map(|_| Ok("there".to_owned())).collect()),
                _ => Err(Reason::Offline.into()),
            }
        });
        let there = Answer::Confirmed {
            crm_id: "there".to_owned(),
        };
        let later = Answer::Retry {
            reason: Reason::Offline,
            after: None,
        };
        assert_eq!(answers, [there.clone(), there, later.clone(), later]);
        assert_eq!(requests, 3);
    }

    #[test]
    fn fail_as_many_words_as_messages_or_none_counts() {
        for words in [0, 1, 3] {
            let answers = in_batches(&erase(&[0, 1]), 4, |_| {
                Ok(vec![Ok("there".to_owned()); words])
            });
            let doubt = Answer::Retry {
                reason: Reason::Ambiguous,
                after: None,
            };
            assert_eq!(answers, vec![doubt; 2], "{words}");
        }
    }
}
