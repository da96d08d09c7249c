// 認証・契約情報変更メニュー: another password (manual, chapter 3), another address (chapter 2.1).
import assert from 'node:assert/strict';
import { enrolBySms, headed, saveRecoveryCode } from './factor.mjs';
import { MENU, openMenu } from './menu.mjs';
import { mail } from './messages.mjs';
import { newAddress, newPassword, person, phoneNumber } from './people.mjs';
import { button, field, fillLogin, heading, signIn } from './steps.mjs';
import { story } from './support.mjs';

async function changePassword(page, current, first, second = first) {
  await field(page, '現在のパスワード').fill(current);
  await field(page, '新しいパスワード').fill(first);
  await field(page, '新しいパスワード (確認用)').fill(second);
  await button(page, 'パスワード変更').click();
}

story('a person changes the password, and is back in the menu', {}, async ({ page, another, demo }) => {
  const somebody = await person(demo, 'VX7');
  const elsewhere = await (await another()).newPage();
  await signIn(elsewhere, somebody.brand.storage_app, somebody);

  await page.goto(somebody.brand.storage_app);
  await page.getByRole('link', { name: 'パスワード変更、その他認証・契約情報の変更はこちら' }).click();
  const orange = await button(page, 'ログイン').evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.getByRole('link', { name: 'ログインの方はこちらからログインしてください。' }).click();
  await headed(page, 'ログイン');
  assert.notEqual(await button(page, 'ログイン').evaluate((element) => getComputedStyle(element).backgroundColor), orange);
  await openMenu(page, somebody);
  await headed(page, MENU);
  const menu = await page.locator('main').innerText();
  assert.ok(menu.includes('あなたに許可されたメニューのみ表示しております。'));
  assert.equal(await page.getByRole('link', { name: 'メールアドレス変更' }).count(), 0, 'the contractor alone changes an address');

  await page.getByRole('link', { name: 'パスワード変更', exact: true }).click();
  const renewed = { ...somebody, password: newPassword() };
  for (const [current, first, second, said] of [
    ['Wrong-1234', renewed.password, renewed.password, /現在のパスワードが正しくありません/],
    [somebody.password, renewed.password, newPassword(), /一致しません/],
    [somebody.password, 'short', 'short', /短すぎます/],
  ]) {
    await changePassword(page, current, first, second);
    assert.match(await page.getByRole('alert').innerText(), said);
  }
  await changePassword(page, somebody.password, renewed.password);
  await page.getByText('パスワード変更のお手続きが完了いたしました。').waitFor();
  await page.getByRole('link', { name: '認証・契約情報変更メニューへ' }).click();
  await headed(page, MENU);
  await mail(demo, somebody.email, 'パスワード変更のお知らせ');

  await button(elsewhere, 'トークンを更新').click();
  assert.equal(await heading(elsewhere).innerText(), 'ログインできませんでした', 'other sessions are over');
  await page.getByRole('link', { name: 'トップ画面へ' }).click();
  await page.waitForURL(somebody.brand.storage_app);
  assert.equal(await heading(page).innerText(), `${somebody.name}さん`, 'one’s own goes on');
  await elsewhere.goto(`${somebody.brand.storage_app}/login`);
  await fillLogin(elsewhere, renewed);
  await elsewhere.waitForURL(somebody.brand.storage_app);
});

story('a person changes the password without a script', { javaScript: false }, async ({ page, demo }) => {
  const somebody = await person(demo, 'VX4');
  await openMenu(page, somebody);
  await page.getByRole('link', { name: 'パスワード変更', exact: true }).click();
  await changePassword(page, somebody.password, newPassword());
  await page.getByText('パスワード変更のお手続きが完了いたしました。').waitFor();
});

story('a contractor moves to another address; until the link is opened the old one counts', {}, async ({ page, another, demo }) => {
  const somebody = await person(demo, 'VX7', { careful: true, role: 'contractor' });
  await openMenu(page, somebody);
  await enrolBySms(page, demo, phoneNumber(), { remember: true });
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await page.getByRole('link', { name: 'メールアドレス変更', exact: true }).click();

  const moved = { ...somebody, email: newAddress('VX7'), password: newPassword() };
  const send = async (first, second) => {
    await field(page, '新しいメールアドレス').fill(first);
    await field(page, '新しいメールアドレス (確認用)').fill(second);
    await button(page, 'メール送信').click();
  };
  await send(moved.email, newAddress('VX7'));
  assert.match(await page.getByRole('alert').innerText(), /一致しません/);
  await send(somebody.email, somebody.email);
  assert.match(await page.getByRole('alert').innerText(), /現在のメールアドレスと同じです/);
  await send(moved.email, moved.email);
  await headed(page, 'メールをご確認ください');

  const { link, subject } = await mail(demo, moved.email, 'メールアドレス変更登録');
  assert.equal(subject, '【M-Drive】メールアドレス変更登録');
  const elsewhere = await (await another()).newPage();
  await openMenu(elsewhere, somebody);
  await headed(elsewhere, '2段階認証');
  await elsewhere.goto(link);
  await headed(elsewhere, 'メールアドレス変更確認');
  assert.ok((await elsewhere.locator('main').innerText()).includes(moved.email));
  await field(elsewhere, 'パスワード').fill(moved.password);
  await field(elsewhere, 'パスワード (確認用)').fill(moved.password);
  await button(elsewhere, '登録').click();
  await headed(elsewhere, 'メールアドレス変更完了');
  await mail(demo, somebody.email, 'メールアドレス変更のお知らせ');
  await elsewhere.getByRole('link', { name: '閉じる' }).click();
  await fillLogin(elsewhere, moved);
  await field(elsewhere, '電話番号').waitFor();

  await page.goto(`${somebody.brand.storage_app}/login`);
  await fillLogin(page, somebody);
  await page.getByRole('alert').waitFor();
  await page.goto(link);
  await headed(page, 'お手続きは完了しています');
});

story('whoever is no contractor is told so at the address of the page', {}, async ({ page, demo }) => {
  const somebody = await person(demo, 'VX9');
  await openMenu(page, somebody);
  await headed(page, MENU);
  await page.goto(`${somebody.brand.issuer}/account/email`);
  await headed(page, 'この画面は表示できません');
});
