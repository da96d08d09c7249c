// The phone is lost (manual, chapter 5.2): the recovery code, once, as anybody may type it.
import assert from 'node:assert/strict';
import { LOST, enrolBySms, headed, next, saveRecoveryCode } from './factor.mjs';
import { mail } from './messages.mjs';
import { person, phoneNumber } from './people.mjs';
import { field, fillLogin, heading } from './steps.mjs';
import { story } from './support.mjs';

const fullWidth = (text) => [...text].map((letter) => String.fromCodePoint(letter.codePointAt(0) + 0xfee0)).join('');

// Spellings of `code`, which the page writes in groups with hyphens.
const spellings = {
  'as it was copied': (code) => code,
  'with blanks, in lower case': (code) => ` ${code.toLowerCase().replaceAll('-', ' ')} `,
  'without hyphens, in full width': (code) => fullWidth(code.replaceAll('-', '').toLowerCase()),
  'with the hyphens of a Japanese keyboard': (code) => fullWidth(code.replaceAll('-', '')).replaceAll(/(.{4})(?!$)/g, '$1ー'),
};

async function enterRecoveryCode(page, somebody, code) {
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await page.getByRole('link', { name: LOST }).click();
  await headed(page, 'リカバリコードの入力');
  await field(page, 'リカバリコード').fill(code);
  await next(page);
}

story('a recovery code gets in once, however it is typed, and gives its place to a new one', {}, async ({ page, context, demo }) => {
  const somebody = await person(demo, 'VX7', { careful: true });
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await enrolBySms(page, demo, phoneNumber());
  let code = await saveRecoveryCode(page);
  // SMS cost money: a fresh attempt sends one each time, and three in ten minutes are the limit.
  for (const [how, spell] of Object.entries(spellings)) {
    await context.clearCookies();
    await enterRecoveryCode(page, somebody, spell(code));
    await headed(page, 'リカバリコード');
    assert.ok((await page.locator('main').innerText()).includes('新たなリカバリコードが発行されました。'), how);
    const old = code;
    code = await saveRecoveryCode(page);
    assert.notEqual(code, old, how);
    await page.getByRole('link', { name: 'ログインする' }).click();
    await page.waitForURL(somebody.brand.storage_app);
    assert.equal(await heading(page).innerText(), `${somebody.name}さん`, how);
    if (how === 'as it was copied') {
      await mail(demo, somebody.email, 'リカバリコード使用のお知らせ');
      await context.clearCookies();
      await enterRecoveryCode(page, somebody, old);
      assert.match(await page.getByRole('alert').innerText(), /リカバリコードが正しくありません/);
    }
  }
});

story('a recovery code without a script', { javaScript: false }, async ({ page, context, demo }) => {
  const somebody = await person(demo, 'VX4', { careful: true });
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await enrolBySms(page, demo, phoneNumber());
  const code = await saveRecoveryCode(page);
  await context.clearCookies();
  await enterRecoveryCode(page, somebody, code);
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await page.waitForURL(somebody.brand.storage_app);
});
