// Makes what is timed: tokens of all lengths with their keys, the same for the tab and for the native program.

import { SignJWT, exportJWK, generateKeyPair, generateSecret } from "jose";

import { ISSUER, identityClaims } from "../tokens.mjs";

/** In characters. RS256 has no short ones: the signature alone has 342. */
const LENGTHS = { RS256: [1200, 4000, 64_000], ES256: [300, 1200, 4000, 64_000], HS256: [1200] };

/** Tokens with their keys. What is decoded has each length once, what is verified each algorithm as well. */
export async function newTokens() {
  const verified = [];
  for (const [alg, lengths] of Object.entries(LENGTHS)) {
    const key = await newKey(alg);
    for (const length of lengths) {
      verified.push({ name: `${alg} ${kB(length)}`, length, alg, text: await tokenOf(key, length), jwk: key.jwk });
    }
  }
  return { decoded: verified.filter(({ alg }) => alg === "ES256"), verified };
}

/** A key to sign with, and what is published of it; of a secret the secret itself. */
export async function newKey(alg) {
  if (alg === "HS256") {
    const secret = await generateSecret(alg, { extractable: true });
    return { alg, signing: secret, jwk: await exportJWK(secret) };
  }
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, signing: privateKey, jwk: await exportJWK(publicKey) };
}

/** A token in so many groups that it has about this length; a managed identity's where one fits. */
export async function tokenOf(key, length, more = {}) {
  const claims = length < 1000 ? fewClaims() : identityClaims();
  const signed = (groups) =>
    new SignJWT({ ...claims, ...more, groups })
      .setProtectedHeader({ alg: key.alg, typ: "JWT" })
      .sign(key.signing);
  const bare = await signed([]);
  const perGroup = ((36 + 3) * 4) / 3;
  const count = Math.max(0, Math.round((length - bare.length) / perGroup));
  return signed(Array.from({ length: count }, (_, i) => guid(i)));
}

function fewClaims() {
  const { iss, sub, exp } = identityClaims();
  return { iss: new URL(iss).origin, sub, exp };
}

export function guid(number) {
  return `0e0e0e0e-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

export function kB(length) {
  return `${length / 1000} kB`;
}

const CREDENTIALS = 10_000;

/** None matches, so each is compared to the end: other subjects, for every fourth another issuer as well. */
export function credentials() {
  const one = (_, i) => ({
    name: `credential-${i}`,
    issuer: i % 4 === 0 ? ISSUER.replace("0000000000e2", i.toString(16).padStart(12, "0")) : ISSUER,
    subject: guid(i),
    audiences: ["api://AzureADTokenExchange"],
  });
  return JSON.stringify(Array.from({ length: CREDENTIALS }, one));
}

/** The same number of flexible ones, each with a pattern that fits up to its last characters. */
export function flexible() {
  const one = (_, i) => ({
    name: `flexible-${i}`,
    issuer: GITHUB,
    claimsMatchingExpression: {
      value: `claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*-${i}' and claims['repository_id'] eq '${i}'`,
      languageVersion: 1,
    },
    audiences: ["api://AzureADTokenExchange"],
  });
  return JSON.stringify(Array.from({ length: CREDENTIALS }, one));
}

const GITHUB = "https://token.actions.githubusercontent.com";

/** Claims that these are compared with. */
export const githubClaims = JSON.stringify({
  iss: GITHUB, sub: "repo:contoso/shop:ref:refs/heads/main", aud: "api://AzureADTokenExchange", repository_id: "74",
});

const MIB_5 = 5 * 1024 * 1024;

/** 5 MiB of lines of a log, with so many tokens among them. */
export function logWith(tokens, token) {
  const lines = [];
  const every = tokens ? Math.floor((MIB_5 - tokens * (token.length + 30)) / tokens) : Infinity;
  for (let [length, plain, at] = [0, 0, 0]; ; at += 1) {
    const line =
      plain >= every ? `Authorization: Bearer ${token}\n` : `2026-11-23T10:00:${10 + (at % 50)}Z request ${at}: 200 in 12 ms\n`;
    plain = plain >= every ? 0 : plain + line.length;
    length += line.length;
    if (length > MIB_5) return lines.join("");
    lines.push(line);
  }
}
