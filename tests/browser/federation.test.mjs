// Signing in and registering with an account elsewhere (manual, chapters 1.2 and 1.5 (4)).
import assert from 'node:assert/strict';
import { headed } from './factor.mjs';
import { mail } from './messages.mjs';
import { invited } from './people.mjs';
import { button, fillLogin, heading } from './steps.mjs';
import { story, who } from './support.mjs';
import { account, cancel, choose, control, kinds, register, stranger } from './upstreams.mjs';

const INVITATION = '利用者登録のご案内';
const { google, facebook, microsoft, daccount, openid } = kinds;
const logIn = (page, kind) => button(page, `${kind.account}でログイン`).click();
const arrived = (page, { brand, name }) =>
  page.waitForURL(brand.storage_app).then(async () => assert.equal(await heading(page).innerText(), `${name}さん`));

// Somebody invited and not registered yet, with the mailed link, and their account elsewhere.
async function newcomer(demo, code, kind) {
  const somebody = await invited(demo, code);
  const { link } = await mail(demo, somebody.email, INVITATION);
  return { ...somebody, link, there: await stranger(demo, kind.host, somebody.name) };
}

for (const [kind, code, javaScript] of [
  [google, 'VX7', true],
  [facebook, 'VX4', true],
  [microsoft, 'VW5', true],
  [daccount, 'VX8', true],
  [openid, 'VX9', true],
  [google, 'VX4', false],
  [facebook, 'VX8', false],
  [microsoft, 'VX9', false],
  [daccount, 'VX7', false],
]) {
  const how = javaScript ? '' : ', without a script too';
  story(`an invited person registers with a ${kind.host} account and signs in with it${how}`, { javaScript }, async ({ page, another, demo }) => {
    const somebody = await newcomer(demo, code, kind);
    await page.goto(somebody.link);
    await button(page, `${kind.account}で登録`).click();
    await choose(page, somebody.there);
    await headed(page, '登録するアカウントの確認');
    const shown = await page.locator('main').innerText();
    // dアカウント tells nobody's name unless that is contracted.
    const name = kind === daccount ? 'お名前とメールアドレスは提供されていません' : somebody.there.title;
    for (const told of [kind.account, name, somebody.email]) assert.ok(shown.includes(told), told);
    await button(page, `この${kind.account}で登録`).click();
    await page.getByText('利用者登録のお手続きが完了いたしました。').waitFor();
    await page.getByRole('link', { name: 'OK' }).click();
    // Whoever is signed in there is not asked again.
    await logIn(page, kind);
    await arrived(page, somebody);
    assert.equal(new URL(page.url()).hash, '', 'nothing of the provider’s is left in the address');

    const elsewhere = await (await another()).newPage();
    await elsewhere.goto(somebody.brand.storage_app);
    await logIn(elsewhere, kind);
    await choose(elsewhere, somebody.there);
    await arrived(elsewhere, somebody);
    await button(elsewhere, 'ログアウト').click();
    await elsewhere.waitForURL('**/goodbye');
  });
}

for (const code of ['VX7', 'VX9']) {
  story(`whoever the demo knows with an account elsewhere signs in (${code})`, {}, async ({ page, demo }) => {
    const brand = demo.brands.find((each) => each.code === code);
    assert.equal(brand.elsewhere.length, code === 'VX9' ? 6 : 5);
    for (const { kind, user, name } of brand.elsewhere) {
      await page.goto(brand.storage_app);
      await logIn(page, kinds[kind]);
      if (kind === 'active_directory') {
        await page.getByLabel('接続ID', { exact: true }).fill(brand.active_directory.connection);
        await button(page, '次へ').click();
        await button(page, '確認').click();
      }
      await choose(page, { name: user });
      await arrived(page, { brand, name });
      await button(page, 'ログアウト').click();
      await page.waitForURL('**/goodbye');
    }
  });
}

story('the keyboard alone registers and signs in with a Google account', {}, async ({ page, demo }) => {
  const somebody = await newcomer(demo, 'VX7', google);
  const press = async (element) => {
    await element.waitFor();
    const focused = () => element.evaluate((each) => each === document.activeElement);
    for (let stop = 0; !(await focused()); stop++) {
      assert.ok(stop < 60, 'the Tab key gets there');
      await page.keyboard.press('Tab');
    }
    const width = await element.evaluate((each) => Number.parseFloat(getComputedStyle(each).outlineWidth));
    assert.ok(width >= 2, 'and one sees it');
    await page.keyboard.press('Enter');
  };
  await page.goto(somebody.link);
  await press(button(page, 'Googleアカウントで登録'));
  await press(account(page, somebody.there));
  await press(button(page, 'このGoogleアカウントで登録'));
  await press(page.getByRole('link', { name: 'OK' }));
  await press(button(page, 'Googleアカウントでログイン'));
  await arrived(page, somebody);
});

