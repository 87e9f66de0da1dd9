// The Credential page: what is made of a token, an identity or a platform, and why credentials do not match.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertHealthy, follow, launch, paste, says, tabTo, tokenBox, visit } from "./browser.mjs";
import { CLIENT, ISSUER, PRINCIPAL, TENANT, identityClaims, newKey, signed } from "./tokens.mjs";

const EXCHANGE = "api://AzureADTokenExchange";
const GITHUB = "https://token.actions.githubusercontent.com";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const region = (page, name) => page.getByRole("region", { name, exact: true });
const box = (page, name) => page.getByRole("textbox", { name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });
const tab = (page, name) => page.getByRole("tab", { name, exact: true });

/** The value beside a label, in the fields to enter or another region. */
function value(page, label, name = "Enter this") {
  const row = region(page, name).getByRole("term").filter({ hasText: label });
  return row.locator("xpath=following-sibling::dd[1]").innerText();
}

/** Opens the page with a clipboard that can be read, and a token on the Decode page. */
async function withToken(t, claims) {
  const page = await visit(t, browser, "", { permissions: ["clipboard-read", "clipboard-write"] });
  const text = typeof claims === "string" ? claims : JSON.stringify(claims);
  await paste(tokenBox(page), text);
  await follow(page, "Credential");
  return page;
}

/** Copies with a button, and reads what is on the clipboard then. */
async function copied(page, name) {
  await button(page, name).click();
  await page.getByRole("status").getByText(/^Copied: /).waitFor({ state: "attached" });
  return page.evaluate(() => navigator.clipboard.readText());
}

const credential = (name, issuer, subject) => ({ name, issuer, subject, audiences: [EXCHANGE] });
const list = (page, credentials) =>
  paste(box(page, "Credentials of your application"), JSON.stringify(credentials));

test("a token becomes a credential to copy, field by field and as JSON", async (t) => {
  const page = await withToken(t, signed(newKey(), identityClaims()));
  for (const [name, expected] of [["Copy issuer", ISSUER], ["Copy subject identifier", PRINCIPAL], ["Copy audience", EXCHANGE]]) {
    assert.equal(await copied(page, name), expected);
  }
  const whole = JSON.parse(await copied(page, "Copy as JSON"));
  assert.deepEqual(Object.keys(whole), ["name", "issuer", "subject", "audiences", "description"]);
  assert.deepEqual([whole.issuer, whole.subject, whole.audiences], [ISSUER, PRINCIPAL, [EXCHANGE]]);
  await says(region(page, "Before you save it"), "No problems found");
  await assertHealthy(page);
});

test("what is copied matches the token it was made of", async (t) => {
  const page = await withToken(t, { iss: "https://issuer.example/", sub: "worker \"1\"", aud: ["x"] });
  const whole = JSON.parse(await copied(page, "Copy as JSON"));
  await list(page, [whole]);
  await says(region(page, "Does the token match?"), "It matches");
  await assertHealthy(page);
});

test("findings say code, reason, fix, source and confidence", async (t) => {
  const page = await withToken(t, { iss: "https://token.actions.githubusercontent.com/", sub: "repo:a/b:pull_request", aud: EXCHANGE });
  const found = region(page, "Before you save it");
  for (const text of ["Careful", "writes its issuer without a trailing slash", `Use ${GITHUB}, or`, "issuer-slash", "Entra: create a trust", "documented"]) {
    await says(found, text);
  }
});

test("an identity is pasted or typed; what is pasted counts", async (t) => {
  const page = await visit(t, browser, "credential/");
  assert.equal(await tab(page, "Managed identity").getAttribute("aria-selected"), "true");
  await box(page, "Object (principal) ID").fill(PRINCIPAL);
  await says(region(page, "Before you save it"), "The tenant of the identity is missing.");
  await box(page, "Tenant ID").fill(TENANT);
  assert.equal(await value(page, "Issuer"), ISSUER);
  assert.equal(await value(page, "Subject identifier"), PRINCIPAL);
  await paste(box(page, "User-assigned managed identity"), JSON.stringify({ principalId: CLIENT, tenantId: TENANT, type: "SystemAssigned" }));
  assert.equal(await value(page, "Subject identifier"), CLIENT);
  await says(region(page, "Before you save it"), "This is a system-assigned managed identity");
  assert.equal(await box(page, "Tenant ID").count(), 0);
  await paste(box(page, "User-assigned managed identity"), "nothing");
  await says(region(page, "Source"), "This is not a managed identity");
  await paste(box(page, "User-assigned managed identity"), "");
  assert.equal(await value(page, "Subject identifier"), PRINCIPAL);
  await assertHealthy(page);
});

