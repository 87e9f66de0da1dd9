// MSAL for Node.js against the mock: its own requests, its own reading of the answers.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { ConfidentialClientApplication, ManagedIdentityApplication } from "@azure/msal-node";

import {
  APP, EXCHANGE, IDENTITY, SCOPE, SUBJECT, TENANT, assertionOf, assertionOfTheDayBeforeYesterday, claims, networkClient,
  scenario, serve,
} from "./mock.mjs";

/** What the application gets for an assertion. */
function exchange(mock, clientAssertion, authority = `https://login.microsoftonline.com/${TENANT}`) {
  const client = new ConfidentialClientApplication({
    auth: { clientId: APP, authority, clientAssertion },
    system: { networkClient: networkClient(mock) },
  });
  return client.acquireTokenByClientCredential({ scopes: [SCOPE] });
}

// MSAL keeps the network client that first asked for an identity's token, for all of the process.
const mock = await serve({ after }, scenario("managed-identity"));

/** What the identity with this client id gets from its host. */
function identity(userAssignedClientId, resource = EXCHANGE) {
  const client = new ManagedIdentityApplication({
    managedIdentityIdParams: { userAssignedClientId },
    system: { networkClient: networkClient(mock) },
  });
  return client.acquireToken({ resource, forceRefresh: true });
}

test("a managed identity's token becomes an access token", async () => {
  const assertion = await identity(IDENTITY);
  assert.equal(claims(assertion.accessToken).sub, SUBJECT);
  assert.ok(assertion.expiresOn > Date.now() + 23 * 3600 * 1000);
  const { accessToken, tokenType, expiresOn, fromCache } = await exchange(mock, async () => assertion.accessToken);
  assert.deepEqual([tokenType, fromCache], ["Bearer", false]);
  assert.ok(expiresOn > Date.now() + 3000 * 1000 && expiresOn < Date.now() + 3700 * 1000);
  const { azp, roles, tid } = claims(accessToken);
  assert.deepEqual({ azp, roles, tid }, { azp: APP, roles: ["Orders.Read"], tid: TENANT });
});

test("an identity alone on its host needs no client id", async () => {
  const { accessToken } = await identity(undefined);
  assert.equal(claims(accessToken).azp, IDENTITY);
});

test("a wrong subject is a server error with number and message", async (t) => {
  const wrong = await serve(t, scenario("wrong-subject"));
  await assert.rejects(exchange(wrong, await assertionOf(wrong)), {
    name: "ServerError",
    errorCode: "invalid_client",
    errorNo: 700213,
    status: 401,
    message: new RegExp(`AADSTS700213: No matching federated identity record found .*'${SUBJECT}'`),
  });
});

test("an expired assertion is told by its number", async (t) => {
  const expired = await assertionOfTheDayBeforeYesterday(t);
  await assert.rejects(exchange(mock, expired), {
    name: "ServerError",
    errorCode: "invalid_client",
    errorNo: 700024,
    message: /AADSTS700024: Client assertion is not within its valid time range/,
  });
});

test("an identity that the host has not is told", async () => {
  await assert.rejects(identity(APP), {
    name: "ServerError",
    errorCode: "invalid_request",
    status: 400,
    message: /Identity not found/,
  });
});

test("a resource that the tenant has not is Entra's error, passed on", async () => {
  await assert.rejects(identity(IDENTITY, "https://elsewhere.example"), {
    errorCode: "invalid_resource",
    errorNo: 500011,
    message: /AADSTS500011: .*https:\/\/elsewhere\.example/,
  });
});

test("another tenant is told", async () => {
  const authority = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-0000000000ff";
  await assert.rejects(exchange(mock, await assertionOf(mock), authority), { errorNo: 90002, message: /AADSTS90002: / });
});

// MSAL knows the hosts of the clouds by heart; only about others it asks.
test("a host of no cloud is asked about at instance discovery, and not trusted", async (t) => {
  const asked = await serve(t, scenario("managed-identity"));
  const authority = `https://login.contoso.example/${TENANT}`;
  await assert.rejects(exchange(asked, "unused", authority), { errorCode: "endpoints_resolution_error" });
  const [{ host, path, status }] = await asked.logged(1);
  assert.deepEqual([host, path, status], ["login.microsoftonline.com", "/common/discovery/instance", 400]);
});
