// 2段階認証設定 (manual, chapter 5.1): for everybody of the contract who has a password.
import assert from 'node:assert/strict';
import { enrolBySms, headed, saveRecoveryCode } from './factor.mjs';
import { MENU, openMenu } from './menu.mjs';
import { person, phoneNumber } from './people.mjs';
import { CONFIRMED, option, setSecondFactor } from './settings.mjs';
import { button, field, fillLogin, heading, signIn } from './steps.mjs';
import { story } from './support.mjs';

const [ON, OFF] = ['2段階認証を有効にする', '2段階認証を無効にする'];

story('a contractor switches two-step verification off and on again, for everybody', {}, async ({ page, another, demo }) => {
  const contractor = await person(demo, 'VX7', { careful: true, role: 'contractor' });
  const user = await person(demo, 'VX7', { of: contractor });
  const { storage_app: app } = contractor.brand;
  const comes = async () => {
    const theirs = await (await another()).newPage();
    await theirs.goto(app);
    await fillLogin(theirs, user);
    return theirs;
  };
  await headed(await comes(), '2段階認証');

  await openMenu(page, contractor);
  await enrolBySms(page, demo, phoneNumber());
  await saveRecoveryCode(page);
  await page.getByRole('link', { name: 'ログインする' }).click();
  await headed(page, MENU);
  await page.getByRole('link', { name: '2段階認証設定', exact: true }).click();
  assert.ok(await option(page, ON).isChecked(), 'the page begins with what there is');
  await button(page, '設定').click();
  assert.match(await page.getByRole('alert').innerText(), /現在の設定と同じです/);
  await option(page, OFF).check();
  await button(page, '設定').click();
  await headed(page, '設定確認');
  const asked = await page.locator('main').innerText();
  assert.match(asked, /現在の設定\s+2段階認証を有効にする\s+変更後の設定\s+2段階認証を無効にする/);
  assert.ok(asked.includes('※2段階認証を無効にする場合、第三者による不正ログインのリスクが高まります。'));
  await button(page, '設定').click();
  assert.equal(await heading(page).innerText(), '設定確認', 'not on without the box');
  await field(page, CONFIRMED).check();
  await button(page, '設定').click();
  await headed(page, '2段階認証設定完了');
  await (await comes()).waitForURL(app);

  await setSecondFactor(await (await another()).newPage(), contractor, ON);
  await headed(await comes(), '2段階認証');
});

story('the keyboard alone switches two-step verification', {}, async ({ page, another, demo }) => {
  const contractor = await person(demo, 'VX7', { role: 'contractor' });
  const user = await person(demo, 'VX7', { of: contractor });
  await openMenu(page, contractor);
  await headed(page, MENU);
  const reach = async (target) => {
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    assert.fail('the focus did not get there');
  };
  const press = async (target, key) => {
    await reach(target);
    await page.keyboard.press(key);
  };
  await press(page.getByRole('link', { name: '2段階認証設定', exact: true }), 'Enter');
  await headed(page, '2段階認証設定');
  await press(option(page, OFF), 'ArrowUp'); // a group of options is one stop, arrows choose
  assert.ok(await option(page, ON).isChecked());
  await press(button(page, '設定'), 'Enter');
  await headed(page, '設定確認');
  await press(field(page, CONFIRMED), 'Space');
  await press(button(page, '設定'), 'Enter');
  await headed(page, '2段階認証設定完了');

  const theirs = await (await another()).newPage();
  await theirs.goto(user.brand.storage_app);
  await fillLogin(theirs, user);
  await headed(theirs, '2段階認証');
});

story('a user who is no contractor does not find the settings', {}, async ({ page, demo }) => {
  const user = await person(demo, 'VX9');
  await signIn(page, user.brand.storage_app, user);
  await page.goto(`${user.brand.issuer}/account`);
  await headed(page, MENU);
  for (const [name, path] of [['アクセス経路設定', 'access-path'], ['2段階認証設定', 'second-factor']]) {
    assert.equal(await page.getByRole('link', { name }).count(), 0);
    await page.goto(`${user.brand.issuer}/account/${path}`);
    await headed(page, 'この画面は表示できません');
    await page.goBack();
  }
});
