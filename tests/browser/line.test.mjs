// 回線認証 (manual, chapters 1.4 and 4): the line proves itself in the place of the second step.
import assert from 'node:assert/strict';
import { comeOver, comeOverOneThatIs, decide, lineInTheWest, lineNumber, registerLine } from './line.mjs';
import { headed } from './factor.mjs';
import { person } from './people.mjs';
import { button, fillLogin, heading, isErrorPage, signIn } from './steps.mjs';
import { story } from './support.mjs';

const retry = (page) => page.getByRole('link', { name: 'もう一度確認する' }).click();

// A claim of the ID token, as the service shows it.
const claim = (page, name) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) }).first().getByRole('cell').innerText();

// A contractor of a company with two-step verification, and a line of the company.
async function companyWithLine(demo, code, number = lineNumber()) {
  const contractor = await person(demo, code, { careful: true, role: 'contractor' });
  await registerLine(demo, contractor, number);
  return { contractor, number };
}

for (const javaScript of [true, false]) {
  const how = javaScript ? '' : ', without a script too';
  story(`a registered line stands in for two-step verification${how}`, { javaScript }, async ({ page, demo }) => {
    const { contractor, number } = await companyWithLine(demo, 'VX4');
    await comeOver(page, demo, number);
    await signIn(page, contractor.brand.line_app, contractor);
    assert.equal(await heading(page).innerText(), `${contractor.name}さん`);
    assert.equal(await claim(page, 'iss'), contractor.brand.line_issuer);
    assert.match(await claim(page, 'amr'), /pwd.*line/);
    assert.equal(await claim(page, 'access_path'), 'line');
    await button(page, 'トークンを更新').click();
    await page.getByText('更新回数: 1').waitFor();

    await page.goto(contractor.brand.storage_app);
    await fillLogin(page, contractor);
    await headed(page, '2段階認証');
  });
}

story('whoever comes over another line is told what to look at, and gets in over the right one', {}, async ({ page, demo }) => {
  const { contractor, number } = await companyWithLine(demo, 'VX7');
  const other = lineNumber();
  await comeOver(page, demo, other);
  await page.goto(contractor.brand.line_app);
  await fillLogin(page, contractor);
  await isErrorPage(page, 'line_not_registered');
  const here = page.url();
  assert.equal(await heading(page).innerText(), '回線認証エラー');
  const said = await page.locator('body').innerText();
  assert.ok(said.includes(`末尾 ${other.slice(-3)}`));
  assert.ok(!said.includes(other.slice(-4)), 'three characters of a number are enough');
  assert.ok(!said.includes(number.slice(-4)), 'nobody is told what is registered');
  const checks = await page.getByRole('alert').getByRole('listitem').allInnerTexts();
  assert.deepEqual(checks, ['「回線認証設定」が完了しているか', 'ご利用の回線番号を正しく登録しているか']);

  await retry(page);
  await isErrorPage(page, 'line_not_registered');
  await comeOver(page, demo, number);
  await page.goto(here);
  await page.waitForURL(contractor.brand.line_app);
  assert.equal(await heading(page).innerText(), `${contractor.name}さん`);
});

story('in the west the carrier asks first whether the line may be told', {}, async ({ page, demo }) => {
  const { contractor, number } = await companyWithLine(demo, 'VX4', await lineInTheWest(demo));
  await comeOver(page, demo, number);
  await page.goto(contractor.brand.line_app);
  await fillLogin(page, contractor);
  await headed(page, '回線情報通知設定');
  await page.getByText('「通知する」を選択し、「決定」ボタンをクリックしてください。').waitFor();
  await button(page, '回線情報通知設定画面へ進む').click();
  await page.waitForURL('**/__carrier/notification?*');
  await decide(page, '通知する');
  await page.waitForURL(contractor.brand.line_app);
  assert.match(await claim(page, 'amr'), /line/);
});

story('whoever does not let the line be told is told so, and may think again', {}, async ({ page, demo }) => {
  const { contractor, number } = await companyWithLine(demo, 'VX7', await lineInTheWest(demo));
  await comeOver(page, demo, number);
  await page.goto(contractor.brand.line_app);
  await fillLogin(page, contractor);
  await button(page, '回線情報通知設定画面へ進む').click();
  await decide(page, '通知しない');
  await isErrorPage(page, 'line_declined');
  assert.equal(await heading(page).innerText(), '回線情報が通知されていません');
  await retry(page);
  await isErrorPage(page, 'line_declined');
});

story('whoever leaves the carrier’s page twice gets help, and is not sent round', {}, async ({ page, demo }) => {
  const { contractor, number } = await companyWithLine(demo, 'VX7', await lineInTheWest(demo));
  await comeOver(page, demo, number);
  await page.goto(contractor.brand.line_app);
  await fillLogin(page, contractor);
  for (const time of ['first', 'second']) {
    await button(page, '回線情報通知設定画面へ進む').click();
    await page.waitForURL('**/__carrier/notification?*');
    const back = new URL(page.url()).searchParams;
    const url = new URL(back.get('return_to'));
    url.searchParams.set('state', back.get('state'));
    await page.goto(url.href);
    if (time === 'first') await page.getByText('回線情報の通知を、まだ確認できません。').waitFor();
  }
  await isErrorPage(page, 'line_still_not_notified');
  await retry(page);
  await isErrorPage(page, 'line_still_not_notified');
});

story('without a number nobody gets in, and during maintenance nobody either', {}, async ({ page, demo }) => {
  const { contractor } = await companyWithLine(demo, 'VX7');
  await comeOverOneThatIs(page, demo, 'none');
  await page.goto(contractor.brand.line_app);
  await fillLogin(page, contractor);
  await isErrorPage(page, 'line_not_proved');
  const here = page.url();
  await comeOverOneThatIs(page, demo, 'maintenance');
  const answer = await page.goto(here);
  assert.equal(answer.status(), 503);
  assert.match(answer.headers()['retry-after'], /^\d+$/);
  await isErrorPage(page, 'line_unavailable');
});

story('a sign-in over the line is none over the internet, nor the other way round', {}, async ({ page, another, demo }) => {
  const contractor = await person(demo, 'VX7', { role: 'contractor' });
  const number = lineNumber();
  await registerLine(demo, contractor, number);
  const { storage_app: internet, line_app: line } = contractor.brand;
  await comeOver(page, demo, number);
  await signIn(page, line, contractor);
  await page.goto(internet);
  await headed(page, 'ログイン');

  const elsewhere = await (await another()).newPage();
  await signIn(elsewhere, internet, contractor);
  await comeOver(elsewhere, demo, number);
  await elsewhere.goto(line);
  await headed(elsewhere, 'ログイン');
});

story('whoever is signed in over the line and comes over another one is stopped', {}, async ({ page, demo }) => {
  const { contractor, number } = await companyWithLine(demo, 'VX4');
  const { line_app: line } = contractor.brand;
  await comeOver(page, demo, number);
  await signIn(page, line, contractor);
  await page.goto(`${line}/login`);
  await page.waitForURL(line); // single sign-on
  await comeOverOneThatIs(page, demo, 'unregistered');
  await page.goto(`${line}/login`);
  await isErrorPage(page, 'line_not_registered');
  await comeOver(page, demo, number);
  await page.goto(`${line}/login`);
  await page.waitForURL(line);
});
