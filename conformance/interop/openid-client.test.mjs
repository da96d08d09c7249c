// Drives panva's openid-client through a running Tegata. Nothing here knows Tegata: it is what a stranger would write.
//
// Environment: ISSUER, REDIRECT_URI, EMAIL, PASSWORD, and per client
//   CLIENT_ID, CLIENT_SECRET      confidential, client_secret_basic: code, refresh, client_credentials
//   PUBLIC_CLIENT_ID              public (none), PKCE, rotating refresh tokens
//   KEY_CLIENT_ID, KEY_FILE       private_key_jwt; KEY_FILE is a PKCS#8 PEM of an ES256 key, KEY_ID its kid (optional)
// POST_LOGOUT_REDIRECT_URI is optional. A client without variables is skipped, the confidential one is required.
// With DEMO_JSON, the description a demo writes with --ready-file, all of them come from its member `interop`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import * as jose from "jose";
import * as client from "openid-client";
import { Browser, forms } from "./http.mjs";

const demo = process.env.DEMO_JSON && JSON.parse(await readFile(process.env.DEMO_JSON, "utf8"));
const env = { ...demo?.interop, ...process.env };
const required = ["ISSUER", "REDIRECT_URI", "EMAIL", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET"];
const missing = required.filter((name) => !env[name]);
if (missing.length) throw new Error(`set ${missing.join(", ")}`);

const issuer = new URL(env.ISSUER);
const scope = "openid profile email offline_access";
// Plain http is for loopback alone, as in the demo.
const execute = issuer.protocol === "http:" ? [client.allowInsecureRequests] : [];
const discover = (id, metadata, authentication) => client.discovery(issuer, id, metadata, authentication, { execute });

/** Code + PKCE as openid-client does it, with a person at the login page. */
async function signIn(config, browser = new Browser()) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: env.REDIRECT_URI,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const answer = await browser.signIn(url, { email: env.EMAIL, password: env.PASSWORD, redirectUri: env.REDIRECT_URI });
  const tokens = await client.authorizationCodeGrant(config, answer, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  return { tokens, browser, answer };
}

const refused = (code) => (error) => error.error === code || error.cause?.error === code;

describe("confidential client, client_secret_basic", () => {
  let config;
  let session;
  before(async () => {
    config = await discover(env.CLIENT_ID, undefined, client.ClientSecretBasic(env.CLIENT_SECRET));
    session = await signIn(config);
  });

  test("discovery describes what is needed", () => {
    const metadata = config.serverMetadata();
    assert.equal(metadata.issuer, env.ISSUER);
    for (const name of ["userinfo", "introspection", "revocation", "end_session"]) {
      assert.ok(metadata[`${name}_endpoint`], `${name}_endpoint`);
    }
    assert.equal(metadata.authorization_response_iss_parameter_supported, true);
    assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
  });

  test("the authorization response names the issuer", () => {
    assert.equal(session.answer.searchParams.get("iss"), env.ISSUER);
  });

  test("the ID token holds what a client relies on", () => {
    const claims = session.tokens.claims();
    assert.equal(claims.iss, env.ISSUER);
    assert.ok([claims.aud].flat().includes(env.CLIENT_ID));
    assert.ok(claims.sub && claims.auth_time && claims.exp > claims.iat);
  });

  test("the ID token is signed by a published key", async () => {
    const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    await jose.jwtVerify(session.tokens.id_token, keys, { issuer: env.ISSUER, audience: env.CLIENT_ID });
  });

  test("userinfo tells the same subject", async () => {
    const { sub } = session.tokens.claims();
    const info = await client.fetchUserInfo(config, session.tokens.access_token, sub);
    assert.equal(info.email, env.EMAIL);
  });

  test("refresh gives a new access token for the same subject", async () => {
    const { tokens } = await signIn(config);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(renewed.access_token, tokens.access_token);
    if (renewed.id_token) assert.equal(renewed.claims().sub, tokens.claims().sub);
  });

  test("a revoked refresh token is inactive and useless", async () => {
    const { tokens } = await signIn(config);
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, true);
    await client.tokenRevocation(config, tokens.refresh_token);
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, false);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refused("invalid_grant"));
  });

  test("a revoked access token is inactive", async () => {
    const { tokens } = await signIn(config);
    assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, true);
    await client.tokenRevocation(config, tokens.access_token);
    assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);
  });

  test("client_credentials gives a token for the client itself", async () => {
    const tokens = await client.clientCredentialsGrant(config);
    assert.equal(tokens.token_type, "bearer");
    assert.equal(tokens.refresh_token, undefined);
    assert.equal(tokens.id_token, undefined);
  });

  test("a wrong secret is refused as invalid_client", async () => {
    const wrong = await discover(env.CLIENT_ID, undefined, client.ClientSecretBasic("wrong-secret"));
    // RFC 6749 §5.2: who tried by header is challenged; openid-client reports the challenge and leaves the body to us.
    const error = await client.clientCredentialsGrant(wrong).catch((error) => error);
    assert.deepEqual([error.status, error.cause?.[0].scheme], [401, "basic"]);
    assert.equal((await error.response.json()).error, "invalid_client");
  });

  test("a session needs no second login, and ends by RP-initiated logout", async () => {
    const { tokens, browser } = await signIn(config);
    const silent = (prompt) =>
      browser.open(
        client.buildAuthorizationUrl(config, {
          redirect_uri: env.REDIRECT_URI,
          scope,
          prompt,
          state: client.randomState(),
          code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
          code_challenge_method: "S256",
        }),
        { away: env.REDIRECT_URI },
      );
    assert.ok((await silent("none")).left?.searchParams.get("code"), "a session yields a code");

    const parameters = { id_token_hint: tokens.id_token };
    const back = env.POST_LOGOUT_REDIRECT_URI;
    if (back) Object.assign(parameters, { post_logout_redirect_uri: back, state: "bye" });
    let page = await browser.open(client.buildEndSessionUrl(config, parameters), { away: back });
    const confirmation = page.html && forms(page.html).find((form) => /logout/.test(form.action ?? ""));
    if (confirmation) {
      page = await browser.submit(page, confirmation, { button: confirmation.buttons.at(-1) }, { away: back });
    }
    if (back) assert.equal(page.left?.searchParams.get("state"), "bye");
    assert.equal((await silent("none")).left?.searchParams.get("error"), "login_required");
  });
});

