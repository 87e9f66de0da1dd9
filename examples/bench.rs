//! What `cargo xtask bench` times in the browser: the core, compiled as the site is. Natively there is nothing in it.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod timed {
    use std::collections::BTreeMap;
    use std::hint::black_box;

    use fedcred_core::claims::{Claims, explain};
    use fedcred_core::entra::DemonstrationKey;
    use fedcred_core::federation::{Credential, CredentialList, Rules, match_nearest};
    use fedcred_core::flow::{Outcome, Scenario, run};
    use fedcred_core::jose::{Keys, SignatureState, Token, parse, verify};
    use wasm_bindgen::prelude::wasm_bindgen;

    fn first_token(text: &str) -> Token {
        let token = parse(text).tokens.into_iter().next();
        token.expect("the text holds a token")
    }

    /// Finds the tokens of a text; tells how many there are.
    #[wasm_bindgen]
    #[expect(unreachable_pub, reason = "wasm-bindgen exports nothing less")]
    pub fn decode(text: &str) -> usize {
        black_box(parse(text)).tokens.len()
    }

    /// The same, and explains them; tells how many claims there are.
    #[wasm_bindgen]
    #[expect(unreachable_pub, reason = "wasm-bindgen exports nothing less")]
    pub fn decode_and_explain(text: &str, now: u32) -> usize {
        let parsed = parse(text);
        let explained = |token| black_box(explain(token, i64::from(now))).claims.len();
        parsed.tokens.iter().map(explained).sum()
    }

    /// A token and keys that were read already.
    #[wasm_bindgen]
    #[derive(Debug)]
    pub struct Verifier {
        token: Token,
        keys: Keys,
    }

    #[wasm_bindgen]
    impl Verifier {
        #[wasm_bindgen(constructor)]
        pub fn new(token: &str, keys: &str) -> Self {
            Self {
                token: first_token(token),
                keys: Keys::parse(keys, "benchmark"),
            }
        }

        pub fn verify(&self) -> bool {
            self.verifies(&self.token)
        }

        /// The same for a token that is still a text.
        pub fn verify_text(&self, text: &str) -> bool {
            self.verifies(&first_token(text))
        }
    }

    impl Verifier {
        fn verifies(&self, token: &Token) -> bool {
            verify(token, &self.keys).state == SignatureState::Valid
        }
    }

    /// A demonstration key that was read already.
    #[wasm_bindgen]
    #[derive(Debug)]
    pub struct Signer {
        key: &'static DemonstrationKey,
        claims: BTreeMap<String, String>,
    }

    #[wasm_bindgen]
    impl Signer {
        #[wasm_bindgen(constructor)]
        pub fn new(text: &str) -> Self {
            Self {
                key: DemonstrationKey::named("demo-1").expect("there is this key"),
                claims: BTreeMap::from([("text".to_owned(), text.to_owned())]),
            }
        }

        /// Tells the token's length.
        pub fn sign(&self) -> usize {
            let header = BTreeMap::from([("alg", "RS256"), ("typ", "JWT")]);
            let token = self.key.sign(&header, &self.claims);
            black_box(token).map_or(0, |token| token.len())
        }
    }

    /// A scenario that was read already.
    #[wasm_bindgen]
    #[derive(Debug)]
    pub struct Exchange {
        scenario: Scenario,
    }

    #[wasm_bindgen]
    impl Exchange {
        #[wasm_bindgen(constructor)]
        pub fn new(scenario: &str) -> Self {
            let scenario = Scenario::parse(scenario).scenario;
            Self { scenario }
        }

        /// Whether the API allows the call in the end.
        pub fn run(&self) -> bool {
            black_box(run(&self.scenario)).outcome == Outcome::Allowed
        }
    }

    /// The claims of a token and credentials, both read already.
    #[wasm_bindgen]
    #[derive(Debug)]
    pub struct Matcher {
        claims: Claims,
        credentials: Vec<Credential>,
    }

    #[wasm_bindgen]
    impl Matcher {
        #[wasm_bindgen(constructor)]
        pub fn new(token: &str, credentials: &str) -> Self {
            let token = first_token(token);
            Self {
                claims: Claims::from_payload(token.payload().expect("the token has claims")),
                credentials: CredentialList::parse(credentials).credentials,
            }
        }

        /// As the page does it: all compared, the nearest 20 in detail. Tells how many were compared.
        pub fn run(&self) -> usize {
            let verdict = match_nearest(&self.claims, &self.credentials, Rules::Current, 20);
            let verdict = black_box(verdict);
            verdict.matches.len() + verdict.further
        }
    }
}
