// Makes the tokens of the tests. Tenants, identities and keys are invented; nothing here ever came from Entra ID.

import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";

export const TENANT = "c0c0c0c0-0000-4000-8000-0000000000e2";
export const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
export const PRINCIPAL = "0b0b0b0b-0000-4000-8000-0000000000e2";
export const CLIENT = "c1c1c1c1-0000-4000-8000-0000000000e2";
export const IDENTITY = "night-shift";

/** The id of Entra's token exchange, which a managed identity's token is for. */
const EXCHANGE = "fb60f99c-7a34-4190-8149-302f77469936";
const RESOURCES = "/subscriptions/00000000-0000-4000-8000-0000000000e2/resourcegroups/none/providers";

/** A fresh RSA key with a name. */
export function newKey(kid = "e2e-1") {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

/** What an issuer would publish of these keys. */
export function jwks(...keys) {
  const published = keys.map(({ kid, publicKey }) => ({
    ...publicKey.export({ format: "jwk" }),
    kid,
    use: "sig",
    alg: "RS256",
  }));
  return JSON.stringify({ keys: published }, null, 2);
}

/** The claims of a managed identity's token for the exchange, valid for an hour from now. */
export function identityClaims(more = {}) {
  const now = Math.floor(Date.now() / 1000);
  return {
    aud: EXCHANGE,
    iss: ISSUER,
    iat: now,
    nbf: now,
    exp: now + 3600,
    azp: CLIENT,
    azpacr: "2",
    idtyp: "app",
    oid: PRINCIPAL,
    sub: PRINCIPAL,
    tid: TENANT,
    ver: "2.0",
    xms_mirid: `${RESOURCES}/Microsoft.ManagedIdentity/userAssignedIdentities/${IDENTITY}`,
    ...more,
  };
}

/** A token with these claims, signed. */
export function signed(key, claims) {
  const input = compact({ alg: "RS256", typ: "JWT", kid: key.kid }, JSON.stringify(claims));
  const signature = createSign("RSA-SHA256").update(input).sign(key.privateKey, "base64url");
  return `${input}.${signature}`;
}

/** A token with this text as payload and something random, or the given text, as signature. */
export function forged(payload, header = { alg: "RS256", typ: "JWT" }, signature = randomBytes(256)) {
  return `${compact(header, payload)}.${encoded(signature)}`;
}

/** The signing input: header and payload. */
function compact(header, payload) {
  return `${encoded(JSON.stringify(header))}.${encoded(payload)}`;
}

export function encoded(bytes) {
  return Buffer.from(bytes).toString("base64url");
}