describe("public client, PKCE", { skip: !env.PUBLIC_CLIENT_ID && "no PUBLIC_CLIENT_ID" }, () => {
  let config;
  before(async () => {
    config = await discover(env.PUBLIC_CLIENT_ID, undefined, client.None());
  });

  test("signs in and rotates its refresh token", async () => {
    const { tokens } = await signIn(config);
    const first = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.ok(first.refresh_token && first.refresh_token !== tokens.refresh_token);
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    assert.ok(second.refresh_token && second.refresh_token !== first.refresh_token);
    // RFC 9700 §4.14.2: using a token that was replaced twice over ends the whole family.
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refused("invalid_grant"));
    await assert.rejects(client.refreshTokenGrant(config, second.refresh_token), refused("invalid_grant"));
  });

  test("is refused without PKCE", async () => {
    const url = client.buildAuthorizationUrl(config, { redirect_uri: env.REDIRECT_URI, scope, state: "s" });
    const page = await new Browser().open(url, { away: env.REDIRECT_URI });
    assert.equal(page.left?.searchParams.get("error"), "invalid_request");
  });
});

describe("client with private_key_jwt", { skip: !env.KEY_CLIENT_ID && "no KEY_CLIENT_ID" }, () => {
  test("signs in and gets tokens with a signed assertion", async () => {
    const key = await jose.importPKCS8(await readFile(env.KEY_FILE, "utf8"), "ES256");
    const authentication = client.PrivateKeyJwt(env.KEY_ID ? { key, kid: env.KEY_ID } : key);
    const config = await discover(env.KEY_CLIENT_ID, undefined, authentication);
    const { tokens } = await signIn(config);
    assert.ok(tokens.access_token && tokens.claims().sub);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.ok(renewed.access_token);
  });
});
