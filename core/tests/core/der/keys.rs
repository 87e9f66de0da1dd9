//! Public and private keys of odd content.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fedcred_core::jose::{Keys, SignatureState, parse, verify};
use fedcred_core::text::base64url;

use super::write::*;
use crate::fixtures;

const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_PSS: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const EC: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: [u8; 5] = [0x2b, 0x81, 4, 0, 0x22];
const ED25519: [u8; 3] = [0x2b, 0x65, 0x70];

/// An AlgorithmIdentifier with these parameters (RFC 5280 §4.1.1.2).
fn algorithm(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    sequence(&[&value(OID, oid), parameters])
}

/// A bit string of whole bytes.
fn bits(bytes: &[u8]) -> Vec<u8> {
    value(BITS, &[&[0], bytes].concat())
}

/// What the key in this PEM block is called; none where it is refused, which is told.
#[track_caller]
fn words(label: &str, der: &[u8]) -> Option<String> {
    let keys = Keys::parse(&pem(label, der), "file");
    let codes: Vec<_> = keys.diagnostics().iter().map(|d| d.code).collect();
    let private = label.contains("PRIVATE");
    assert_eq!(codes.contains(&"key-private"), private, "{codes:?}");
    assert_eq!(codes.contains(&"key-unusable"), keys.is_empty());
    keys.get(0).map(|key| key.description())
}

/// The key is called so, and refused where it is cut or where a byte follows it.
#[track_caller]
fn check(what: &str, label: &str, der: &[u8], expected: &str) {
    assert_eq!(words(label, der).as_deref(), Some(expected), "{what}");
    for end in 0..der.len() {
        assert_eq!(words(label, &der[..end]), None, "{what}, cut at {end}");
    }
    let longer = [der, &[0]].concat();
    assert_eq!(words(label, &longer), None, "{what}, a byte after it");
}

#[track_caller]
fn check_refused(what: &str, label: &str, der: &[u8]) {
    assert_eq!(words(label, der), None, "{what}");
}

/// A positive number of this many bits, all of them set.
fn number(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0xff; bits.div_ceil(8)];
    bytes[0] >>= (8 - bits % 8) % 8;
    if bytes[0] > 0x7f {
        bytes.insert(0, 0);
    }
    value(INTEGER, &bytes)
}

const EXPONENT: [u8; 5] = [INTEGER, 3, 1, 0, 1];

/// An RSAPublicKey (RFC 8017 appendix A.1.1).
fn rsa(bits: usize) -> Vec<u8> {
    sequence(&[&number(bits), &EXPONENT])
}

#[test]
fn rsa_keys_have_two_numbers_of_likely_size() {
    let label = "RSA PUBLIC KEY";
    for bits in [512, 1024, 2047, 2048, 8192] {
        let what = format!("an RSA key, {bits} bits");
        check(&what, label, &rsa(bits), &what);
    }
    let padded = value(INTEGER, &[&[0][..], &number(2048)[4..]].concat());
    for (what, modulus, exponent) in [
        ("of 511 bits", &number(511)[..], &EXPONENT[..]),
        ("of 8193 bits", &number(8193), &EXPONENT),
        ("without an exponent", &number(2048), &[]),
        ("the exponent 0", &number(2048), &value(INTEGER, &[0])),
        ("the exponent 1", &number(2048), &value(INTEGER, &[1])),
        ("an even exponent", &number(2048), &value(INTEGER, &[4])),
        ("a large exponent", &number(2048), &number(34)),
        (
            "a negative exponent",
            &number(2048),
            &value(INTEGER, &[0xff]),
        ),
        (
            "a negative modulus",
            &value(INTEGER, &[0xff; 256]),
            &EXPONENT,
        ),
        ("an even modulus", &value(INTEGER, &[0x7e; 256]), &EXPONENT),
        ("an empty modulus", &value(INTEGER, &[]), &EXPONENT),
        ("zeros before the modulus", &padded, &EXPONENT),
        (
            "bytes as the modulus",
            &value(OCTETS, &[0x7f; 256]),
            &EXPONENT,
        ),
        (
            "a third number",
            &number(2048),
            &[EXPONENT, EXPONENT].concat(),
        ),
    ] {
        check_refused(what, label, &sequence(&[modulus, exponent]));
    }
}

