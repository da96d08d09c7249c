// Two-step verification, step by step (manual, chapter 1.1), and an authenticator app.
import { createHmac } from 'node:crypto';
import { sms } from './messages.mjs';
import { button, field, heading } from './steps.mjs';

export const SMS_CODE = 'ショートメッセージの6文字';
export const APP_CODE = '6桁のパスワード';
export const REMEMBER = 'このブラウザを一定期間、記憶する';
export const SAVED = 'リカバリコードを保存しました';
export const LOST = 'デバイスを紛失した場合はこちら';

// RFC 6238 with SHA-1, 6 digits and 30 s, of the secret as the page writes it; `later`: so many steps ahead. The provider
// takes each step once, and one step of drift.
export function totp(secret, later = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(/[\s=]/g, '')].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac('sha1', key).update(counter).digest(); // RFC 4226 §5.3
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

export const next = (page) => button(page, '次へ').click();

// From the page that asks for a phone number to the one with the recovery code.
export async function enrolBySms(page, demo, phone, { remember = false } = {}) {
  await field(page, '電話番号').fill(phone);
  await next(page);
  await enterSms(page, demo, phone, { remember });
}

// On the page that asks for the code of an SMS.
export async function enterSms(page, demo, phone, { remember = false, after } = {}) {
  await field(page, SMS_CODE).waitFor();
  if (remember) await field(page, REMEMBER).check();
  await field(page, SMS_CODE).fill((await sms(demo, phone, { after })).code);
  await next(page);
}

// On the page with the recovery code: keeps it and goes on to the end. Returns it.
export async function saveRecoveryCode(page) {
  const code = await page.locator('#recovery-code').innerText();
  await field(page, SAVED).check();
  await next(page);
  await page.getByRole('heading', { name: '2段階認証完了' }).waitFor();
  return code;
}

// The heading, once it is this one.
export const headed = (page, name) => heading(page).and(page.getByRole('heading', { name, exact: true })).waitFor();
