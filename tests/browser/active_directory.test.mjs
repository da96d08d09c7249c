// A company's own Active Directory (manual, chapters 1.3, 1.5 and 2.2).
import assert from 'node:assert/strict';
import { connected, company, permit, registerAt } from './directory.mjs';
import { headed } from './factor.mjs';
import { openMenu } from './menu.mjs';
import { mail } from './messages.mjs';
import { invited, letChooseMethod, linked, person, tegata } from './people.mjs';
import { button, field, fillLogin, heading, isErrorPage } from './steps.mjs';
import { story } from './support.mjs';
import { account, cancel, choose, control, kinds, stranger } from './upstreams.mjs';

const { active_directory: ad, google } = kinds;
const NOTICE = 'Active Directoryアカウントのログイン用URL・接続ID通知';
const byDirectory = (page) => button(page, `${ad.account}でログイン`).click();
const confirm = (page) => button(page, '確認').click();

async function arrived(page, { brand, name }) {
  await page.waitForURL(brand.storage_app);
  assert.equal(await heading(page).innerText(), `${name}さん`);
}

// Types a 接続ID on the page that the login page's button leads to.
async function type(page, id) {
  await field(page, '接続ID').fill(id);
  await button(page, '次へ').click();
}

// Somebody of the company who signs in by its Active Directory.
const member = async (demo, own) =>
  linked(demo, own.contractor.brand.code, own.connection, await stranger(demo, own.host), { of: own.contractor });

story('a contractor connects the company’s Active Directory, with a test that says what is wrong', {}, async ({ page, demo }) => {
  const own = await permit(demo, await company(demo, 'VX7'));
  await openMenu(page, own.contractor);
  await page.getByRole('link', { name: 'Active Directory設定' }).click();
  await headed(page, 'Active Directory設定');
  assert.ok((await page.locator('main').innerText()).includes(own.redirectUri));
  await registerAt(demo, own);
  const fill = async (secret) => {
    await page.locator('#issuer').fill(own.issuer);
    await page.locator('#client_id').fill(own.client);
    await page.locator('#client_secret').fill(secret);
    await page.locator('#subject_claim').fill(own.claim);
    await page.locator('#resource').fill(own.resource);
  };
  await fill('not-the-secret');
  await button(page, '接続テスト').click();
  await page.getByText('確認できない項目がありました。').waitFor();
  assert.match(await page.locator('.report .failed').innerText(), /クライアントIDまたはクライアント シークレットが正しくありません/);
  await fill(own.secret);
  await button(page, '接続テスト').click();
  await page.getByText('すべての項目を確認できました。').waitFor();
  await fill(own.secret);
  await button(page, '保存').click();
  await page.getByText('Active Directory設定を保存しました。').waitFor();
  assert.ok((await page.locator('main').innerText()).includes(`/ad/${own.connection}`));

  const somebody = await invited(demo, 'VX7', { of: own.contractor });
  const there = await stranger(demo, own.host);
  await page.context().clearCookies();
  await page.goto((await mail(demo, somebody.email, '利用者登録のご案内')).link);
  await button(page, `${ad.account}で登録`).click();
  await confirm(page);
  await choose(page, there);
  await button(page, `この${ad.account}で登録`).click();
  await headed(page, '申込完了');
});

for (const javaScript of [true, false]) {
  const how = javaScript ? '' : ', without a script too';
  story(`an invited person registers with Active Directory and signs in by the mailed URL${how}`, { javaScript }, async ({ page, another, demo }) => {
    const own = await connected(demo, 'VX4');
    const somebody = await invited(demo, 'VX4', { of: own.contractor });
    const there = await stranger(demo, own.host);
    await page.goto((await mail(demo, somebody.email, '利用者登録のご案内')).link);
    await button(page, `${ad.account}で登録`).click();
    await headed(page, '接続IDの確認');
    assert.ok((await page.locator('main').innerText()).includes('メモを取り安全な場所に保管してください'));
    await confirm(page);
    await choose(page, there);
    await page.getByText(there.email).waitFor();
    await button(page, `この${ad.account}で登録`).click();
    await page.getByRole('link', { name: 'OK' }).click();

    const told = await mail(demo, somebody.email, NOTICE);
    assert.equal(told.subject, `【おまかせクラウドストレージ】${NOTICE}`);
    assert.ok(told.text.includes(own.connection));
    for (const device of [page, await (await another()).newPage()]) {
      await device.goto(told.link);
      await headed(device, `${ad.account}でログイン`);
      await device.getByRole('link', { name: 'ログイン', exact: true }).click();
      if (device !== page) await choose(device, there);
      await arrived(device, somebody);
    }
  });
}