test("a cloud changes host, issuer, audience and portal together", async (t) => {
  const page = await visit(t, browser, "credential/");
  await paste(box(page, "User-assigned managed identity"), JSON.stringify({ principalId: PRINCIPAL, tenantId: TENANT }));
  await page.getByText("IDs of the application, cloud and rules").click();
  for (const [cloud, host, end, portal, inferred] of [
    ["usgov", "login.microsoftonline.us", "USGov", "portal.azure.us", 1],
    ["china", "login.partner.microsoftonline.cn", "China", "portal.azure.cn", 1],
    ["global", "login.microsoftonline.com", "", "portal.azure.com", 0],
  ]) {
    await page.getByRole("combobox", { name: "Cloud" }).selectOption(cloud);
    assert.equal(await value(page, "Issuer"), `https://${host}/${TENANT}/v2.0`);
    assert.equal(await value(page, "Audience"), EXCHANGE + end);
    await says(region(page, "Where to enter it"), portal);
    assert.equal(await region(page, "Enter this").getByText("inferred", { exact: true }).count(), inferred);
  }
  await assertHealthy(page);
});

test("a form of GitHub becomes a credential, in both forms of the subject", async (t) => {
  const page = await visit(t, browser, "credential/");
  await tab(page, "GitHub").click();
  await box(page, "Organization or user").fill("contoso");
  await box(page, "Repository").fill("shop");
  await page.getByRole("combobox", { name: "What runs the job" }).selectOption("branch");
  await box(page, "Branch").fill("main");
  assert.equal(await value(page, "Issuer"), GITHUB);
  assert.equal(await value(page, "Subject identifier"), "repo:contoso/shop:ref:refs/heads/main");
  const forms = "Both forms of the subject";
  assert.equal(await value(page, "With IDs", forms), "missing");
  await box(page, "Owner ID (optional)").fill("12");
  await box(page, "Repository ID (optional)").fill("34");
  assert.equal(await value(page, "Subject identifier"), "repo:contoso@12/shop@34:ref:refs/heads/main");
  assert.equal(await value(page, "By names", forms), "repo:contoso/shop:ref:refs/heads/main");
  await box(page, "Convert another subject").fill("repo:octo/app:environment:x");
  assert.equal(await value(page, "With IDs", forms), "repo:octo@12/app@34:environment:x");
  await box(page, "Convert another subject").fill("nothing");
  await says(region(page, forms), "This does not begin with repo:");
  await says(region(page, "Where to enter it"), "GitHub Actions deploying Azure resources");
  await assertHealthy(page);
});

test("the subject of a service connection is not called an object id", async (t) => {
  const page = await visit(t, browser, "credential/");
  await tab(page, "More …").click();
  await page.getByRole("combobox", { name: "Platform" }).selectOption("azure-devops");
  for (const label of ["Tenant ID", "Organization ID", "Service connection ID"]) await box(page, label).fill(TENANT);
  const fields = region(page, "Enter this");
  await says(fields, "Compared with sub, letter case included.");
  assert.equal(await fields.getByText("Object (principal) ID").count(), 0);
  await assertHealthy(page);
});

test("what is typed for one platform is there again after another", async (t) => {
  const page = await visit(t, browser, "credential/");
  await tab(page, "Kubernetes").click();
  await box(page, "Namespace").fill("billing");
  await tab(page, "More …").click();
  const platform = page.getByRole("combobox", { name: "Platform" });
  await platform.selectOption("terraform");
  await box(page, "Organization").fill("contoso");
  await follow(page, "Decode");
  await follow(page, "Credential");
  assert.equal(await box(page, "Organization").inputValue(), "contoso");
  assert.equal(await platform.inputValue(), "terraform");
  await platform.selectOption("varying");
  await says(region(page, "Source"), "No credential can match exactly");
  assert.equal(await region(page, "Enter this").count(), 0);
  await tab(page, "Kubernetes").click();
  assert.equal(await box(page, "Namespace").inputValue(), "billing");
  await assertHealthy(page);
});

