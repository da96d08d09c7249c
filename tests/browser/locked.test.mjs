// Ten wrong passwords lock the account (manual, chapter 6.1).
import assert from 'node:assert/strict';
import { countMails, mail } from './messages.mjs';
import { person } from './people.mjs';
import { button, fillLogin, heading } from './steps.mjs';
import { story } from './support.mjs';

const BLOCKED =
  'ログインを複数回連続して試行したため、アカウントがブロックされました。ブロック解除のためのメールをお送りしましたのでご確認ください。';
const WRONG = 'メールアドレスまたはパスワードが正しくありません。ご確認のうえ、もう一度入力してください。';

// Types a wrong password ten times, and returns what the page said each time.
async function tenWrong(page, somebody) {
  const said = [];
  await page.goto(somebody.brand.storage_app);
  const address = page.url();
  for (let time = 1; time <= 10; time++) {
    await fillLogin(page, { ...somebody, password: `Wrong-${time}234` });
    await page.getByRole('alert').waitFor();
    said.push(await page.getByRole('alert').innerText());
    if (time < 10) await page.goto(address); // the page without its message: the next one is seen to be new
  }
  return said;
}

for (const javaScript of [true, false]) {
  const how = javaScript ? '' : ', without a script too';
  story(`ten wrong passwords lock, the mail unlocks${how}`, { javaScript }, async ({ page, another, demo }) => {
    const somebody = await person(demo, 'VX7');
    const said = await tenWrong(page, somebody);
    assert.deepEqual(said, [...Array(9).fill(WRONG), BLOCKED]);
    await fillLogin(page, somebody);
    await page.getByRole('alert').waitFor();
    assert.equal(await heading(page).innerText(), 'ログイン', 'the right password is refused');

    const { link, subject, text } = await mail(demo, somebody.email, 'アカウントロック');
    assert.equal(subject, '【M-Drive】アカウントロック');
    assert.ok(text.startsWith(`${somebody.name}様`));
    // A mail is often read elsewhere.
    const elsewhere = await (await another()).newPage();
    await elsewhere.goto(link);
    assert.equal(await heading(elsewhere).innerText(), 'アカウントロックの解除');
    await button(elsewhere, 'ロックを解除する').click();
    assert.equal(await heading(elsewhere).innerText(), 'アカウントロック解除完了');
    await elsewhere.getByRole('link', { name: 'ログイン画面へ' }).click();
    await fillLogin(elsewhere, somebody);
    await elsewhere.waitForURL(somebody.brand.storage_app);
    assert.equal(await heading(elsewhere).innerText(), `${somebody.name}さん`);

    await elsewhere.goto(link);
    assert.equal(await heading(elsewhere).innerText(), 'お手続きは完了しています');
    assert.equal(await countMails(demo, somebody.email, 'アカウントロック'), 1);
  });
}

story('an address nobody has is locked the same, and gets no mail', {}, async ({ page, demo }) => {
  const nobody = { ...(await person(demo, 'VX4')), email: `nobody-${Date.now()}@vx4.example` };
  assert.deepEqual(await tenWrong(page, nobody), [...Array(9).fill(WRONG), BLOCKED]);
  assert.equal(await countMails(demo, nobody.email, ''), 0);
});
