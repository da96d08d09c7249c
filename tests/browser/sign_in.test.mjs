// Signing in on the login page (manual, chapter 1.1) and out again, in every way a person may do it.
import assert from 'node:assert/strict';
import { button, field, fillLogin, heading, signIn, words } from './steps.mjs';
import { story, who } from './support.mjs';

const looks = {
  VX7: { name: 'M-Drive', color: 'rgb(11, 92, 173)' },
  VX4: { name: 'おまかせクラウドストレージ', color: 'rgb(10, 112, 104)' },
  VW5: { name: 'WORKSDRIVE', color: 'rgb(39, 57, 125)' },
  VX8: { name: 'どこでもBOX', color: 'rgb(168, 58, 10)' },
  VX9: { name: 'コーデックストレージ', color: 'rgb(106, 44, 130)' },
};

for (const [code, { name, color }] of Object.entries(looks)) {
  story(`a user signs in to ${name} in its own colors, and out on both sides`, {}, async ({ page, demo }) => {
    const user = who(demo, code, 'user');
    await page.goto(user.brand.storage_app);
    assert.equal(await page.title(), `ログイン | ${name}`);
    const logo = page.getByRole('img', { name, exact: true });
    assert.ok((await logo.evaluate((image) => image.naturalWidth)) > 100, 'the logo is loaded');
    const primary = button(page, 'ログイン');
    assert.equal(await primary.evaluate((element) => getComputedStyle(element).backgroundColor), color);

    await fillLogin(page, user);
    await page.waitForURL(user.brand.storage_app);
    assert.equal(await heading(page).innerText(), `${user.name}さん`);
    const main = await page.locator('main').innerText();
    for (const shown of [user.brand.company, user.email, '利用者', 'アクセストークン']) assert.ok(main.includes(shown), shown);

    await button(page, 'ログアウト').click();
    await page.waitForURL('**/goodbye');
    assert.equal(await heading(page).innerText(), 'ログアウトしました');
    // Signed out at the provider too: the service asks for the password again.
    await page.goto(user.brand.storage_app);
    assert.equal(await heading(page).innerText(), 'ログイン');
  });
}

story('the keyboard alone signs in, and always shows where it is', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  const here = () =>
    page.evaluate(() => {
      const { activeElement: element } = document;
      const style = getComputedStyle(element);
      const label = element.labels?.[0]?.innerText ?? element.getAttribute('aria-label') ?? element.innerText;
      return { label, seen: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2 };
    });
  const order = [];
  for (let stop = 0; stop < 6; stop++) {
    const { label, seen } = await here();
    assert.ok(seen, `the focus on ${label} is visible`);
    order.push(label);
    await page.keyboard.press('Tab');
  }
  const expected = ['メールアドレス', 'パスワード', 'パスワードを表示', 'ログイン', 'パスワードを忘れた方はこちら', 'パスキーでログイン'];
  assert.deepEqual(order, expected);

  await field(page, 'メールアドレス').focus();
  await page.keyboard.press('Shift+Tab');
  assert.equal((await here()).label, 'パスワード変更、その他認証・契約情報の変更はこちら');
  await page.keyboard.press('Tab');
  await page.keyboard.type(user.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(user.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(user.brand.storage_app);
  while ((await here()).label !== 'ログアウト') await page.keyboard.press('Tab');
  assert.ok((await here()).seen);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/goodbye');
});

story('nothing needs JavaScript', { javaScript: false }, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'administrator');
  await page.goto(user.brand.storage_app);
  await fillLogin(page, { ...user, password: 'Wrong-1234' });
  await page.getByRole('alert').waitFor();
  assert.equal(await button(page, 'パスワードを表示').count(), 0, 'no eye that does nothing');
  await page.getByRole('link', { name: 'English' }).click();
  await fillLogin(page, user, 'en');
  await page.waitForURL(user.brand.storage_app);
  await page.goto(user.brand.partner_app);
  await button(page, words.en.allow).click();
  await page.waitForURL(user.brand.partner_app);
  await button(page, 'ログアウト').click();
  await page.waitForURL('**/goodbye');
});