#[test]
fn parameters_of_rsa_do_not_matter() {
    let (label, words, key) = ("PUBLIC KEY", "an RSA key, 2048 bits", rsa(2048));
    let null = value(NULL, &[]);
    for (what, oid, parameters) in [
        ("usual", RSA, &null[..]),
        ("none", RSA, &[]),
        ("a text", RSA, &value(UTF8, b"text")),
        ("PSS with none", RSA_PSS, &[]),
        ("PSS with NULL", RSA_PSS, &null),
        ("PSS with the defaults", RSA_PSS, &sequence(&[])),
    ] {
        let key = sequence(&[&algorithm(&oid, parameters), &bits(&key)]);
        check(what, label, &key, words);
    }
    let longer = [&key[..], &[0]].concat();
    for (what, parameters, key) in [
        ("no key", &null[..], &[][..]),
        (
            "some bits less",
            &null,
            &value(BITS, &[&[1], &key[..]].concat()),
        ),
        ("an octet string", &null, &value(OCTETS, &key)),
        ("a byte after the numbers", &null, &bits(&longer)),
        (
            "something after the key",
            &null,
            &[bits(&key), null.clone()].concat(),
        ),
        (
            "parameters twice",
            &[null.clone(), null.clone()].concat(),
            &bits(&key),
        ),
    ] {
        let key = sequence(&[&algorithm(&RSA, parameters), key]);
        check_refused(what, label, &key);
    }
}

/// An RSAPrivateKey (RFC 8017 appendix A.1.2), its private numbers invented.
fn private_rsa(version: u8, private_numbers: usize, others: &[u8]) -> Vec<u8> {
    let private = number(1024).repeat(private_numbers);
    let version = value(INTEGER, &[version]);
    sequence(&[&version, &number(2048), &EXPONENT, &private, others])
}

#[test]
fn private_rsa_keys_are_whole() {
    let (label, words) = ("RSA PRIVATE KEY", "an RSA key, 2048 bits");
    let others = sequence(&[&sequence(&[&number(1024).repeat(3)])]);
    check("two primes", label, &private_rsa(0, 6, &[]), words);
    check("three primes", label, &private_rsa(1, 6, &others), words);
    for (what, key) in [
        ("version 2", private_rsa(2, 6, &[])),
        ("three primes announced", private_rsa(1, 6, &[])),
        ("three primes not announced", private_rsa(0, 6, &others)),
        ("a number less", private_rsa(0, 5, &[])),
        ("the public numbers only", private_rsa(0, 0, &[])),
        (
            "no version",
            sequence(&[&rsa(2048)[4..], &number(1024).repeat(6)]),
        ),
    ] {
        check_refused(what, label, &key);
    }
}

/// A PrivateKeyInfo (RFC 5958).
fn pkcs8(version: u8, algorithm: &[u8], key: &[u8], rest: &[u8]) -> Vec<u8> {
    let (version, key) = (value(INTEGER, &[version]), value(OCTETS, key));
    sequence(&[&version, algorithm, &key, rest])
}

#[test]
fn what_follows_a_private_key_does_not_matter() {
    let label = "PRIVATE KEY";
    let rsa = (
        algorithm(&RSA, &value(NULL, &[])),
        private_rsa(0, 6, &[]),
        "an RSA key, 2048 bits",
    );
    let ed25519 = (
        algorithm(&ED25519, &[]),
        value(OCTETS, &[7; 32]),
        "an Ed25519 key",
    );
    let public = [&[0], &[9; 32][..]].concat();
    let usage = value(SET, &value(BITS, &[7, 0x80]));
    let attributes = value(0xa0, &sequence(&[&value(OID, &[0x55, 0x1d, 0x0f]), &usage]));
    for (algorithm, key, words) in [rsa, ed25519] {
        for (what, version, rest) in [
            ("nothing", 0, &[][..]),
            ("attributes", 0, &attributes),
            ("the public key", 1, &value(0x81, &public)),
            (
                "the public key as ring 0.16 wrote it",
                1,
                &value(0xa1, &bits(&public)),
            ),
            ("the public key in version 1", 0, &value(0x81, &public)),
            ("no public key in version 2", 1, &[]),
        ] {
            check(what, label, &pkcs8(version, &algorithm, &key, rest), words);
        }
        check_refused("a key alone", label, &key);
        check_refused("no key", label, &sequence(&[&[INTEGER, 1, 0], &algorithm]));
        let longer = [&key[..], &[0]].concat();
        check_refused("a byte more", label, &pkcs8(0, &algorithm, &longer, &[]));
    }
}

#[test]
fn ed25519_keys_have_32_bytes() {
    let label = "PUBLIC KEY";
    let key = STANDARD.decode(ED25519_KEY).unwrap();
    check("usual", label, &key, "an Ed25519 key");
    let point = &key[12..];
    let plain = algorithm(&ED25519, &[]);
    let null = algorithm(&ED25519, &value(NULL, &[]));
    check(
        "with NULL",
        label,
        &sequence(&[&null, &bits(point)]),
        "an Ed25519 key",
    );
    for (what, key) in [
        ("31 bytes", bits(&point[1..])),
        ("33 bytes", bits(&[point, &[0]].concat())),
        ("an octet string", value(OCTETS, point)),
    ] {
        check_refused(what, label, &sequence(&[&plain, &key]));
    }
    for (what, seed) in [
        ("31 bytes", value(OCTETS, &[7; 31])),
        ("33 bytes", value(OCTETS, &[7; 33])),
        ("the seed alone", vec![7; 32]),
    ] {
        check_refused(what, "PRIVATE KEY", &pkcs8(0, &plain, &seed, &[]));
    }
}

