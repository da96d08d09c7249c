// 管理コンソール: an administrator changes a user's address, then the login method (manual, chapter 2.2).
import assert from 'node:assert/strict';
import { headed } from './factor.mjs';
import { mail } from './messages.mjs';
import { newAddress, newPassword, person } from './people.mjs';
import { button, field, fillLogin, heading, signIn } from './steps.mjs';
import { story } from './support.mjs';

async function openConsole(page, somebody) {
  await page.goto(`${somebody.brand.issuer}/admin`);
  await headed(page, '管理コンソール ログイン');
  await fillLogin(page, somebody);
  await headed(page, '管理コンソール');
}

// To the page メールアドレス変更 of a user, by searching for the address.
async function toChange(page, { brand, email, name }) {
  await page.goto(`${brand.issuer}/admin/users`);
  await page.locator('#q').fill(email);
  await page.locator('#q').press('Enter');
  await page.getByRole('link', { name: `詳細 ${name}` }).click();
  await page.locator('main a[href$="/email"]').click();
  await headed(page, 'メールアドレス変更');
}

// 送信, and 「指定されたメールアドレスに確認メールを送信します。よろしいですか？」 OK.
async function sendTo(page, address) {
  if (address) await field(page, 'メールアドレス').fill(address);
  await button(page, '送信').click();
  await page.getByText('指定されたメールアドレスに確認メールを送信します。').waitFor();
  await button(page, 'OK').click();
}

for (const javaScript of [true, false]) {
  const sentence = `an administrator changes a user’s address, then the login method${javaScript ? '' : ', without a script'}`;
  story(sentence, { javaScript }, async ({ page, another, demo }) => {
    const contractor = await person(demo, 'VX7', { role: 'contractor' });
    const administrator = await person(demo, 'VX7', { of: contractor, role: 'administrator', name: '管理 太郎' });
    const user = await person(demo, 'VX7', { of: contractor, name: '利用 次郎' });
    await openConsole(page, administrator);

    await toChange(page, user);
    const moved = { ...user, email: newAddress('VX7'), password: newPassword() };
    await sendTo(page, moved.email);
    const theirs = await (await another({ javaScript })).newPage();
    const { link: first } = await mail(demo, moved.email, 'メールアドレス変更登録');
    await theirs.goto(first);
    await field(theirs, 'パスワード').fill(moved.password);
    await field(theirs, 'パスワード (確認用)').fill(moved.password);
    await theirs.locator('main button.primary').click();
    await signIn(theirs, user.brand.storage_app, moved);

    await toChange(page, moved);
    await sendTo(page); // the address unchanged: the login method
    const { link: second } = await mail(demo, moved.email, 'ログイン方法の設定変更');
    await theirs.goto(second);
    await headed(theirs, 'ログイン方法の設定');
    assert.ok((await theirs.locator('main').innerText()).includes('Googleアカウント'));
  });
}

story('a user has no way into the admin console', {}, async ({ page, demo }) => {
  const user = await person(demo, 'VX7');
  await page.goto(`${user.brand.issuer}/admin`);
  await fillLogin(page, user);
  await page.locator('main[data-problem="forbidden"]').waitFor();
  assert.ok((await heading(page).innerText()).length > 5);
});
