// ログイン方法の設定 (manual, chapters 2.1 (1) and 2.2 (1)).
import assert from 'node:assert/strict';
import { headed } from './factor.mjs';
import { MENU, openMenu, toMenu } from './menu.mjs';
import { mail } from './messages.mjs';
import { invited, letChooseMethod, newPassword, person } from './people.mjs';
import { button, field, fillLogin, heading } from './steps.mjs';
import { story } from './support.mjs';
import { choose, control, kinds, register, stranger } from './upstreams.mjs';

const { google, facebook, microsoft, daccount } = kinds;
const CHANGE = 'ログイン方法の設定変更';
const change = (page, kind) => button(page, `${kind.account}に変更`);
const confirm = (page, kind) => button(page, `この${kind.account}に変更`).click();
const toPassword = (page) => page.getByRole('link', { name: 'メールアドレス・パスワードに変更' });

async function arrived(page, { brand, name }) {
  await page.waitForURL(brand.storage_app);
  assert.equal(await heading(page).innerText(), `${name}さん`);
}

// Changes to a new password, from the page with the choice to the login page. Returns the person with it.
async function choosePassword(page, somebody) {
  const password = newPassword();
  await toPassword(page).click();
  await headed(page, 'メールアドレス・パスワード認証の設定');
  await field(page, 'パスワード').fill(password);
  await field(page, 'パスワード (確認用)').fill(password);
  await button(page, '登録').click();
  await finish(page);
  return { ...somebody, password };
}

async function finish(page) {
  await headed(page, 'ログイン方法の変更完了');
  await page.getByRole('link', { name: 'ログイン画面へ' }).click();
  await headed(page, 'ログイン');
}

// The mailed link, newer than the one before.
async function link(demo, somebody, after) {
  await letChooseMethod(demo, somebody);
  return mail(demo, somebody.email, CHANGE, { after });
}

story('a contractor changes from a password to Google and back, in the menu', {}, async ({ page, another, demo }) => {
  const somebody = await person(demo, 'VX7', { role: 'contractor' });
  const there = await stranger(demo, 'google', somebody.name);
  await openMenu(page, somebody);
  await page.getByRole('link', { name: 'ログイン方法の設定' }).click();
  await headed(page, 'ログイン方法の設定');
  const facts = await page.locator('main').innerText();
  for (const told of ['現在ご利用中のログイン方法', 'メールアドレス・パスワード', somebody.email]) assert.ok(facts.includes(told), told);
  assert.equal(await change(page, kinds.active_directory).count(), 0, 'never a contractor’s');
  await change(page, google).click();
  await choose(page, there);
  await page.getByText(there.email).waitFor();
  await confirm(page, google);
  await finish(page);
  const told = await mail(demo, somebody.email, 'ログイン方法変更のお知らせ');
  for (const word of ['メールアドレス・パスワード', 'Googleアカウント']) assert.ok(told.text.includes(word), word);

  await fillLogin(page, somebody);
  await page.getByRole('alert').waitFor();
  await button(page, 'Googleアカウントでログイン').click();
  await arrived(page, somebody);

  // Elsewhere, with nobody signed in at Google: the menu asks for a sign-in of its own.
  const elsewhere = await (await another()).newPage();
  await toMenu(elsewhere, somebody);
  await button(elsewhere, 'Googleアカウントでログイン').click();
  await choose(elsewhere, there);
  await headed(elsewhere, MENU);
  assert.equal(await elsewhere.getByRole('link', { name: 'パスワード変更', exact: true }).count(), 0);
  await elsewhere.getByRole('link', { name: 'ログイン方法の設定' }).click();
  assert.ok((await elsewhere.locator('.facts').innerText()).includes('Googleアカウント'));
  const back = await choosePassword(elsewhere, somebody);
  await fillLogin(elsewhere, back);
  await arrived(elsewhere, somebody);
  await button(page, 'トークンを更新').click();
  assert.equal(await heading(page).innerText(), 'ログインできませんでした', 'the session from before is over');
  await page.goto(`${somebody.brand.storage_app}/login`);
  await button(page, 'Googleアカウントでログイン').click();
  await page.getByRole('alert').getByText('登録されていません').waitFor();
});

