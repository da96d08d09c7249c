// Pages that ask a person: may this application, and do you want to leave.
import assert from 'node:assert/strict';
import { button, field, fillLogin, heading, signIn } from './steps.mjs';
import { story, who } from './support.mjs';

story('a partner application asks, takes no for an answer, asks again, and remembers a yes', {}, async ({ page, demo }) => {
  const contractor = who(demo, 'VX7', 'contractor');
  const { partner_app } = contractor.brand;
  await page.goto(partner_app);
  await page.getByText('ログイン後、「スキャン便」に進みます。').waitFor();
  await fillLogin(page, contractor);

  await page.getByRole('heading', { name: 'アクセスの許可' }).waitFor();
  const question = await page.locator('main').innerText();
  for (const told of ['スキャン便', contractor.email, 'localhost', '氏名', 'メールアドレス']) assert.ok(question.includes(told), told);
  assert.doesNotMatch(question, /[a-z]_[a-z]/, 'no protocol words');
  await button(page, '許可しない').click();
  await page.waitForURL(/\/partner\/callback/);
  await page.getByText('ログインまたは情報の提供が許可されませんでした。').waitFor();

  await page.getByRole('link', { name: 'もう一度ログイン' }).click();
  await button(page, '許可する').click();
  await page.waitForURL(partner_app);
  assert.equal(await heading(page).innerText(), `${contractor.name}さん`);

  await button(page, 'ログアウト').click();
  await page.waitForURL('**/goodbye');
  await page.getByRole('link', { name: 'ログイン' }).click();
  await fillLogin(page, contractor);
  await page.waitForURL(partner_app);
});

story('an application that only wants to know who somebody is says that', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await signIn(page, user.brand.storage_app, user);
  const asked = page.waitForRequest((request) => request.url().startsWith(`${user.brand.issuer}/authorize?`));
  await page.goto(user.brand.partner_app);
  const request = new URL((await asked).url());
  request.searchParams.set('scope', 'openid');
  await page.goto(request.href);
  assert.equal(await page.locator('.scopes').innerText(), 'あなたが誰であるかを確認する');
});

story('the service of the brand itself never asks for consent', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  const visited = [];
  page.on('framenavigated', (frame) => visited.push(frame.url()));
  await signIn(page, user.brand.storage_app, user);
  assert.deepEqual(visited.filter((url) => url.includes('/consent/')), []);
});

story('a logout nobody can vouch for is asked about, and no means no', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  const { issuer, storage_app } = user.brand;
  await signIn(page, storage_app, user);
  await page.goto(`${issuer}/logout`);
  assert.ok((await page.locator('main').innerText()).includes(user.email));
  await button(page, 'ログアウトしない').click();
  assert.equal(await heading(page).innerText(), 'ログインしたままです');
  await page.getByRole('link', { name: 'M-Driveに戻る' }).click();
  await page.waitForURL(storage_app);
  assert.equal(await heading(page).innerText(), `${user.name}さん`);

  await page.goto(`${issuer}/logout`);
  await button(page, 'ログアウトする').click();
  assert.equal(await heading(page).innerText(), 'ログアウトしました');
  await page.goto(`${storage_app}/login`);
  assert.equal(await heading(page).innerText(), 'ログイン');
});

story('a logout when nobody is signed in says that it is done', {}, async ({ page, demo }) => {
  const { brand } = who(demo, 'VX7', 'user');
  await page.goto(`${brand.issuer}/logout`);
  assert.equal(await heading(page).innerText(), 'ログアウトしました');
  await page.getByRole('link', { name: 'M-Driveに戻る' }).click();
  assert.equal(await field(page, 'メールアドレス').count(), 1);
});

story('after logging out, the back button shows nobody’s data', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await signIn(page, user.brand.storage_app, user);
  await button(page, 'ログアウト').click();
  await page.waitForURL('**/goodbye');
  await page.goBack();
  await page.waitForLoadState();
  assert.ok(!(await page.locator('body').innerText()).includes(user.email));
});