/// A token, and the coordinates of the P-256 key that verifies it.
fn es256() -> (String, Vec<u8>, Vec<u8>) {
    let tokens = fixtures::list("tokens-jose.json", "tokens");
    let token = tokens.iter().find(|token| token["alg"] == "ES256").unwrap();
    let coordinate = |name: &str| {
        let text = token["jwk"][name].as_str().unwrap();
        base64url::decode_strict(text).unwrap()
    };
    let compact = token["token"].as_str().unwrap().to_owned();
    (compact, coordinate("x"), coordinate("y"))
}

#[test]
fn points_are_on_the_named_curve() {
    let (label, words) = ("PUBLIC KEY", "a P-256 key");
    let (compact, x, y) = es256();
    let token = parse(&compact).tokens.remove(0);
    let named = algorithm(&EC, &value(OID, &P256));
    let public = |point: &[u8]| sequence(&[&named, &bits(point)]);
    let state = |point: &[u8]| {
        let keys = Keys::parse(&pem(label, &public(point)), "file");
        verify(&token, &keys).state
    };
    let point = [&[4], &x[..], &y].concat();
    check("whole", label, &public(&point), words);
    assert_eq!(state(&point), SignatureState::Valid);
    // Compressed, the first byte tells which of the two points with this `x` it is (SEC 1 §2.3.3).
    let (own, other) = (2 + y[31] % 2, 3 - y[31] % 2);
    let compressed = |first: u8| [&[first], &x[..]].concat();
    check("compressed", label, &public(&compressed(own)), words);
    assert_eq!(state(&compressed(own)), SignatureState::Valid);
    assert_eq!(state(&compressed(other)), SignatureState::Invalid);
    for (what, point) in [
        ("nothing", vec![]),
        ("infinity", vec![0]),
        ("both forms at once", [&[own + 4], &x[..], &y].concat()),
        ("the form missing", point[1..].to_vec()),
        ("a byte less", point[..64].to_vec()),
        ("a byte more", [&point[..], &[0]].concat()),
        ("swapped", [&[4], &y[..], &x].concat()),
        ("zeros", [&[4][..], &[0; 64]].concat()),
        ("beyond the field", [&[4][..], &[0xff; 64]].concat()),
        (
            "compressed, beyond the field",
            [&[own][..], &[0xff; 32]].concat(),
        ),
        ("compressed, a byte less", compressed(own)[..32].to_vec()),
    ] {
        check_refused(what, label, &public(&point));
    }
    for (what, algorithm) in [
        ("no curve", algorithm(&EC, &[])),
        ("NULL", algorithm(&EC, &value(NULL, &[]))),
        ("another curve", algorithm(&EC, &value(OID, &P384))),
        ("the curve alone", algorithm(&P256, &[])),
    ] {
        check_refused(what, label, &sequence(&[&algorithm, &bits(&point)]));
    }
}

#[test]
fn private_ec_keys_hold_their_public_point() {
    let words = "a P-256 key";
    let (_, x, y) = es256();
    let sec1 = |version: u8, curve: &[u8], point: &[u8]| {
        let version = value(INTEGER, &[version]);
        sequence(&[&version, &value(OCTETS, &[7; 32]), curve, point])
    };
    let curve = value(0xa0, &value(OID, &P256));
    let other = value(0xa0, &value(OID, &P384));
    let point = value(0xa1, &bits(&[&[4], &x[..], &y].concat()));
    let compressed = value(0xa1, &bits(&[&[2 + y[31] % 2], &x[..]].concat()));
    let label = "EC PRIVATE KEY";
    check("usual", label, &sec1(1, &curve, &point), words);
    check("compressed", label, &sec1(1, &curve, &compressed), words);
    for (what, key) in [
        ("version 0", sec1(0, &curve, &point)),
        ("version 2", sec1(2, &curve, &point)),
        ("no curve", sec1(1, &[], &point)),
        ("no point", sec1(1, &curve, &[])),
        ("another curve", sec1(1, &other, &point)),
        ("the point before the curve", sec1(1, &point, &curve)),
    ] {
        check_refused(what, label, &key);
    }
    let named = algorithm(&EC, &value(OID, &P256));
    let wrapped = |key: &[u8], rest: &[u8]| pkcs8(0, &named, key, rest);
    let label = "PRIVATE KEY";
    check("usual", label, &wrapped(&sec1(1, &[], &point), &[]), words);
    check(
        "named twice",
        label,
        &wrapped(&sec1(1, &curve, &point), &[]),
        words,
    );
    check_refused("no point", label, &wrapped(&sec1(1, &[], &[]), &[]));
    let outside = wrapped(&sec1(1, &[], &[]), &value(0x81, &[&[0], &y[..]].concat()));
    check_refused("a point outside", label, &outside);
}
