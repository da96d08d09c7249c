// The pages of a password account's life, each flow walked once: names of the pages as the browser comes to them.
// Fields and buttons are found by their ids here, because the walk goes through every language.
import { authenticator } from './authenticator.mjs';
import { mail, sms } from './messages.mjs';
import { invited, newAddress, newPassword, person, phoneNumber } from './people.mjs';
import { fillLogin } from './steps.mjs';

// Does what leads to another page, and waits for that page.
export async function onward(page, act) {
  await Promise.all([page.waitForEvent('load'), act()]);
}

export const follow = (page, selector) => onward(page, () => page.locator(selector).first().click());

// Fills fields by id and sends the form they are in, whatever the browser thinks of it.
export async function send(page, fields, button = 'main button.primary') {
  for (const [id, value] of Object.entries(fields)) {
    const field = page.locator(`#${id}`);
    if (value === true) await field.check();
    else await field.fill(value);
  }
  await page.evaluate(() => document.querySelectorAll('form').forEach((form) => (form.noValidate = true)));
  await follow(page, button);
}

export async function logIn(page, somebody, language, address = somebody.brand.storage_app) {
  await page.waitForLoadState('networkidle'); // what the page still asks for belongs to the cookies it was made with
  await page.context().clearCookies();
  await page.goto(address);
  await onward(page, () => fillLogin(page, somebody, language));
}

export const twice = (password) => ({ password, again: password });
export const subject = {
  invitation: { ja: '利用者登録のご案内', en: 'Your user registration' },
  unblock: { ja: 'アカウントロック', en: 'Account locked' },
  reset: { ja: 'パスワードリセット', en: 'Password reset' },
  move: { ja: 'メールアドレス変更登録', en: 'Change of email address' },
  method: { ja: 'ログイン方法の設定変更' },
};

// Enrolment with either factor, a sign-in later, and the recovery code in the place of a lost phone.
export async function* secondFactor(page, demo, language, code = 'VX7') {
  const [somebody, phone] = [await person(demo, code, { careful: true }), phoneNumber()];
  await logIn(page, somebody, language);
  yield 'factor-sms';
  await send(page, { phone: '03-1234-5678' });
  yield 'factor-sms-error';
  await follow(page, 'a[href$="/authenticator"]');
  yield 'factor-authenticator';
  await send(page, { code: '' });
  yield 'factor-authenticator-error';
  await follow(page, '.side a');
  await send(page, { phone });
  yield 'factor-code-sms';
  await follow(page, '.ways form button');
  yield 'factor-code-too-soon';
  await page.goto(`${page.url().replace(/\/resend$/, '/code')}?resent`);
  yield 'factor-code-resent';
  await send(page, { code: (await sms(demo, phone)).code, remember: true });
  yield 'recovery-code';
  await send(page, {});
  yield 'recovery-code-error';
  const recovery = await page.locator('#recovery-code').innerText();
  await send(page, { saved: true });
  yield 'factor-done';
  yield* passkeys(page, somebody, language);

  await logIn(page, somebody, language);
  yield 'factor-code-later';
  await send(page, { code: 'none' });
  yield 'factor-code-error';
  await follow(page, 'a[href$="/passkey"]');
  yield 'factor-passkey';
  await follow(page, '.side a');
  await follow(page, 'a[href$="/recovery"]');
  yield 'recovery-entry';
  await send(page, { code: 'AAAA' });
  yield 'recovery-entry-error';
  await send(page, { code: recovery });
  yield 'recovery-code-replaced';
  await send(page, { saved: true });
  yield 'factor-done-recovered';
}

// The list of passkeys, with none and with one; it stays.
async function* passkeys(page, { brand }, language) {
  const device = await authenticator(page);
  await page.goto(`${brand.issuer}/account/passkeys`);
  yield 'passkeys-none';
  await follow(page, 'form[data-passkey="create"] button');
  yield 'passkeys';
  await page.locator('summary').click();
  yield 'passkeys-edit';
  await device.remove(); // or it would sign in on the next login page by itself
}

// Ten wrong passwords, and the way back.
export async function* locked(page, demo, language) {
  const somebody = await person(demo, 'VX7', { locale: language });
  const wrong = { ...somebody, password: 'Wrong-1234' };
  await logIn(page, wrong, language);
  for (let time = 2; time <= 10; time++) await onward(page, () => fillLogin(page, wrong, language));
  yield 'login-locked';
  const { link } = await mail(demo, somebody.email, subject.unblock[language]);
  await page.goto(link);
  yield 'unblock';
  await send(page, {});
  yield 'unblock-done';
  await page.goto(link);
  yield 'ticket-used';
  await page.goto(`${somebody.brand.issuer}/lo/unblock?ticket=unknown`);
  yield 'ticket-unknown';
}

export async function* forgotten(page, demo, language) {
  const somebody = await person(demo, 'VX7', { locale: language });
  await page.goto(somebody.brand.storage_app);
  await follow(page, 'button.link');
  yield 'forgotten';
  await send(page, { email: 'nobody' });
  yield 'forgotten-error';
  await send(page, { email: somebody.email });
  yield 'forgotten-sent';
  const { link } = await mail(demo, somebody.email, subject.reset[language]);
  await page.goto(link);
  yield 'reset';
  await send(page, twice('password'));
  yield 'reset-error';
  await send(page, twice(newPassword()));
  yield 'reset-done';
}

export async function* registration(page, demo, language, code = 'VX7') {
  const somebody = await invited(demo, code, { locale: language });
  const { link } = await mail(demo, somebody.email, subject.invitation[language]);
  await page.goto(link);
  yield 'registration';
  await send(page, twice('Short-1'));
  yield 'registration-error';
  await send(page, twice(somebody.password));
  yield 'registration-confirm';
  await follow(page, 'main button.plain');
  yield 'registration-cancelled';
  await page.goto(link);
  await send(page, twice(somebody.password));
  await send(page, {});
  yield 'registration-done';
}

// 認証・契約情報変更メニュー as a contractor sees it.
export async function* accountMenu(page, demo, language) {
  const somebody = await person(demo, 'VX7', { role: 'contractor', locale: language });
  const menu = `${somebody.brand.issuer}/account`;
  await page.goto(menu);
  yield 'account-login';
  await logIn(page, somebody, language, menu);
  yield 'account-menu';
  await follow(page, 'a[href$="/account/password"]');
  yield 'change-password';
  await send(page, { current: 'Wrong-1234', ...twice('Wrong-1234') });
  yield 'change-password-error';
  await send(page, { current: somebody.password, ...twice(newPassword()) });
  yield 'change-password-done';

  const moved = newAddress('VX7');
  await page.goto(`${menu}/email`);
  yield 'change-email';
  await send(page, { email: moved, again: somebody.email });
  yield 'change-email-error';
  await send(page, { email: moved, again: moved });
  yield 'change-email-sent';
  await page.goto((await mail(demo, moved, subject.move[language])).link);
  yield 'email-change';
  await send(page, twice('Short-1'));
  yield 'email-change-error';
  await send(page, twice(newPassword()));
  yield 'email-change-done';
}
