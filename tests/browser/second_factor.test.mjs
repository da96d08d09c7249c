// Two-step verification (manual, chapter 1.1): the first time, the second time, and on another device.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { APP_CODE, LOST, REMEMBER, SAVED, SMS_CODE, enrolBySms, enterSms, headed, next, saveRecoveryCode, totp } from './factor.mjs';
import { sms } from './messages.mjs';
import { person, phoneNumber } from './people.mjs';
import { button, field, fillLogin, heading } from './steps.mjs';
import { story } from './support.mjs';

// From a service's address to the first page of two-step verification.
async function passwordOnly(page, somebody) {
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await headed(page, '2段階認証');
}

async function isIn(page, { brand, name }) {
  await page.waitForURL(brand.storage_app);
  assert.equal(await heading(page).innerText(), `${name}さん`);
}

story('the first sign-in asks for a phone, the second one in this browser for nothing', {}, async ({ page, context, another, demo }) => {
  const [somebody, phone] = [await person(demo, 'VX7', { careful: true }), phoneNumber()];
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await passwordOnly(page, somebody);
  assert.equal(await page.getByRole('link', { name: 'QRコードでの認証はこちら' }).count(), 1, 'SMS is the page to begin with');
  await field(page, '電話番号').fill('03-1234-5678');
  await next(page);
  assert.match(await page.getByRole('alert').innerText(), /この番号ではSMSを受信できません/);
  await page.reload();
  assert.equal(await page.getByRole('alert').count(), 0, 'a reload asks for the page, which is there');

  await enrolBySms(page, demo, phone, { remember: true });
  await headed(page, 'リカバリコード');
  const code = await page.locator('#recovery-code').innerText();
  await button(page, 'コピー').click();
  await page.getByText('コピーしました。').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
  const file = page.waitForEvent('download');
  await page.getByRole('link', { name: 'テキストファイルに保存' }).click();
  assert.equal((await file).suggestedFilename(), 'recovery-code.txt');
  assert.ok((await readFile(await (await file).path(), 'utf8')).includes(code));

  await next(page);
  assert.equal(await heading(page).innerText(), 'リカバリコード', 'not on without the box');
  assert.equal(await saveRecoveryCode(page), code);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await isIn(page, somebody);

  await button(page, 'ログアウト').click();
  await page.waitForURL('**/goodbye');
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await isIn(page, somebody);

  const elsewhere = await (await another()).newPage();
  const { id: after } = await sms(demo, phone);
  await passwordOnly(elsewhere, somebody);
  assert.ok((await elsewhere.locator('main').innerText()).includes(phone.slice(-4)), 'the end of the number is shown');
  assert.ok(!(await elsewhere.locator('main').innerText()).includes(phone), 'the whole number is not');
  await enterSms(elsewhere, demo, phone, { after });
  await isIn(elsewhere, somebody);
});

story('a browser that was not to be remembered is asked again', {}, async ({ page, demo }) => {
  const [somebody, phone] = [await person(demo, 'VX4', { careful: true }), phoneNumber()];
  await passwordOnly(page, somebody);
  await enrolBySms(page, demo, phone);
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await isIn(page, somebody);
  await button(page, 'ログアウト').click();
  await page.waitForURL('**/goodbye');

  const { id: after } = await sms(demo, phone);
  await passwordOnly(page, somebody);
  const first = await sms(demo, phone, { after });
  await field(page, SMS_CODE).fill(first.code === '000000' ? '000001' : '000000');
  await next(page);
  assert.match(await page.getByRole('alert').innerText(), /6文字が正しくありません/);
  await button(page, 'もう一度送信する').click();
  assert.match(await page.getByRole('alert').innerText(), /少し前に送信しました/, 'half a minute between two SMS');
  await enterSms(page, demo, phone, { after });
  await isIn(page, somebody);
});

