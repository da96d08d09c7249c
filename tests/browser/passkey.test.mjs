// Passkeys in a real browser, with Chromium's virtual authenticator.
import assert from 'node:assert/strict';
import { authenticator } from './authenticator.mjs';
import { enrolBySms, headed, saveRecoveryCode } from './factor.mjs';
import { mail } from './messages.mjs';
import { person, phoneNumber } from './people.mjs';
import { button, field, fillLogin, heading } from './steps.mjs';
import { story, who } from './support.mjs';

// Signs in to the account menu with the password and opens the list of passkeys.
async function openPasskeys(page, user) {
  await page.goto(`${user.brand.issuer}/account`);
  await fillLogin(page, user);
  await page.getByRole('link', { name: 'パスキー', exact: true }).click();
  assert.equal(await heading(page).innerText(), 'パスキー');
}

const nameOf = (page, name) => page.locator('[data-passkey-id] strong', { hasText: name });

const removeAll = async (page) => {
  for (let left = await page.locator('[data-passkey-id]').count(); left > 0; left--) {
    await page.locator('[data-passkey-id] summary').first().click();
    await button(page, '削除').first().click();
    await page.getByRole('status').filter({ hasText: '変更しました' }).waitFor();
  }
};

story('a person adds a passkey, names it, signs in with it, and removes it', {}, async ({ page, context, demo }) => {
  const user = who(demo, 'VX7', 'user');
  const phone = await authenticator(page);
  await openPasskeys(page, user);
  await removeAll(page);

  await button(page, 'パスキーを追加').click();
  await nameOf(page, 'パスキー 1').waitFor();
  const [key] = await phone.keys();
  assert.equal(key.isResidentCredential, true);
  assert.equal(key.rpId, 'localhost');

  await page.locator('[data-passkey-id] summary').click();
  await field(page, 'パスキーの名前').fill('わたしのスマートフォン');
  await button(page, '名前を変更').click();
  await nameOf(page, 'わたしのスマートフォン').waitFor();

  // The button of the login page; nothing is typed.
  await phone.responds(false);
  await context.clearCookies();
  await page.goto(user.brand.storage_app);
  await button(page, 'パスキーでログイン').waitFor();
  await phone.responds(true);
  await button(page, 'パスキーでログイン').click();
  await page.waitForURL(user.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${user.name}さん`);

  await page.goto(`${user.brand.issuer}/account`);
  await page.getByRole('link', { name: 'パスキー', exact: true }).click();
  assert.match(await page.locator('[data-passkey-id]').innerText(), /最終使用日時/);
  await removeAll(page);
  await page.getByText('登録されているパスキーはありません。').waitFor();
});

story('whoever says no to the device stays on the page and may try again', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX9', 'user');
  const phone = await authenticator(page);
  await openPasskeys(page, user);
  await removeAll(page);
  await phone.recognizes(false);
  const add = button(page, 'パスキーを追加');
  await add.click();
  await page.getByText('パスキーの操作が完了しませんでした。もう一度お試しください。').waitFor();
  assert.ok(await add.isEnabled());
  await phone.recognizes(true);
  await add.click();
  await nameOf(page, 'パスキー 1').waitFor();
  await removeAll(page);
});

story('the browser suggests the passkey in the address field', {}, async ({ page, context, demo }) => {
  const user = who(demo, 'VX4', 'user');
  await authenticator(page);
  await openPasskeys(page, user);
  await removeAll(page);
  await button(page, 'パスキーを追加').click();
  await nameOf(page, 'パスキー 1').waitFor();
  await context.clearCookies();
  // The virtual authenticator chooses what a person would choose from the list.
  await page.goto(user.brand.storage_app);
  await page.waitForURL(user.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${user.name}さん`);
});

story('without a script the page says what a passkey needs', { javaScript: false }, async ({ page, demo }) => {
  const user = who(demo, 'VX8', 'user');
  await openPasskeys(page, user);
  const told = await page.locator('main').innerText();
  assert.match(told, /パスキーのご利用には、JavaScriptを有効にする\s*必要があります。/);
  assert.equal(await button(page, 'パスキーを追加').count(), 0);
});

story('a passkey is the second step in the place of an SMS', {}, async ({ page, context, demo }) => {
  const somebody = await person(demo, 'VX7', { careful: true });
  const phone = await authenticator(page);
  await page.goto(`${somebody.brand.issuer}/account`);
  await fillLogin(page, somebody);
  await enrolBySms(page, demo, phoneNumber());
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await page.getByRole('link', { name: 'パスキー', exact: true }).click();
  await button(page, 'パスキーを追加').click();
  await nameOf(page, 'パスキー 1').waitFor();
  await mail(demo, somebody.email, 'パスキー登録のお知らせ');

  await phone.responds(false); // or it would answer the suggestion of the login page
  await context.clearCookies();
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await page.getByRole('link', { name: 'パスキーでの認証はこちら' }).click();
  await headed(page, '2段階認証');
  await phone.responds(true);
  await button(page, 'パスキーで認証する').click();
  await page.waitForURL(somebody.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${somebody.name}さん`);
});
