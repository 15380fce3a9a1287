//! How often the provider is asked, and what a bad line does to the wait.

use login::{Error, Waiting};
use serde_json::json;
use site::provider::Options;

use crate::desk::{Desk, until};
use crate::hall::{Queue, ring};

#[tokio::test]
async fn without_an_interval_five_seconds_pass_between_two_questions() {
    let desk = Desk::open();
    let asked = desk.ring().await.unwrap();
    assert_eq!(asked.interval.as_secs(), 5);
    let queue = Queue::join(asked);
    desk.asked_times(2).await;
    assert!(desk.phone().gaps()[0] >= 5000.0, "{:?}", desk.phone().gaps());
    desk.provider.approve().unwrap();
    queue.end().await.unwrap();
}

#[tokio::test]
async fn an_interval_is_kept_and_none_of_nothing_is_believed() {
    let desk = Desk::open();
    desk.every_second(json!({"ack": {"interval": 2}}));
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(3).await;
    queue.leave().await;
    let gaps = desk.phone().gaps();
    assert!(gaps.iter().all(|gap| (2000.0..3500.0).contains(gap)), "{gaps:?}");
    desk.every_second(json!({"ack": {"interval": 0}}));
    assert_eq!(desk.ring().await.unwrap().interval.as_secs(), 1);
}

#[tokio::test]
async fn slow_down_adds_five_seconds_for_good() {
    let desk = Desk::open();
    desk.every_second(json!({"slow_down": 1}));
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(2).await;
    assert!(queue.told().is_empty(), "a slow provider is not lost");
    desk.provider.approve().unwrap();
    queue.end().await.unwrap();
    let phone = desk.phone();
    let answers: Vec<_> = phone.polls.iter().map(|(_, answer)| answer.as_str()).collect();
    assert_eq!(answers, ["slow_down", "authorization_pending", "tokens"]);
    assert!(phone.gaps().iter().all(|gap| *gap >= 6000.0), "{:?}", phone.gaps());
}

#[tokio::test]
async fn every_slow_down_adds_five_seconds_more() {
    let desk = Desk::open();
    desk.every_second(json!({"slow_down": 2}));
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(3).await;
    queue.leave().await;
    let gaps = desk.phone().gaps();
    assert!(gaps[0] >= 6000.0 && gaps[1] >= 11_000.0, "{gaps:?}");
}

#[tokio::test]
async fn a_connection_that_ends_for_idleness_as_it_is_used_is_no_loss() {
    let desk = Desk::open();
    desk.every_second(json!({"ack": {"interval": 4}}));
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.provider.forget().unwrap();
    desk.every_second(json!({"cut": 1, "at": "/token"}));
    desk.asked_times(1).await;
    assert!(queue.told().is_empty(), "it was asked again at once");
    assert_eq!(desk.provider.requests().unwrap().len(), 2);
    queue.leave().await;
}

#[tokio::test]
async fn a_network_that_goes_and_comes_back_during_the_wait_is_told_and_the_approval_counts() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(1).await;
    desk.every_second(json!({"cut": true}));
    desk.provider.hang_up().unwrap();
    until("the loss is told", || queue.told() == [Waiting::Lost]).await;
    desk.provider.approve().unwrap();
    desk.every_second(json!({}));
    let told = std::sync::Arc::clone(&queue.told);
    queue.end().await.unwrap();
    // The first answer after the loss is the tokens: nothing more to tell.
    assert_eq!(*told.lock().unwrap(), [Waiting::Lost]);
}

#[tokio::test]
async fn a_network_that_comes_back_before_the_person_has_answered_is_told_too() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.every_second(json!({"cut": true}));
    until("the loss is told", || queue.told() == [Waiting::Lost]).await;
    desk.every_second(json!({}));
    until("the return is told", || queue.told() == [Waiting::Lost, Waiting::Asked]).await;
    desk.provider.approve().unwrap();
    queue.end().await.unwrap();
}

