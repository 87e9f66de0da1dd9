// MSAL for Node.js on App Service: where its variables are set, it asks that endpoint in place of the host's.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { ManagedIdentityApplication } from "@azure/msal-node";

import { APP, EXCHANGE, IDENTITY, SUBJECT, claims, networkClient, scenario, serve } from "./mock.mjs";

process.env.IDENTITY_ENDPOINT = "http://localhost:4141/MSI/token/";
process.env.IDENTITY_HEADER = "fedcred-identity-header";

// MSAL keeps the network client that first asked for an identity's token, for all of the process.
const mock = await serve({ after }, scenario("managed-identity"));

/** What the identity with this client id gets. */
function identity(userAssignedClientId) {
  const client = new ManagedIdentityApplication({
    managedIdentityIdParams: { userAssignedClientId },
    system: { networkClient: networkClient(mock) },
  });
  assert.equal(client.getManagedIdentitySource(), "AppService");
  return client.acquireToken({ resource: EXCHANGE, forceRefresh: true });
}

test("an identity gets its token", async () => {
  const { accessToken, expiresOn } = await identity(IDENTITY);
  assert.equal(claims(accessToken).sub, SUBJECT);
  assert.ok(expiresOn > Date.now() + 23 * 3600 * 1000);
  const [{ host, path }] = await mock.logged(1);
  assert.deepEqual([host, path], ["localhost:4141", "/MSI/token/"]);
});

test("an identity that is not there is told", async () => {
  await assert.rejects(identity(APP), {
    name: "ServerError",
    status: 400,
    message: /No User Assigned or Delegated Managed Identity found/,
  });
});