test("snippets print no signature", async (t) => {
  const page = await visit(t, browser, "credential/");
  for (const name of ["Managed identity", "GitHub", "Kubernetes"]) {
    await tab(page, name).click();
    await page.getByText("See your token's claims").click();
    const commands = await region(page, "Source").locator("pre").allInnerTexts();
    assert.ok(commands.length > 0, name);
    for (const command of commands) assert.match(command, /cut -d\. -f1,2/);
    await page.getByText("See your token's claims").click();
  }
});

test("a list that fails says where, and the corrected credential matches", async (t) => {
  const page = await withToken(t, signed(newKey(), identityClaims()));
  const matching = region(page, "Does the token match?");
  await list(page, [credential("far", GITHUB, "repo:a/b"), credential("near", `${ISSUER}/`, PRINCIPAL)]);
  await says(matching, "No match.");
  for (const text of ["only in a slash at the end of the issuer", "AADSTS700211", "401"]) await says(matching, text);
  assert.equal(await region(page, "The nearest").locator("mark").innerText(), "/");
  await says(region(page, "Other credentials"), "far");
  await tabTo(page, button(page, "Copy the corrected credential"));
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("Copied: the corrected credential").waitFor({ state: "attached" });
  const corrected = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.deepEqual([corrected.name, corrected.issuer], ["near", ISSUER]);
  await list(page, [corrected]);
  await says(matching, "It matches");
  assert.equal(await button(page, "Copy the corrected credential").count(), 0);
  await assertHealthy(page);
});

test("Entra ID's own message is there, and an empty list is an answer", async (t) => {
  const page = await withToken(t, { iss: GITHUB, sub: "repo:contoso/shop:pull_request", aud: EXCHANGE });
  const matching = region(page, "Does the token match?");
  await list(page, [credential("a", GITHUB, "repo:contoso@12/shop@34:pull_request")]);
  await says(matching, "No matching federated identity record found for presented assertion subject 'repo:contoso/shop:pull_request'.");
  await says(region(page, "The nearest"), "Only the IDs differ");
  await list(page, []);
  for (const text of ["No match.", "AADSTS70025", "0 credentials"]) await says(matching, text);
  await paste(box(page, "Credentials of your application"), '{"value":[]}');
  await says(matching, "AADSTS70025");
  await paste(box(page, "Credentials of your application"), "[");
  await says(matching, "Error");
  assert.equal(await matching.getByText("No match.").count(), 0);
  await assertHealthy(page);
});

test("the nearest 20 are shown, the others counted", async (t) => {
  const page = await withToken(t, signed(newKey(), identityClaims()));
  await list(page, Array.from({ length: 50 }, (_, at) => credential(`c-${at}`, ISSUER, `s${at}`)));
  const others = region(page, "Other credentials");
  await says(others, "30 more, further away.");
  assert.equal(await others.getByRole("row").count(), 1 + 19);
});

test("a plan leads GitHub's credentials to subjects with ids", async (t) => {
  const claims = { iss: GITHUB, sub: "repo:contoso/shop:environment:x", aud: EXCHANGE, repository: "contoso/shop", repository_owner_id: "12", repository_id: "34" };
  const page = await withToken(t, claims);
  const plan = region(page, "To GitHub's subjects with IDs");
  await list(page, [credential("k8s", "https://a.example/", "s")]);
  assert.equal(await plan.count(), 0);
  await list(page, [credential("old", GITHUB, claims.sub), credential("other", GITHUB, "repo:octo/app:environment:x")]);
  const steps = await plan.getByRole("list").first().locator(":scope > li > strong").allInnerTexts();
  assert.deepEqual(steps, [
    "These break once the repository's tokens have IDs",
    "Add one with IDs beside each",
    "Let the repository's tokens have IDs",
    "Then delete those with names",
  ]);
  await says(plan, "there are 4 credentials");
  await says(plan, "repo:octo@<owner ID>/app@<repository ID>:environment:x");
  const added = JSON.parse(await copied(page, "Copy the credential old-immutable"));
  assert.equal(added.subject, "repo:contoso@12/shop@34:environment:x");
  await assertHealthy(page);
});

