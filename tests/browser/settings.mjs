// アクセス経路設定 and 2段階認証設定 of the account menu (manual, chapters 4.1 and 5.1).
import { headed } from './factor.mjs';
import { MENU, openMenu } from './menu.mjs';
import { button, field } from './steps.mjs';

export const INTERNET_TOO = '回線認証+インターネット';
export const LINE_ONLY = '回線認証のみ';
export const CONFIRMED = '上記の説明を確認しました。';

// An option, whose label tells also whether it is the present one.
export const option = (page, name) => page.getByRole('radio', { name });

// From the menu to the page that asks once more.
export async function chooseAccessPath(page, value) {
  await page.getByRole('link', { name: 'アクセス経路設定', exact: true }).click();
  await option(page, value).check();
  await button(page, '設定').click();
  await headed(page, 'アクセス経路変更確認');
}

// From that page back to the menu.
export async function applyAccessPath(page) {
  await button(page, '変更').click();
  await headed(page, 'アクセス経路変更完了');
  await page.getByRole('link', { name: '認証・契約情報変更メニューへ' }).click();
  await headed(page, MENU);
}

// The whole way, for a contractor who has a password alone.
export async function setSecondFactor(page, contractor, value) {
  await openMenu(page, contractor);
  await headed(page, MENU);
  await page.getByRole('link', { name: '2段階認証設定', exact: true }).click();
  await option(page, value).check();
  await button(page, '設定').click();
  await headed(page, '設定確認');
  await field(page, CONFIRMED).check();
  await button(page, '設定').click();
  await headed(page, '2段階認証設定完了');
}