story('the wrong account at the registration is not linked; another one is chosen', {}, async ({ page, demo }) => {
  for (const [kind, code] of [[google, 'VX7'], [facebook, 'VX4'], [microsoft, 'VX8']]) {
    const somebody = await newcomer(demo, code, kind);
    const wrong = await stranger(demo, kind.host, '別人 太郎');
    await page.goto(somebody.link);
    await button(page, `${kind.account}で登録`).click();
    await choose(page, wrong);
    await page.getByText(wrong.email).waitFor();
    await button(page, '別のアカウントを使う').click();
    await choose(page, somebody.there);
    await page.getByText(somebody.there.email).waitFor();
    assert.equal(await page.getByText(wrong.email).count(), 0);
    await button(page, `この${kind.account}で登録`).click();
    await page.getByRole('link', { name: 'OK' }).click();
    await logIn(page, kind);
    await arrived(page, somebody);
  }
});

story('an account that is not registered here is told so, and another one can be chosen', {}, async ({ page, demo }) => {
  const somebody = await newcomer(demo, 'VX7', google);
  await register(page, somebody.link, google, somebody.there);
  const wrong = await stranger(demo, 'google');
  await page.context().clearCookies();
  await page.goto(somebody.brand.storage_app);
  await logIn(page, google);
  await choose(page, wrong);
  assert.match(await page.getByRole('alert').innerText(), /登録されていません/);
  // The provider remembers the wrong one; the button asks it to let the person choose.
  await logIn(page, google);
  await choose(page, somebody.there);
  await arrived(page, somebody);
});

for (const kind of [google, facebook, microsoft, daccount]) {
  story(`whoever cancels at ${kind.host} is back, with every other way to sign in`, {}, async ({ page, demo }) => {
    const user = who(demo, 'VX7', 'user');
    await page.goto(user.brand.storage_app);
    await logIn(page, kind);
    await cancel(page);
    assert.match(await page.locator('main [role="status"]').first().innerText(), /中止しました/);
    for (const other of [google, facebook, microsoft, daccount]) await button(page, `${other.account}でログイン`).waitFor();
    await fillLogin(page, user);
    await arrived(page, user);
  });
}

story('whoever cancels a registration elsewhere can still choose a password', {}, async ({ page, demo }) => {
  const somebody = await newcomer(demo, 'VX8', facebook);
  await page.goto(somebody.link);
  await button(page, 'Facebookアカウントで登録').click();
  await cancel(page);
  assert.match(await page.locator('main [role="status"]').first().innerText(), /中止しました。ログイン方法は登録・変更されていません。/);
  await button(page, 'Facebookアカウントで登録').click();
  await choose(page, somebody.there);
  await page.getByRole('link', { name: 'キャンセル' }).click();
  await headed(page, '利用者ログイン登録');
  await page.getByLabel('パスワード', { exact: true }).fill(somebody.password);
  await page.getByLabel('パスワード (確認用)', { exact: true }).fill(somebody.password);
  await button(page, '登録').click();
  await button(page, '確認').click();
  await page.getByRole('link', { name: 'OK' }).click();
  await fillLogin(page, somebody);
  await arrived(page, somebody);
});

story('one account elsewhere is one person here', {}, async ({ page, demo }) => {
  const [first, second] = [await newcomer(demo, 'VX7', microsoft), await newcomer(demo, 'VX7', microsoft)];
  await register(page, first.link, microsoft, first.there);
  await page.goto(second.link);
  await button(page, 'Microsoftアカウントで登録').click();
  assert.match(await page.getByRole('alert').innerText(), /すでにほかの利用者のログイン方法として登録されています/);
  // Another brand does not know of it.
  const third = await newcomer(demo, 'VX4', microsoft);
  await page.goto(third.link);
  await button(page, 'Microsoftアカウントで登録').click();
  await button(page, 'このMicrosoftアカウントで登録').click();
  await headed(page, '申込完了');
});

story('keys that change while the person is at the provider change nothing', {}, async ({ page, demo }) => {
  const somebody = await newcomer(demo, 'VX9', google);
  await register(page, somebody.link, google, somebody.there);
  await page.context().clearCookies();
  await page.goto(somebody.brand.storage_app);
  await logIn(page, google);
  await account(page, somebody.there).waitFor();
  await control(demo, 'google/keys', 'rotate');
  await control(demo, 'google/keys', 'drop_old');
  await choose(page, somebody.there);
  await arrived(page, somebody);
});

story('a provider that is down takes no other way to sign in with it', {}, async ({ page, demo }) => {
  const user = who(demo, 'VX9', 'user');
  await page.goto(user.brand.storage_app);
  await logIn(page, openid);
  const there = await stranger(demo, 'oidc');
  await page.reload();
  await control(demo, 'oidc/faults', { match: '/token', kind: 'maintenance', count: 1 });
  await choose(page, there);
  assert.match(await page.getByRole('alert').innerText(), /接続できません/);
  await fillLogin(page, user);
  await arrived(page, user);
});

story('English pages lead there and back in English', { locale: 'en-US' }, async ({ page, demo }) => {
  const somebody = await invited(demo, 'VX7', { locale: 'en' });
  const { link } = await mail(demo, somebody.email, 'Your user registration');
  const there = await stranger(demo, 'google');
  await page.goto(link);
  await button(page, 'Register with Google').click();
  await choose(page, there);
  await page.getByText(there.email).waitFor();
  await page.locator('main button.primary').click();
  await page.getByRole('link', { name: 'OK' }).click();
  await button(page, 'Log in with Google').click();
  await page.waitForURL(somebody.brand.storage_app);
});
