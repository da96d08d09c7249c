// Operators: enrolled by the link that the command line prints, signed in with both factors.
import { headed, totp } from './factor.mjs';
import { newAddress, newPassword, tegata } from './people.mjs';
import { button, field } from './steps.mjs';

// A new operator with a password and an authenticator app; the page is at the end of the enrolment.
export async function enrolled(page, demo, role = 'full') {
  const somebody = { email: newAddress('staff'), password: `${newPassword()}-Staff`, name: '運用 花子' };
  const made = ['--email', somebody.email, '--name', somebody.name, '--role', role];
  const { enrolment_link: link } = await tegata(demo, ['operator', 'create', ...made]);
  await page.goto(link);
  await headed(page, '運用担当者の登録');
  await page.locator('#password').fill(somebody.password);
  await page.locator('#again').fill(somebody.password);
  await page.locator('main button.primary').click();
  await headed(page, '2段階認証の登録');
  const secret = await page.locator('#secret').innerText();
  await page.locator('#code').fill(totp(secret));
  await page.locator('#code').press('Enter');
  await headed(page, '登録完了');
  return { ...somebody, secret, link };
}

// Signs in; each code is taken once, so the next sign-in of the same half minute wants a later one.
export async function signInAsOperator(page, demo, { email, password, secret }, later = 1) {
  await page.goto(`${demo.operator.console}/`);
  await headed(page, '運用担当者ログイン');
  await field(page, 'メールアドレス').fill(email);
  await page.locator('#password').fill(password);
  await button(page, 'ログイン').click();
  await page.locator('#code').fill(totp(secret, later));
  await page.locator('#code').press('Enter');
  await headed(page, '概要');
}