for (const [kind, javaScript] of [
  [microsoft, true],
  [daccount, false],
]) {
  const how = javaScript ? '' : ', without a script too';
  story(`a user changes to a ${kind.host} account by the mailed link, and back by another${how}`, { javaScript }, async ({ page, demo }) => {
    const somebody = await person(demo, 'VX8');
    const there = await stranger(demo, kind.host);
    const first = await link(demo, somebody);
    assert.equal(first.subject, `【どこでもBOX】${CHANGE}`);
    await page.goto(first.link);
    await headed(page, 'ログイン方法の設定');
    await change(page, kind).click();
    await choose(page, there);
    await page.getByRole('link', { name: 'キャンセル' }).click();
    await change(page, kind).click();
    await confirm(page, kind);
    await finish(page);
    await button(page, `${kind.account}でログイン`).click();
    await arrived(page, somebody);
    await page.goto(first.link);
    await headed(page, 'お手続きは完了しています');

    await page.goto(somebody.brand.storage_app);
    await button(page, 'ログアウト').click();
    await page.waitForURL('**/goodbye');
    const second = await link(demo, somebody, first.id);
    await page.goto(second.link);
    const renewed = await choosePassword(page, somebody);
    await fillLogin(page, renewed);
    await arrived(page, somebody);
  });
}

story('from one Facebook account to another there is no way but by another method', {}, async ({ page, demo }) => {
  const somebody = await invited(demo, 'VX4');
  const [before, after] = [await stranger(demo, 'fb', '旧姓 花子'), await stranger(demo, 'fb', '新姓 花子')];
  await register(page, (await mail(demo, somebody.email, '利用者登録のご案内')).link, facebook, before);
  const first = await link(demo, somebody);
  await page.goto(first.link);
  await page.getByText('異なるFacebookアカウントへは切り替えできません').waitFor();
  assert.equal(await change(page, facebook).count(), 0);
  assert.equal(await change(page, google).count(), 1);
  // Whoever sends the form all the same is told why.
  await page.evaluate(() => {
    const form = [...document.forms].find(({ action }) => action.endsWith('/upstream/google'));
    form.action = form.action.replace(/google$/, 'facebook');
    form.requestSubmit();
  });
  await page.getByRole('alert').getByText('異なるFacebookアカウントへは切り替えできません').waitFor();
  const withPassword = await choosePassword(page, somebody);

  const second = await link(demo, withPassword, first.id);
  await page.goto(second.link);
  await change(page, facebook).click();
  // Facebook has no chooser: it goes on with who is signed in there, and our page shows who that is.
  await page.getByText(before.email).waitFor();
  await button(page, '別のアカウントを使う').click();
  await choose(page, after);
  await page.getByText(after.email).waitFor();
  await confirm(page, facebook);
  await finish(page);
  await button(page, 'Facebookアカウントでログイン').click();
  await arrived(page, somebody);
});

story('whoever removes the service at Facebook chooses another way to sign in by the mailed link', {}, async ({ page, demo }) => {
  const somebody = await invited(demo, 'VX7');
  const there = await stranger(demo, 'fb');
  await register(page, (await mail(demo, somebody.email, '利用者登録のご案内')).link, facebook, there);
  await page.getByRole('link', { name: 'OK' }).click();
  await button(page, 'Facebookアカウントでログイン').click();
  await arrived(page, somebody);
  await control(demo, 'fb/signed-requests', { app: demo.upstream_client, user: there.name, notice: 'deauthorize' });
  const notice = await mail(demo, somebody.email, 'アカウント連携解除のお知らせ');
  await button(page, 'トークンを更新').click();
  assert.equal(await heading(page).innerText(), 'ログインできませんでした');
  await page.goto(notice.link);
  const withPassword = await choosePassword(page, somebody);
  await fillLogin(page, withPassword);
  await arrived(page, somebody);
});