#[tokio::test]
async fn a_provider_out_of_order_is_asked_again_no_sooner_than_it_says() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(1).await;
    desk.provider.forget().unwrap();
    desk.every_second(json!({"status": 503, "at": "/token", "retry_after": 4}));
    until("the loss is told", || queue.told() == [Waiting::Lost]).await;
    desk.every_second(json!({}));
    desk.asked_times(2).await;
    assert!(desk.phone().gaps()[0] >= 4900.0, "a second, then four: {:?}", desk.phone().gaps());
    let asked = desk.provider.requests().unwrap();
    let times = asked.iter().filter(|request| request["path"].as_str().unwrap().ends_with("/token")).count();
    assert_eq!(times, 2, "one refused, one answered");
    desk.provider.approve().unwrap();
    queue.end().await.unwrap();
}

#[tokio::test]
async fn tokens_that_were_lost_on_the_way_are_told_as_such() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.every_second(json!({"swallow": true}));
    desk.provider.approve().unwrap();
    assert!(matches!(queue.end().await, Err(Error::PhoneAnswerLost)));
    let answers: Vec<_> = desk.phone().polls.into_iter().map(|(_, answer)| answer).collect();
    assert_eq!(answers.iter().filter(|answer| *answer == "tokens").count(), 1, "{answers:?}");
    assert_eq!(answers.last().unwrap(), "invalid_grant");
}

#[tokio::test]
async fn a_request_expires_by_our_own_clock_or_by_the_providers_word() {
    // Ours: the acknowledgement says three seconds, the provider would go on.
    let desk = Desk::open();
    desk.every_second(json!({"ack": {"expires_in": 3}}));
    let queue = Queue::join(desk.ring().await.unwrap());
    assert!(matches!(queue.end().await, Err(Error::PhoneExpired)));
    let answers: Vec<_> = desk.phone().polls.into_iter().map(|(_, answer)| answer).collect();
    assert_eq!(answers, ["authorization_pending", "authorization_pending"]);
    // The provider's: it ends before what it has said.
    let desk = Desk::with(Options::default().with("ciba_ttl", json!(2)));
    desk.every_second(json!({"ack": {"expires_in": 100}}));
    let queue = Queue::join(desk.ring().await.unwrap());
    assert!(matches!(queue.end().await, Err(Error::PhoneExpired)));
    assert_eq!(desk.phone().polls.last().unwrap().1, "expired_token");
}

#[tokio::test]
async fn a_request_that_expires_while_the_network_is_away_ends_in_the_networks_words() {
    let desk = Desk::open();
    desk.every_second(json!({"ack": {"expires_in": 3}}));
    let queue = Queue::join(desk.ring().await.unwrap());
    drop(desk);
    let end = queue.end().await;
    assert!(matches!(end, Err(Error::Unreachable { .. } | Error::Dropped { .. })), "{end:?}");
}

#[tokio::test]
async fn giving_up_stops_the_questions_and_an_approval_afterwards_gives_nothing() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.asked_times(1).await;
    queue.leave().await;
    let before = desk.phone().polls.len();
    desk.provider.forget().unwrap();
    desk.provider.approve().unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert_eq!(desk.phone().polls.len(), before);
    assert!(desk.provider.issued().unwrap().is_empty());
}

#[tokio::test]
async fn giving_up_after_the_tokens_came_revokes_them() {
    let desk = Desk::quick();
    let queue = Queue::join(desk.ring().await.unwrap());
    desk.every_second(json!({"delay": 20_000, "at": "/userinfo"}));
    desk.provider.approve().unwrap();
    until("UserInfo is asked", || {
        desk.provider.requests().unwrap().iter().any(|r| r["path"].as_str().unwrap().ends_with("/userinfo"))
    })
    .await;
    let issued = desk.provider.issued().unwrap();
    assert!(!issued.is_empty());
    queue.leave().await;
    let dead = |token: &String| desk.provider.introspect(token).unwrap()["active"] == false;
    until("the tokens are revoked", || issued.iter().all(dead)).await;
}

#[tokio::test]
async fn a_wait_that_nobody_begins_asks_nothing() {
    let desk = Desk::quick();
    let asked = ring(desk.settings()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    drop(asked);
    assert!(desk.phone().polls.is_empty());
}
