//! The audience, of which there is exactly one.

use super::super::rules::Rules;
use super::findings::Lint;
use crate::claims::{Audience, Cloud, TOKEN_EXCHANGE_APP};

impl Lint<'_> {
    pub(super) fn audience(&mut self) {
        let cloud = self.cloud();
        let usual = cloud.exchange_audience();
        let parameters = [("cloud", cloud.title()), ("audience", usual)];
        let count = self.credential.audiences.len();
        if count != 1 {
            self.tell("audience-count", &[("count", &count.to_string())]);
        }
        let Some(given) = self.credential.audiences.first().map(Audience::as_str) else {
            return;
        };
        let strict = self.entra.is_some() && self.hints.rules == Rules::Current;
        let of_cloud = Cloud::ALL
            .iter()
            .any(|cloud| cloud.exchange_audience() == given);
        if given == usual || given.is_empty() {
            return;
        }
        if given == TOKEN_EXCHANGE_APP {
            self.tell("audience-guid", &parameters);
        } else if given.eq_ignore_ascii_case(usual) {
            self.tell("letter-case", &[("field", "audience"), ("usual", usual)]);
        } else if strict {
            self.tell("audience-cloud", &parameters);
        } else if of_cloud {
            let [cloud, audience] = parameters;
            self.tell("audience-other-cloud", &[cloud, audience, ("given", given)]);
        } else if self.entra.is_none() {
            self.tell("audience-unusual", &parameters);
        }
    }
}
