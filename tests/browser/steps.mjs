// What a person does on the pages, step by step. Fields and buttons are found by what they say, as a person finds them.
import assert from 'node:assert/strict';

export const words = {
  ja: {
    login: 'ログイン',
    email: 'メールアドレス',
    password: 'パスワード',
    logout: 'ログアウト',
    refresh: 'トークンを更新',
    allow: '許可する',
    deny: '許可しない',
    yes: 'ログアウトする',
    no: 'ログアウトしない',
  },
  en: {
    login: 'Log in',
    email: 'Email address',
    password: 'Password',
    logout: 'Log out',
    refresh: 'Refresh tokens',
    allow: 'Allow',
    deny: 'Don’t allow',
    yes: 'Log out',
    no: 'Stay logged in',
  },
};

export const field = (page, name) => page.getByLabel(name, { exact: true });
export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const heading = (page) => page.getByRole('heading', { level: 1 });

// Fills the login page the browser is on, and sends it.
export async function fillLogin(page, { email, password }, language = 'ja') {
  const say = words[language];
  await field(page, say.email).fill(email);
  await field(page, say.password).fill(password);
  await button(page, say.login).click();
}

// From a service's address to its first screen behind the login page.
export async function signIn(page, address, account, language = 'ja') {
  await page.goto(address);
  await fillLogin(page, account, language);
  await page.waitForURL(address);
}

// An authorization request that is complete except for what `parameters` say.
export function authorization(brand, parameters) {
  const url = new URL(`${brand.issuer}/authorize`);
  url.search = new URLSearchParams({ response_type: 'code', scope: 'openid', state: 'x', ...parameters });
  return url.href;
}

// The page is an error page: it says what happened, shows a reference, and has one way on.
export async function isErrorPage(page, code) {
  await page.locator(`main[data-problem="${code}"]`).waitFor();
  assert.match(await page.locator('.reference').innerText(), /\S{6,}$/);
  assert.ok((await page.getByRole('alert').innerText()).length > 20);
}
