// The operator console: the first sign-in, a new client application, and somebody who is not let in.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { headed } from './factor.mjs';
import { enrolled, signInAsOperator } from './operator.mjs';
import { person } from './people.mjs';
import { authorization, fillLogin, heading } from './steps.mjs';
import { story } from './support.mjs';

// A client application of one page: answers with what it was sent.
async function application() {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="ja"><link rel="icon" href="data:,"><title>届きました</title><h1>届きました</h1>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/callback`, close: () => server.close() };
}

async function register(page, demo, redirectUri) {
  await page.getByRole('link', { name: 'クライアント', exact: true }).click();
  await page.getByRole('link', { name: 'クライアントを登録する' }).click();
  await page.locator('#brand').selectOption('VX7');
  await page.locator('#client_name').fill('勤怠くん');
  await page.locator('#redirect_uris').fill(redirectUri);
  await page.locator('#application_type').selectOption('native'); // plain http is for the person's own machine
  await page.locator('main form button[type=submit]').last().click();
}

story('an operator registers a client application, and signs in with it', {}, async ({ page, another, demo }) => {
  const operator = await enrolled(page, demo);
  await signInAsOperator(page, demo, operator);
  const app = await application();
  try {
    await register(page, demo, app.address);
    const [clientId, secret] = await page.locator('main code').allInnerTexts();
    assert.ok(secret.length >= 43, 'the secret is shown');
    await page.getByRole('link', { name: clientId }).click();
    assert.ok(!(await page.content()).includes(secret), 'and never again');
    const somebody = await person(demo, 'VX7');
    const href = await page.getByRole('link', { name: 'サインインを試す' }).first().getAttribute('href');
    const visitor = await (await another()).newPage();
    await visitor.goto(href);
    await fillLogin(visitor, somebody);
    await visitor.locator('main button.primary').click(); // the application is not one of ours: it asks
    await visitor.waitForURL(`${app.address}?**`);
    assert.equal(await heading(visitor).innerText(), '届きました');
    // The link tries the sign-in and no more: nobody has what its code could be redeemed with. The application asks itself.
    await visitor.goto(authorization(somebody.brand, { client_id: clientId, redirect_uri: app.address }));
    await visitor.waitForURL(`${app.address}?**`);
    const answer = new URL(visitor.url()).searchParams;
    const token = await fetch(`${somebody.brand.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: app.address }),
    });
    assert.equal(token.status, 200, await token.clone().text());
    assert.ok((await token.json()).id_token);
  } finally {
    app.close();
  }
});

story('who only reads sees the console and changes nothing', {}, async ({ page, demo }) => {
  const operator = await enrolled(page, demo, 'read_only');
  await signInAsOperator(page, demo, operator);
  await page.goto(`${demo.operator.console}/clients`);
  assert.equal(await page.getByRole('link', { name: 'クライアントを登録する' }).count(), 0);
  const refused = await page.goto(`${demo.operator.console}/clients/new`);
  assert.equal(refused.status(), 403);
});

story('an enrolment link is good once, and a sign-in wants both factors', { javaScript: false }, async ({ page, demo }) => {
  const operator = await enrolled(page, demo);
  await page.goto(operator.link);
  await headed(page, 'このリンクは使用できません');
  await page.goto(`${demo.operator.console}/`);
  await page.locator('#email').fill(operator.email);
  await page.locator('#password').fill(operator.password);
  await page.locator('main button.primary').click();
  const inside = await page.goto(`${demo.operator.console}/clients`);
  assert.ok(inside.url().includes('/sign-in'), 'a password alone opens nothing');
});
