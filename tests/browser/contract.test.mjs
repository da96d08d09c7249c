// 無料トライアル (manual, chapter 0): 30 days, and 15 more in which the contractor may move to the basic plan.
import assert from 'node:assert/strict';
import { headed } from './factor.mjs';
import { MENU, openMenu } from './menu.mjs';
import { person } from './people.mjs';
import { fillLogin, heading, signIn } from './steps.mjs';
import { story } from './support.mjs';

const alert = (page) => page.getByRole('alert').innerText();
const ended = /無料トライアルの期間が終了しました。/;

async function refused(page, address, somebody) {
  await page.goto(address);
  await fillLogin(page, somebody);
  assert.match(await alert(page), ended);
}

story('a trial has ended: in its 40th day the contractor moves to the basic plan', {}, async ({ page, another, demo }) => {
  const contractor = await person(demo, 'VX8', { role: 'contractor', trialDay: 40 });
  const user = await person(demo, 'VX8', { of: contractor });
  const { storage_app: app, issuer } = contractor.brand;
  const theirs = await (await another()).newPage();
  for (const address of [app, `${issuer}/account`, `${issuer}/admin`]) {
    if (address !== `${issuer}/account`) await refused(page, address, contractor);
    await refused(theirs, address, user);
  }

  await openMenu(page, contractor);
  await headed(page, MENU);
  const links = await page.locator('main').getByRole('listitem').getByRole('link').allInnerTexts();
  assert.deepEqual(links, ['プラン変更'], 'nothing else is left');
  await page.getByRole('link', { name: 'プラン変更', exact: true }).click();
  await page.getByRole('region', { name: contractor.company }).getByRole('button', { name: '基本プランへ変更' }).click();
  await page.getByText('変更しました。').waitFor();
  await page.getByRole('link', { name: /へ戻る$/ }).click();
  await page.waitForURL(app);
  await signIn(theirs, app, user);
  assert.equal(await heading(theirs).innerText(), `${user.name}さん`);
  const again = await (await another()).newPage();
  await signIn(again, app, contractor);
  await page.goto(`${issuer}/account`);
  await page.getByRole('link', { name: 'アクセス経路設定', exact: true }).waitFor();
});

story('in the 46th day of a trial nobody enters any more', {}, async ({ page, demo }) => {
  const contractor = await person(demo, 'VX8', { role: 'contractor', trialDay: 46 });
  await refused(page, contractor.brand.storage_app, contractor);
  await refused(page, `${contractor.brand.issuer}/account`, contractor);
  await page.goto(`${demo.contract_system}/VX8/plan`);
  await page.getByRole('region', { name: contractor.company }).getByRole('button', { name: '基本プランへ変更' }).click();
  await page.getByText('変更できませんでした。').waitFor();
});

story('a trial that goes on is a contract like any other, but for its end', {}, async ({ page, demo }) => {
  const contractor = await person(demo, 'VX9', { role: 'contractor', trialDay: 30 });
  await signIn(page, contractor.brand.storage_app, contractor);
  await page.goto(`${contractor.brand.issuer}/account`);
  await headed(page, MENU);
  assert.equal(await page.getByRole('link', { name: '解約', exact: true }).count(), 0, 'a trial is not cancelled, it ends');
  await page.getByText('トライアル期間終了後15日以内であれば、基本プランへのプラン変更が可能です。').waitFor();
});
