// What people do that no manual foresees: each ends on a page that makes sense.
import assert from 'node:assert/strict';
import { authorization, button, field, fillLogin, heading, isErrorPage, signIn } from './steps.mjs';
import { story, who } from './support.mjs';

for (const [sentence, code, parameters] of [
  ['an application nobody registered', 'unknown_client', ({ storage_app }) => ({ client_id: 'nobody', redirect_uri: storage_app })],
  [
    'an address to return to that is not registered',
    'redirect_uri_mismatch',
    (_, { PUBLIC_CLIENT_ID }) => ({ client_id: PUBLIC_CLIENT_ID, redirect_uri: 'http://localhost:1/elsewhere' }),
  ],
]) {
  story(`${sentence} ends on an error page that leads back to the service`, {}, async ({ page, demo }) => {
    const { brand } = who(demo, 'VX7', 'user');
    await page.goto(authorization(brand, parameters(brand, demo.interop)));
    await isErrorPage(page, code);
    assert.ok(page.url().startsWith(brand.issuer), 'nobody is sent anywhere');
    assert.doesNotMatch(await page.locator('main').innerText(), /client_id|redirect_uri|invalid|OAuth/);
    await page.getByRole('link', { name: 'M-Driveに戻る' }).click();
    assert.equal(await heading(page).innerText(), 'ログイン');
  });
}

story('after signing in, the back button leads to a login page that still works', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await signIn(page, user.brand.storage_app, user);
  await page.goBack();
  assert.equal(await heading(page).innerText(), 'ログイン');
  await fillLogin(page, user);
  await page.waitForURL(user.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${user.name}さん`);
});

story('after a wrong password, back and reload never ask to send a form again', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  await fillLogin(page, { ...user, password: 'Wrong-1234' });
  await page.getByRole('alert').waitFor();
  await page.reload();
  assert.equal(await page.getByRole('alert').count(), 0, 'a reload asks for the page, not for another attempt');
  await fillLogin(page, { ...user, password: 'Wrong-1234' });
  await page.getByRole('alert').waitFor();
  await field(page, 'メールアドレス').fill('');
  await button(page, 'パスワードを忘れた方はこちら').click();
  await page.getByText('メールアドレスを入力してください。', { exact: true }).waitFor();
  await page.goBack();
  assert.equal(await heading(page).innerText(), 'ログイン');
  await page.goForward();
  await page.getByRole('link', { name: '戻る' }).click();
  await fillLogin(page, user);
  await page.waitForURL(user.brand.storage_app);
  await page.goBack();
  assert.equal(await heading(page).innerText(), 'ログイン');
});

story('two tabs with two sign-ins both arrive', {}, async ({ page, context, demo }) => {
  const [user, contractor] = [who(demo, 'VX7', 'user'), who(demo, 'VX7', 'contractor')];
  const other = await context.newPage();
  await page.goto(user.brand.storage_app);
  await other.goto(user.brand.storage_app);
  await fillLogin(page, user);
  await page.waitForURL(user.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${user.name}さん`);
  await fillLogin(other, contractor);
  await other.waitForURL(user.brand.storage_app);
  assert.equal(await heading(other).innerText(), `${contractor.name}さん`);
  await page.reload();
  assert.equal(await heading(page).innerText(), `${contractor.name}さん`, 'one browser, one person');
});

story('two brands in one browser do not know of each other', {}, async ({ page, context, demo }) => {
  const [here, there] = [who(demo, 'VX7', 'user'), who(demo, 'VX8', 'user')];
  await signIn(page, here.brand.storage_app, here);
  const other = await context.newPage();
  await other.goto(there.brand.storage_app);
  assert.equal(await heading(other).innerText(), 'ログイン');
  await fillLogin(other, here);
  await other.getByRole('alert').waitFor();
  await fillLogin(other, there);
  await other.waitForURL(there.brand.storage_app);
  await button(other, 'ログアウト').click();
  await other.waitForURL('**/goodbye');
  await page.reload();
  assert.equal(await heading(page).innerText(), `${here.name}さん`);
});

story('a double click signs in once', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  await field(page, 'メールアドレス').fill(user.email);
  await field(page, 'パスワード').fill(user.password);
  await button(page, 'ログイン').dblclick();
  await page.waitForURL(user.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${user.name}さん`);
});

story('a login page opened in another browser says so and starts again', {}, async ({ page, another, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  const elsewhere = await (await another()).newPage();
  await elsewhere.goto(page.url());
  await isErrorPage(elsewhere, 'interaction_elsewhere');
  await elsewhere.getByRole('link', { name: 'はじめからやり直す' }).click();
  await fillLogin(elsewhere, user);
  await elsewhere.waitForURL(user.brand.storage_app);
});

story('a page that is not there leads back to the service', { locale: 'en-US' }, async ({ page, demo }) => {
  const { brand } = who(demo, 'VX4', 'user');
  await page.goto(`${brand.issuer}/nothing/here`);
  await isErrorPage(page, 'not_found');
  await page.getByRole('link', { name: /^Back to/ }).click();
  assert.equal(await heading(page).innerText(), 'Log in');
});

for (const javaScript of [true, false]) {
  const how = javaScript ? 'by itself' : 'by a button without JavaScript';
  story(`an answer by POST goes on ${how}`, { javaScript }, async ({ page, demo }) => {
    const user = who(demo, 'VX7', 'user');
    const { PUBLIC_CLIENT_ID: client_id, REDIRECT_URI: redirect_uri } = demo.interop;
    await page.route(redirect_uri, (route) => route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }));
    const posted = page.waitForRequest(redirect_uri);
    const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    await page.goto(authorization(user.brand, { client_id, redirect_uri, ...challenge, response_mode: 'form_post' }));
    await fillLogin(page, user);
    if (!javaScript) await button(page, '続ける').click();
    const request = await posted;
    const answer = new URLSearchParams(request.postData());
    assert.equal(request.method(), 'POST');
    assert.deepEqual([...answer.keys()].sort(), ['code', 'iss', 'state']);
    assert.equal(answer.get('iss'), user.brand.issuer);
  });
}
