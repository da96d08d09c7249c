// The password is forgotten (manual, chapter 6.2).
import assert from 'node:assert/strict';
import { enrolBySms, headed, saveRecoveryCode } from './factor.mjs';
import { countMails, mail } from './messages.mjs';
import { newAddress, newPassword, person, phoneNumber } from './people.mjs';
import { button, field, fillLogin, heading, signIn } from './steps.mjs';
import { story } from './support.mjs';

const FORGOTTEN = 'パスワードを忘れた方はこちら';

// On the login page: types the address, and nothing else.
async function forget(page, { brand, email }) {
  await page.goto(brand.storage_app);
  await field(page, 'メールアドレス').fill(email);
  await button(page, FORGOTTEN).click();
  await headed(page, 'メールをご確認ください');
}

async function choose(page, first, second = first) {
  await field(page, '新しいパスワード').fill(first);
  await field(page, '新しいパスワード (確認用)').fill(second);
  await button(page, '送信').click();
}

story('a new password by mail; whoever was signed in with the old one is out', {}, async ({ page, another, demo }) => {
  const somebody = await person(demo, 'VX7');
  const old = await (await another()).newPage();
  await signIn(old, somebody.brand.storage_app, somebody);

  await forget(page, somebody);
  const { link, subject } = await mail(demo, somebody.email, 'パスワードリセット');
  assert.equal(subject, '【M-Drive】パスワードリセット');
  await page.goto(link);
  await headed(page, 'リセットパスワード');
  assert.ok((await page.locator('main').innerText()).includes('パスワードは英大文字、英小文字、数字、記号から3種類以上を含め8文字以上で設定してください'));
  for (const [first, second, said] of [
    ['Ab1-', 'Ab1-', /短すぎます/],
    ['abcdefgh', 'abcdefgh', /文字の種類が足りません/],
    ['Password1', 'Password1', /よく使われている/],
    [newPassword(), newPassword(), /一致しません/],
  ]) {
    await choose(page, first, second);
    assert.match(await page.getByRole('alert').innerText(), said);
  }
  const renewed = { ...somebody, password: newPassword() };
  await choose(page, renewed.password);
  await page.getByText('リセットパスワードの手続きが完了いたしました。').waitFor();

  await button(old, 'トークンを更新').click();
  assert.equal(await heading(old).innerText(), 'ログインできませんでした', 'the refresh token is dead');
  await old.goto(`${somebody.brand.storage_app}/login`);
  assert.equal(await heading(old).innerText(), 'ログイン', 'the session is gone');
  await fillLogin(old, somebody);
  await old.getByRole('alert').waitFor();

  await page.getByRole('link', { name: 'OK' }).click();
  await fillLogin(page, renewed);
  await page.waitForURL(somebody.brand.storage_app);
  await mail(demo, somebody.email, 'パスワード変更のお知らせ');
  await page.goto(link);
  await headed(page, 'お手続きは完了しています');
});

story('an address nobody has gets the same page, and no mail', {}, async ({ page, another, demo }) => {
  const somebody = await person(demo, 'VX8');
  const nobody = { brand: somebody.brand, email: newAddress('VX8') };
  const answers = [];
  for (const each of [nobody, somebody]) {
    const there = await (await another()).newPage();
    await forget(there, each);
    answers.push(await there.locator('main').innerText());
  }
  assert.equal(answers[0], answers[1]);
  await mail(demo, somebody.email, 'パスワードリセット');
  assert.equal(await countMails(demo, nobody.email, ''), 0);
  await page.goto(`${somebody.brand.issuer}/lo/reset?ticket=guessed`);
  await headed(page, 'URLが正しくありません');
});

story('without an address on the login page, and without a script, it is asked for', { javaScript: false }, async ({ page, demo }) => {
  const somebody = await person(demo, 'VX9');
  await page.goto(somebody.brand.storage_app);
  await button(page, FORGOTTEN).click();
  assert.equal(await page.getByRole('alert').innerText(), 'メールアドレスを入力してください。');
  await field(page, 'メールアドレス').fill(somebody.email);
  await button(page, 'メール送信').click();
  await headed(page, 'メールをご確認ください');
  await page.goto((await mail(demo, somebody.email, 'パスワードリセット')).link);
  await choose(page, 'Kasumi-7391');
  await page.getByText('リセットパスワードの手続きが完了いたしました。').waitFor();
});

story('a reset takes the lock away, and asks for the phone anew', {}, async ({ page, context, demo }) => {
  const somebody = await person(demo, 'VW5', { careful: true });
  await page.goto(somebody.brand.storage_app);
  await fillLogin(page, somebody);
  await enrolBySms(page, demo, phoneNumber());
  await saveRecoveryCode(page);
  await context.clearCookies();
  await page.goto(somebody.brand.storage_app);
  for (let time = 0; time < 10; time++) {
    await fillLogin(page, { ...somebody, password: 'Wrong-1234' });
    await page.getByRole('alert').waitFor();
  }
  await forget(page, somebody);
  await page.goto((await mail(demo, somebody.email, 'パスワードリセット')).link);
  const renewed = { ...somebody, password: newPassword() };
  await choose(page, renewed.password);
  await page.getByRole('link', { name: 'OK' }).click();
  await fillLogin(page, renewed);
  await field(page, '電話番号').waitFor();
  await enrolBySms(page, demo, phoneNumber());
  await saveRecoveryCode(page);
});
