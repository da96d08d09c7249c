// Whoever is invited registers by the mailed link (manual, chapter 1.5).
import assert from 'node:assert/strict';
import { headed } from './factor.mjs';
import { mail } from './messages.mjs';
import { invited } from './people.mjs';
import { button, field, fillLogin, heading } from './steps.mjs';
import { story } from './support.mjs';

async function choosePassword(page, first, second = first) {
  await field(page, 'パスワード').fill(first);
  await field(page, 'パスワード (確認用)').fill(second);
  await button(page, '登録').click();
}

for (const javaScript of [true, false]) {
  const how = javaScript ? '' : ', without a script too';
  story(`an invited person registers and signs in${how}`, { javaScript }, async ({ page, demo }) => {
    const somebody = await invited(demo, 'VX7');
    const { link, subject, text } = await mail(demo, somebody.email, '利用者登録のご案内');
    assert.equal(subject, '【M-Drive】利用者登録のご案内');
    assert.ok(text.startsWith(`${somebody.name} 様`));

    await page.goto(somebody.brand.storage_app);
    await fillLogin(page, somebody);
    await page.getByRole('alert').waitFor();

    await page.goto(link);
    await headed(page, '利用者ログイン登録');
    await choosePassword(page, 'abcdefgh');
    assert.match(await page.getByRole('alert').innerText(), /文字の種類が足りません/);
    await choosePassword(page, somebody.password);
    await headed(page, '申込確認');
    const facts = await page.locator('main').innerText();
    for (const told of ['メールアドレス・パスワードで登録', somebody.email, '(非表示)']) assert.ok(facts.includes(told), told);
    assert.ok(!facts.includes(somebody.password));
    await button(page, 'キャンセル').click();
    await headed(page, '登録をキャンセルしました');
    await page.getByRole('link', { name: '登録画面に戻る' }).click();
    await choosePassword(page, somebody.password);
    await button(page, '確認').click();
    await page.getByText('利用者登録のお手続きが完了いたしました。').waitFor();
    await page.getByRole('link', { name: 'OK' }).click();
    await fillLogin(page, somebody);
    await page.waitForURL(somebody.brand.storage_app);
    assert.equal(await heading(page).innerText(), `${somebody.name}さん`);

    await page.goto(link);
    await headed(page, 'お手続きは完了しています');
    await page.getByRole('link', { name: 'ログイン画面へ' }).click();
    await page.waitForURL(somebody.brand.storage_app);
  });
}

story('a link that was opened in one browser still works in another', {}, async ({ page, another, demo }) => {
  const somebody = await invited(demo, 'VX8');
  const { link } = await mail(demo, somebody.email, '利用者登録のご案内');
  await page.goto(link);
  await headed(page, '利用者ログイン登録');
  const elsewhere = await (await another()).newPage();
  await elsewhere.goto(link);
  await choosePassword(elsewhere, somebody.password);
  await button(elsewhere, '確認').click();
  await headed(elsewhere, '申込完了');
  // The page that stayed open is of no use any more, and says so.
  await choosePassword(page, somebody.password);
  await headed(page, 'お手続きは完了しています');
});

story('the invitation of the demo waits in the inbox, and its link opens from there', {}, async ({ page, demo }) => {
  const brand = demo.brands.find(({ code }) => code === 'VX4');
  await mail(demo, brand.careful.invited.email, '利用者登録のご案内');
  await page.goto(demo.inbox);
  await page.getByRole('link', { name: brand.careful.invited.email }).first().click();
  assert.equal(await heading(page).innerText(), `【${brand.name}】利用者登録のご案内`);
  const opened = page.waitForEvent('popup');
  await page.frameLocator('iframe').getByRole('link', { name: '利用者登録をする' }).click();
  await headed(await opened, '利用者ログイン登録');
  await page.locator('.text').getByRole('link').click();
  await headed(page, '利用者ログイン登録');
});