test("the checklist ticks off what is known", async (t) => {
  const page = await withToken(t, signed(newKey(), identityClaims()));
  const items = region(page, "Prerequisites");
  const state = async (title) => {
    const item = items.getByRole("listitem").filter({ hasText: title });
    return item.locator(".badge").innerText();
  };
  assert.equal(await state("The managed identity is user-assigned"), "done");
  assert.equal(await state("are in the same tenant"), "not known");
  await page.getByText("IDs of the application, cloud and rules").click();
  await box(page, "Its tenant ID").fill(CLIENT);
  assert.equal(await state("are in the same tenant"), "open");
  await box(page, "Its tenant ID").fill(TENANT);
  assert.equal(await state("are in the same tenant"), "done");
  await page.getByRole("combobox", { name: "Rules" }).selectOption("preview2022");
  assert.equal(await state("Your API has an Application ID URI"), "not known");
  await assertHealthy(page);
});

test("the credential is written as commands and code, with what is known in it", async (t) => {
  const page = await withToken(t, signed(newKey(), identityClaims()));
  const code = region(page, "Commands and code");
  for (const [name, expected] of [
    ["az-bash", "az ad app federated-credential create"], ["graph", "POST https://graph.microsoft.com/v1.0/applications/"], ["bicep", "Microsoft.Graph/applications"],
    ["csharp", "ClientAssertionCredential"], ["python", "ClientAssertionCredential"], ["curl", "client_assertion"],
  ]) {
    await page.getByRole("combobox", { name: "Write it as" }).selectOption(name);
    await says(code, expected);
    assert.match(await code.innerText(), new RegExp(name === "bicep" ? PRINCIPAL : `${TENANT}|<TENANT_ID>`));
  }
  await page.getByRole("combobox", { name: "Write it as" }).selectOption("az-bash");
  const text = await copied(page, "Copy the command");
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  assert.equal(JSON.parse(json).subject, PRINCIPAL);
  assert.match(text, /<APP_ID>/);
  await assertHealthy(page);
});

test("a token of GitHub may let in others like it, by an expression that matches it", async (t) => {
  const claims = { iss: GITHUB, sub: "repo:contoso/shop:ref:refs/heads/main", aud: EXCHANGE, repository_id: "74" };
  const page = await withToken(t, claims);
  await page.getByRole("combobox", { name: "Matches" }).selectOption("flexible");
  const expression = "claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*' and claims['repository_id'] eq '74'";
  assert.equal(await value(page, "Claims matching expression"), expression);
  const whole = JSON.parse(await copied(page, "Copy as JSON"));
  assert.equal(whole.claimsMatchingExpression.value, expression);
  await list(page, [whole]);
  await says(region(page, "Does the token match?"), "It matches");
  whole.claimsMatchingExpression.value = expression.replace("heads", "tags");
  await list(page, [whole]);
  await says(region(page, "Does the token match?"), "AADSTS7002131");
  await says(region(page, "The nearest"), "sub matches");
  await page.getByRole("combobox", { name: "Write it as" }).selectOption("az-identity");
  await says(region(page, "Commands and code"), "cannot hold a matching expression");
  await assertHealthy(page);
});

test("an issuer that may have no expression is offered none", async (t) => {
  const page = await withToken(t, signed(newKey(), identityClaims()));
  assert.equal(await page.getByRole("combobox", { name: "Matches" }).count(), 0);
});

test("hostile values are text", async (t) => {
  const hostile = `<img src=x onerror=alert(1)>\u202E'"\`$(x){y}&amp;`;
  const page = await withToken(t, { iss: `https://${hostile}`, sub: hostile, aud: hostile, repository: hostile });
  await says(region(page, "Enter this"), "<img src=x onerror=alert(1)>");
  await list(page, [{ name: hostile, issuer: hostile, subject: hostile, audiences: [hostile] }]);
  await says(region(page, "Does the token match?"), "No match.");
  await says(page.getByRole("main"), "U+202E");
  assert.equal(await page.locator("main img").count(), 0);
  const whole = JSON.parse(await copied(page, "Copy as JSON"));
  assert.equal(whole.subject, hostile);
  for (const name of ["Managed identity", "GitHub", "Kubernetes", "More …"]) {
    await tab(page, name).click();
    const boxes = await region(page, "Source").getByRole("textbox").all();
    // From the end: what is pasted first takes the place of what is typed.
    for (const input of boxes.reverse()) await input.fill(hostile);
    await page.waitForTimeout(50);
    assert.equal(await page.locator("main img").count(), 0);
  }
  await assertHealthy(page);
});