story('an authenticator app does as well, with the key typed by hand', {}, async ({ page, another, demo }) => {
  const somebody = await person(demo, 'VW5', { careful: true });
  await passwordOnly(page, somebody);
  await page.getByRole('link', { name: 'QRコードでの認証はこちら' }).click();
  await page.getByRole('img', { name: 'Authenticatorに登録するためのQRコード' }).waitFor();
  const secret = await page.locator('#secret').innerText();
  await page.reload();
  assert.equal(await page.locator('#secret').innerText(), secret, 'a reload does not change the key that was scanned');
  await field(page, APP_CODE).fill(totp(secret));
  await next(page);
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await isIn(page, somebody);

  const elsewhere = await (await another()).newPage();
  await passwordOnly(elsewhere, somebody);
  assert.equal(await button(elsewhere, 'もう一度送信する').count(), 0, 'an app sends nothing');
  await field(elsewhere, APP_CODE).fill(totp(secret, 1));
  await next(elsewhere);
  await isIn(elsewhere, somebody);
});

story('a wrong number is corrected before the code is typed', {}, async ({ page, demo }) => {
  const [somebody, wrong, right] = [await person(demo, 'VX8', { careful: true }), phoneNumber(), phoneNumber()];
  await passwordOnly(page, somebody);
  await field(page, '電話番号').fill(wrong);
  await next(page);
  const { code } = await sms(demo, wrong);
  await page.getByRole('link', { name: '電話番号を入力し直す' }).click();
  await field(page, '電話番号').fill(right);
  await next(page);
  if ((await sms(demo, right)).code !== code) {
    await field(page, SMS_CODE).fill(code);
    await next(page);
    await page.getByRole('alert').waitFor();
  }
  await enterSms(page, demo, right);
  await saveRecoveryCode(page);
});

story('two-step verification by the keyboard alone', {}, async ({ page, demo }) => {
  const [somebody, phone] = [await person(demo, 'VX9', { careful: true }), phoneNumber()];
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  // Tab until the focus, which is always to be seen, is on what has this name.
  const tabTo = async (name) => {
    for (let stop = 0; stop < 20; stop++) {
      const [label, seen] = await page.evaluate(() => {
        const { activeElement: element } = document;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const label = element.labels?.[0]?.innerText ?? element.innerText;
        const seen = element === document.body || (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2);
        return [label.trim(), seen];
      });
      assert.ok(seen, `the focus on ${label} is visible`);
      if (label === name) return;
      await press('Tab');
    }
    assert.fail(`the keyboard does not reach ${name}`);
  };
  await passwordOnly(page, somebody);
  await page.keyboard.type(phone);
  await press('Enter');
  await field(page, SMS_CODE).waitFor();
  await page.keyboard.type((await sms(demo, phone)).code);
  await tabTo(REMEMBER);
  await press('Space', 'Enter');
  await headed(page, 'リカバリコード');
  await tabTo(SAVED);
  await press('Space', 'Enter');
  await headed(page, '2段階認証完了');
  await tabTo('ログインする');
  await press('Enter');
  await isIn(page, somebody);
});

story('two-step verification without a script', { javaScript: false }, async ({ page, demo }) => {
  const [somebody, phone] = [await person(demo, 'VX7', { careful: true }), phoneNumber()];
  await passwordOnly(page, somebody);
  await page.getByRole('link', { name: 'QRコードでの認証はこちら' }).click();
  assert.match(await page.locator('#secret').innerText(), /^[A-Z2-7 ]{32,}$/);
  assert.equal(await button(page, 'コピー').count(), 0, 'no button that does nothing');
  await page.getByRole('link', { name: 'SMS（ショートメッセージ）での認証はこちら' }).click();
  await enrolBySms(page, demo, phone);
  assert.equal(await button(page, 'コピー').count(), 0);
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await isIn(page, somebody);
});

story('the account menu asks for the second step too', {}, async ({ page, demo }) => {
  const [somebody, phone] = [await person(demo, 'VX7', { careful: true }), phoneNumber()];
  await page.goto(`${somebody.brand.issuer}/account`);
  await fillLogin(page, somebody);
  await enrolBySms(page, demo, phone);
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await headed(page, '認証・契約情報変更メニュー');
  assert.equal(await page.getByRole('link', { name: LOST }).count(), 0);
});
