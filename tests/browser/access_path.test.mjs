// アクセス経路設定 (manual, chapter 4): over the company's lines alone, and the way back for whoever is locked out.
import assert from 'node:assert/strict';
import { headed } from './factor.mjs';
import { comeOver, lineNumber } from './line.mjs';
import { MENU, openMenu } from './menu.mjs';
import { person } from './people.mjs';
import { applyAccessPath, chooseAccessPath, CONFIRMED, INTERNET_TOO, LINE_ONLY } from './settings.mjs';
import { button, field, fillLogin, heading, isErrorPage, signIn } from './steps.mjs';
import { story } from './support.mjs';

// In the admin console, whose login page the browser may have to pass.
async function registerLine(page, contractor, number) {
  await page.goto(`${contractor.brand.issuer}/admin`);
  if ((await heading(page).innerText()) !== '管理コンソール') await fillLogin(page, contractor);
  await headed(page, '管理コンソール');
  await page.getByRole('navigation', { name: '管理コンソール' }).getByRole('link', { name: '回線認証' }).click();
  await headed(page, '回線認証');
  await field(page, '回線番号 1').fill(number);
  await button(page, '保存').click();
  await page.getByText('保存しました。').waitFor();
}

const alert = (page) => page.getByRole('alert').innerText();

story('a contractor locked out by a wrong line number lets everybody in again over the internet', {}, async ({ page, another, demo }) => {
  const contractor = await person(demo, 'VX4', { role: 'contractor' });
  const user = await person(demo, 'VX4', { of: contractor, name: '久保 涼' });
  const { storage_app: internet, line_app: line } = contractor.brand;
  const [right, wrong] = [lineNumber(), lineNumber()];
  const theirs = await (await another()).newPage();
  await signIn(theirs, internet, user);

  await registerLine(page, contractor, wrong);
  await page.goto(`${contractor.brand.issuer}/account`);
  await chooseAccessPath(page, LINE_ONLY);
  const preview = await page.getByRole('region', { name: '変更による影響' }).innerText();
  assert.ok(preview.includes('過去30日間にインターネット経由でログインしたユーザ：2名'));
  assert.ok(preview.includes(user.email));
  assert.ok(preview.includes('登録されている回線番号：1件'));
  assert.ok(preview.includes('登録された回線からのアクセスは、まだ一度も確認されていません。'));
  await button(page, '変更').click();
  assert.equal(await heading(page).innerText(), 'アクセス経路変更確認', 'not on without the box');
  await field(page, CONFIRMED).check();
  await applyAccessPath(page);

  await button(theirs, 'トークンを更新').click();
  assert.equal(await heading(theirs).innerText(), 'ログインできませんでした', 'whoever was signed in over the internet is out');
  for (const somebody of [user, contractor]) {
    await theirs.goto(`${internet}/login`);
    await fillLogin(theirs, somebody);
    assert.match(await alert(theirs), /アクセス経路は「回線認証のみ」に設定されています。登録された回線から/);
    await theirs.goto(`${contractor.brand.issuer}/admin`);
    await fillLogin(theirs, somebody);
    assert.match(await alert(theirs), /「回線認証のみ」に設定されています/);
  }
  await comeOver(theirs, demo, right);
  await theirs.goto(line);
  await fillLogin(theirs, user);
  await isErrorPage(theirs, 'line_not_registered');

  // ①, ② of the manual
  const again = await (await another()).newPage();
  await openMenu(again, user);
  assert.match(await alert(again), /「回線認証のみ」に設定されています/, 'the contractor alone enters the menu');
  await openMenu(again, contractor);
  await headed(again, MENU);
  // ③
  await chooseAccessPath(again, INTERNET_TOO);
  await applyAccessPath(again);
  // ④
  await registerLine(again, contractor, right);
  await comeOver(again, demo, right);
  await signIn(again, line, contractor);
  assert.equal(await heading(again).innerText(), `${contractor.name}さん`);
  await signIn(theirs, internet, user);
});

story('over the line alone works once a line has been seen, without a script too', { javaScript: false }, async ({ page, demo }) => {
  const contractor = await person(demo, 'VX7', { role: 'contractor' });
  const number = lineNumber();
  await registerLine(page, contractor, number);
  await comeOver(page, demo, number);
  await signIn(page, contractor.brand.line_app, contractor);
  await page.goto(`${contractor.brand.issuer}/account`);
  await chooseAccessPath(page, LINE_ONLY);
  assert.equal(await field(page, CONFIRMED).count(), 0, 'nothing to insist on');
  await applyAccessPath(page);
  await page.goto(contractor.brand.line_app);
  await button(page, 'トークンを更新').click();
  await page.getByText('更新回数: 1').waitFor();
});
