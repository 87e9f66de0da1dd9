// The Azure SDK's identity library against the mock: its own pipeline and HTTP client.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { createDefaultHttpClient } from "@azure/core-rest-pipeline";
import { ClientAssertionCredential, ManagedIdentityCredential } from "@azure/identity";

import {
  APP, EXCHANGE, IDENTITY, SCOPE, SUBJECT, TENANT, assertionOf, assertionOfTheDayBeforeYesterday, claims, scenario, serve,
} from "./mock.mjs";

/** The library's own HTTP client, with only the address redirected. */
function httpClient(mock) {
  const own = createDefaultHttpClient();
  const sendRequest = (request) => {
    const { host, pathname, search } = new URL(request.url);
    request.headers.set("Host", host);
    const url = `http://${mock.address}${pathname}${search}`;
    return own.sendRequest({ ...request, url, allowInsecureConnection: true });
  };
  return { sendRequest };
}

/** What the application gets for an assertion. */
function exchange(mock, assertion, tenant = TENANT) {
  const credential = new ClientAssertionCredential(tenant, APP, async () => assertion, { httpClient: httpClient(mock) });
  return credential.getToken(SCOPE);
}

// MSAL, which is below, keeps the client that first asked for an identity's token, for all of the process.
const mock = await serve({ after }, scenario("managed-identity"));

/** What the identity with this client id gets from its host. */
function identity(clientId, scope = `${EXCHANGE}/.default`) {
  const credential = new ManagedIdentityCredential({ clientId, httpClient: httpClient(mock) });
  return credential.getToken(scope);
}

test("a managed identity's token becomes an access token", async () => {
  const assertion = await identity(IDENTITY);
  assert.equal(claims(assertion.token).sub, SUBJECT);
  const { token, tokenType, expiresOnTimestamp } = await exchange(mock, assertion.token);
  assert.equal(tokenType, "Bearer");
  assert.ok(expiresOnTimestamp > Date.now() + 3000 * 1000 && expiresOnTimestamp < Date.now() + 3700 * 1000);
  assert.deepEqual(claims(token).roles, ["Orders.Read"]);
  // It looks for the endpoint first, without the header that is needed.
  const requests = (await mock.logged(3)).map(({ host, status }) => `${host} ${status}`);
  assert.deepEqual(requests, ["169.254.169.254 400", "169.254.169.254 200", "login.microsoftonline.com 200"]);
});

test("a wrong subject is told with its code", async (t) => {
  const wrong = await serve(t, scenario("wrong-subject"));
  await assert.rejects(exchange(wrong, await assertionOf(wrong)), {
    name: "AuthenticationRequiredError",
    message: new RegExp(`^invalid_client: .*700213 .*AADSTS700213: No matching federated identity record found .*'${SUBJECT}'`),
  });
});

test("an expired assertion is told with its code", async (t) => {
  const expired = await assertionOfTheDayBeforeYesterday(t);
  await assert.rejects(exchange(mock, expired), {
    name: "AuthenticationRequiredError",
    message: /^invalid_client: .*700024 .*AADSTS700024: Client assertion is not within its valid time range/,
  });
});

test("an identity that the host has not is told", async () => {
  await assert.rejects(identity(APP), (error) => {
    assert.equal(error.name, "CredentialUnavailableError");
    assert.match(error.message, /Identity not found/);
    const { errorCode, status } = error.cause;
    assert.deepEqual({ errorCode, status }, { errorCode: "invalid_request", status: 400 });
    return true;
  });
});

test("a resource that the tenant has not is Entra's error, passed on", async () => {
  await assert.rejects(identity(IDENTITY, "https://elsewhere.example/.default"), (error) => {
    assert.match(error.message, /AADSTS500011: .*https:\/\/elsewhere\.example/);
    assert.equal(error.cause.errorNo, 500011);
    return true;
  });
});

test("another tenant is told", async () => {
  const other = "c0c0c0c0-0000-4000-8000-0000000000ff";
  await assert.rejects(exchange(mock, await assertionOf(mock), other), { message: /AADSTS90002: / });
});
