//! Whatever is sent to the mock in whatever order, it answers, and what it issues verifies and is matched.

use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_oneof, proptest};

use crate::requests;

/// 2026-11-23T15:24:00Z
const NOW: i64 = 1_795_447_440;

/// What takes the place of what is taken out.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::strategy::Just(String::new()),
        2 => ".{0,12}",
        2 => "[%&=?/'()\"\\\\{}+#:;,. \\x00]{0,4}",
        1 => prop::sample::select(vec![
            "%zz", "%ff", "%", "null", "[]", "{}", "POST", "GET", "OPTIONS", "X-Forwarded-For", "common",
            "organizations",
            "beta", "v1.0", "api-version=", "&resource=x", "&client_id=x", "\u{0}", "\u{1f600}", "true", "Bearer ",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Which request, which part of it, where, how much of it goes, and what takes its place.
fn step() -> impl Strategy<Value = (u8, u8, u16, u8, String)> {
    let count = prop_oneof![0..3_u8, any::<u8>()];
    (any::<u8>(), any::<u8>(), any::<u16>(), count, text())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_requests_are_answered(
        now in prop_oneof![4 => NOW..NOW + 100_000, 1 => any::<i64>()],
        steps in prop::collection::vec(step(), 1..8),
    ) {
        let steps: Vec<_> = steps.iter().map(|(a, b, c, d, text)| (*a, *b, *c, *d, text.as_str())).collect();
        requests::play(now, &steps);
    }
}

/// Undamaged, in an order in which each has something to do.
#[test]
fn honest_requests_are_played() {
    let order = [
        0, 3, 6, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 0, 3, 19, 0, 3,
    ];
    let steps: Vec<_> = order.iter().map(|which| (*which, 9, 0, 0, "")).collect();
    requests::play(NOW, &steps);
}