story('on the login page the 接続ID is typed once; the browser remembers it', {}, async ({ page, demo }) => {
  const own = await connected(demo, 'VX8');
  const somebody = await member(demo, own);
  await page.goto(somebody.brand.storage_app);
  await byDirectory(page);
  await headed(page, '接続IDの入力');
  await type(page, 'adfs-123');
  assert.match(await page.getByRole('alert').innerText(), /形式が正しくありません/);
  await type(page, 'adfs-0000000000000000');
  assert.match(await page.getByRole('alert').innerText(), /この接続IDは登録されていません/);
  await type(page, `　${own.connection.toUpperCase()} `);
  await headed(page, '接続IDの確認');
  await page.getByRole('link', { name: '戻る' }).click();
  await headed(page, 'ログイン');
  await byDirectory(page);
  await type(page, own.connection);
  await confirm(page);
  await choose(page, somebody.there);
  await arrived(page, somebody);

  await button(page, 'ログアウト').click();
  await page.waitForURL('**/goodbye');
  await page.goto(somebody.brand.storage_app);
  await byDirectory(page);
  await arrived(page, somebody);
});

story('the keyboard alone signs in by Active Directory', {}, async ({ page, demo }) => {
  const own = await connected(demo, 'VX7');
  const somebody = await member(demo, own);
  const reach = async (element) => {
    await element.waitFor();
    for (let stop = 0; !(await element.evaluate((each) => each === document.activeElement)); stop++) {
      assert.ok(stop < 60, 'the Tab key gets there');
      await page.keyboard.press('Tab');
    }
    assert.ok((await element.evaluate((each) => Number.parseFloat(getComputedStyle(each).outlineWidth))) >= 2);
  };
  await page.goto(somebody.brand.storage_app);
  await reach(button(page, `${ad.account}でログイン`));
  await page.keyboard.press('Enter');
  await reach(field(page, '接続ID'));
  await page.keyboard.type(own.connection);
  await page.keyboard.press('Enter');
  for (const element of [button(page, '確認'), account(page, somebody.there)]) {
    await reach(element);
    await page.keyboard.press('Enter');
  }
  await arrived(page, somebody);
});

story('nobody signs in through the Active Directory of another company', {}, async ({ page, demo }) => {
  const [own, foreign] = [await connected(demo, 'VX7'), await connected(demo, 'VX7')];
  const somebody = await member(demo, own);
  // At the other company somebody claims everything that is known of the person.
  const [{ claims }] = (await (await control(demo, `${own.host}/users`)).json()).filter(({ name }) => name === somebody.there.name);
  const double = { name: 'double', title: somebody.there.title, claims };
  await control(demo, `${foreign.host}/users`, double);
  await page.goto(somebody.brand.storage_app);
  await byDirectory(page);
  await type(page, foreign.connection);
  await confirm(page);
  await choose(page, double);
  assert.match(await page.getByRole('alert').innerText(), /登録されていません/);
  await byDirectory(page);
  await type(page, own.connection);
  await confirm(page);
  await choose(page, somebody.there);
  await arrived(page, somebody);

  // Nor is anybody registered through it, whatever form is sent.
  const newcomer = await invited(demo, 'VX7', { of: own.contractor });
  await page.context().clearCookies();
  await page.goto((await mail(demo, newcomer.email, '利用者登録のご案内')).link);
  await button(page, `${ad.account}で登録`).click();
  const action = await button(page, '確認').evaluate((element) => element.form.getAttribute('action'));
  assert.ok(action.endsWith(own.connection));
  await button(page, '確認').evaluate((element, id) => {
    element.form.action = element.form.action.replace(/adfs-[^/]+$/, id);
  }, foreign.connection);
  await confirm(page);
  assert.match(await page.getByRole('alert').innerText(), /このログイン方法は選択できません/);
});

