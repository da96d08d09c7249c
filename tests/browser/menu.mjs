// 認証・契約情報変更メニュー, and the way there.
import { headed } from './factor.mjs';
import { fillLogin } from './steps.mjs';

export const MENU = '認証・契約情報変更メニュー';

// Its login page, from the login page of the service, as the manual says.
export async function toMenu(page, { brand }) {
  await page.goto(`${brand.storage_app}/login`);
  await page.getByRole('link', { name: 'パスワード変更、その他認証・契約情報の変更はこちら' }).click();
  await headed(page, '認証・契約情報変更ログイン');
}

// The same with a password.
export async function openMenu(page, somebody) {
  await toMenu(page, somebody);
  await fillLogin(page, somebody);
}