story('an English browser gets English pages', { locale: 'en-GB' }, async ({ page, demo }) => {
  const user = who(demo, 'VW5', 'user');
  await page.goto(user.brand.storage_app);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.equal(await page.title(), 'Log in | WORKSDRIVE');
  await fillLogin(page, user, 'en');
  await page.waitForURL(user.brand.storage_app);
  await button(page, 'Log out').click();
  await page.waitForURL('**/goodbye');
  assert.equal(await heading(page).innerText(), 'You have logged out');
});

story('the language switch keeps what was typed, and is remembered', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  await field(page, 'メールアドレス').fill(user.email);
  await page.getByRole('link', { name: 'English' }).click();
  assert.equal(await heading(page).innerText(), 'Log in');
  assert.equal(await field(page, 'Email address').inputValue(), user.email);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'the tab does not keep the address');
  await field(page, 'Password').fill(user.password);
  await button(page, 'Log in').click();
  await page.waitForURL(user.brand.storage_app);
  await page.goto(`${user.brand.issuer}/logout`);
  assert.equal(await heading(page).innerText(), 'Log out');
  await page.getByRole('link', { name: '日本語' }).click();
  assert.equal(await heading(page).innerText(), 'ログアウト');
});

story('a wrong password is said aloud, at the fields, and the address stays', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  await fillLogin(page, { ...user, password: 'Wrong-1234' });
  const alert = page.getByRole('alert');
  const words = 'メールアドレスまたはパスワードが正しくありません。ご確認のうえ、もう一度入力してください。';
  assert.equal(await alert.innerText(), words);
  const password = field(page, 'パスワード');
  assert.equal(await field(page, 'メールアドレス').inputValue(), user.email);
  assert.equal(await password.inputValue(), '');
  assert.ok(await password.evaluate((element) => element === document.activeElement), 'the cursor waits for a password');
  for (const each of [field(page, 'メールアドレス'), password]) {
    assert.equal(await each.getAttribute('aria-invalid'), 'true');
    assert.equal(await each.getAttribute('aria-describedby'), await alert.getAttribute('id'));
  }
  await password.fill(user.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(user.brand.storage_app);
});

story('an address nobody has gets the same answer as a wrong password', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  const answers = [];
  for (const email of [user.email, 'nobody@vx7.example']) {
    await page.goto(user.brand.storage_app);
    await fillLogin(page, { email, password: 'Wrong-1234' });
    await page.getByRole('alert').waitFor();
    answers.push((await page.locator('main').innerText()).replaceAll(email, '…'));
  }
  assert.equal(answers[0], answers[1]);
});

story('the eye shows the password and hides it before it is sent', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX7', 'user');
  await page.goto(user.brand.storage_app);
  const password = field(page, 'パスワード');
  await field(page, 'メールアドレス').fill(user.email);
  await password.fill(user.password);
  await button(page, 'パスワードを表示').click();
  assert.equal(await password.getAttribute('type'), 'text');
  await button(page, 'パスワードを隠す').click();
  assert.equal(await password.getAttribute('type'), 'password');
  await button(page, 'パスワードを表示').click();
  await button(page, 'ログイン').click();
  await page.waitForURL(user.brand.storage_app);
});

story('the main screen gets new tokens at the press of a button', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX9', 'contractor');
  await signIn(page, user.brand.storage_app, user);
  const claim = (name) => page.locator('#id-token tr', { hasText: name }).locator('td').innerText();
  const before = await claim('at_hash');
  for (const times of [1, 2]) {
    await button(page, 'トークンを更新').click();
    await page.getByText(`更新回数: ${times}`).waitFor();
  }
  assert.notEqual(await claim('at_hash'), before, 'another access token');
});