story('an urgent rollover of the keys while the person is at the AD FS changes nothing', {}, async ({ page, demo }) => {
  const own = await connected(demo, 'VX9');
  const somebody = await member(demo, own);
  const signIn = async (between) => {
    await page.context().clearCookies();
    await page.goto(`${somebody.brand.issuer}/ad/${own.connection}`);
    await page.getByRole('link', { name: 'ログイン', exact: true }).click();
    await account(page, somebody.there).waitFor();
    await between?.();
    await choose(page, somebody.there);
    await arrived(page, somebody);
  };
  await signIn();
  await signIn(() => control(demo, `${own.host}/keys`, 'replace'));
});

story('whoever cancels at the AD FS is back on the login page', {}, async ({ page, demo }) => {
  const own = await connected(demo, 'VX7');
  const somebody = await person(demo, 'VX7');
  await page.goto(`${somebody.brand.issuer}/ad/${own.connection}`);
  await page.getByRole('link', { name: 'ログイン', exact: true }).click();
  await cancel(page);
  assert.match(await page.locator('main [role="status"]').first().innerText(), /中止しました/);
  await fillLogin(page, somebody);
  await arrived(page, somebody);
});

story('a connection that is stopped while the person is at the AD FS lets nobody in', {}, async ({ page, demo }) => {
  const own = await connected(demo, 'VX7');
  const somebody = await member(demo, own);
  await page.goto(`${somebody.brand.issuer}/ad/${own.connection}`);
  await page.getByRole('link', { name: 'ログイン', exact: true }).click();
  await account(page, somebody.there).waitFor();
  await tegata(demo, ['connection', 'disable', '--id', own.connection]);
  await choose(page, somebody.there);
  await isErrorPage(page, 'connection_disabled');
  await page.goto(`${somebody.brand.issuer}/ad/${own.connection}`);
  await isErrorPage(page, 'connection_disabled');
});

story('a user changes from a password to Active Directory and on to Google, by mailed links', {}, async ({ page, demo }) => {
  const own = await connected(demo, 'VX7');
  const somebody = await person(demo, 'VX7', { of: own.contractor });
  const [there, elsewhere] = [await stranger(demo, own.host), await stranger(demo, 'google')];
  await letChooseMethod(demo, somebody);
  const first = await mail(demo, somebody.email, 'ログイン方法の設定変更');
  await page.goto(first.link);
  await button(page, `${ad.account}に変更`).click();
  await headed(page, '接続IDの確認');
  await confirm(page);
  await choose(page, there);
  await button(page, `この${ad.account}に変更`).click();
  await headed(page, 'ログイン方法の変更完了');
  const { link } = await mail(demo, somebody.email, NOTICE);
  await page.goto(link);
  await page.getByRole('link', { name: 'ログイン', exact: true }).click();
  await arrived(page, somebody);

  await letChooseMethod(demo, somebody);
  const second = await mail(demo, somebody.email, 'ログイン方法の設定変更', { after: first.id });
  await page.goto(second.link);
  await button(page, `${google.account}に変更`).click();
  await choose(page, elsewhere);
  await button(page, `この${google.account}に変更`).click();
  await headed(page, 'ログイン方法の変更完了');
  await page.context().clearCookies();
  await page.goto(link);
  await page.getByRole('link', { name: 'ログイン', exact: true }).click();
  await choose(page, there);
  assert.match(await page.getByRole('alert').innerText(), /登録されていません/);
});

story('a contractor is not offered the company’s own Active Directory', {}, async ({ page, demo }) => {
  const { contractor } = await connected(demo, 'VX7');
  await openMenu(page, contractor);
  await page.getByRole('link', { name: 'ログイン方法の設定' }).click();
  await button(page, `${google.account}に変更`).waitFor();
  assert.equal(await button(page, `${ad.account}に変更`).count(), 0);
});
