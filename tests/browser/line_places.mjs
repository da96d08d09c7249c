// The pages of line authentication and of the settings that belong to it; as elsewhere in the walk, everything is found
// without words.
import { follow, logIn, onward, send } from './account_places.mjs';
import { comeOver, comeOverOneThatIs, lineInTheWest, lineNumber, registerLine } from './line.mjs';
import { person } from './people.mjs';
import { fillLogin } from './steps.mjs';

const confirmed = (page) => follow(page, 'main button.primary');

// The settings of a contract, with its people shut out and let in again.
export async function* settings(page, demo, language) {
  const contractor = await person(demo, 'VX7', { role: 'contractor', locale: language, name: '久保田 真' });
  const user = await person(demo, 'VX7', { of: contractor, name: 'A person with a very long name, Dr. Wolfeschlegelsteinhausen' });
  const { storage_app: app, issuer } = contractor.brand;
  await logIn(page, user, language);
  await logIn(page, contractor, language, `${issuer}/account`);
  await follow(page, 'a[href$="/account/access-path"]');
  yield 'access-path';
  await send(page, {});
  yield 'access-path-error';
  await send(page, { 'value-2': true });
  yield 'access-path-confirm';
  await send(page, {});
  yield 'access-path-unconfirmed';
  await send(page, { confirmed: true });
  yield 'access-path-done';
  await page.goto(`${issuer}/account/access-path`);
  await send(page, { 'value-1': true });
  yield 'access-path-confirm-back';

  await page.goto(`${issuer}/account/second-factor`);
  yield 'second-factor-setting';
  await send(page, {});
  yield 'second-factor-setting-error';
  await send(page, { 'value-1': true });
  yield 'second-factor-setting-confirm';
  await send(page, {});
  yield 'second-factor-setting-unconfirmed';
  await send(page, { confirmed: true });
  yield 'second-factor-setting-done';

  await logIn(page, user, language, app);
  yield 'login-line-required';
  await page.goto(`${issuer}/admin`);
  yield 'admin-login';
  yield* trial(page, demo, language);
}

async function* trial(page, demo, language) {
  const contractor = await person(demo, 'VX7', { role: 'contractor', locale: language, trialDay: 40 });
  await logIn(page, contractor, language);
  yield 'login-trial-ended';
  await logIn(page, contractor, language, `${contractor.brand.issuer}/account`);
  yield 'account-menu-trial';
}

export async function* line(page, demo, language) {
  const contractor = await person(demo, 'VX7', { role: 'contractor', locale: language });
  const [east, west] = [lineNumber(), await lineInTheWest(demo)];
  for (const number of [east, west]) await registerLine(demo, contractor, number);
  await page.goto(demo.line_gateway);
  yield 'gateway';
  await comeOver(page, demo, lineNumber());
  await page.goto(contractor.brand.line_app);
  yield 'login-over-the-line';
  await onward(page, () => fillLogin(page, contractor, language));
  yield 'line-not-registered';
  const step = page.url();
  for (const word of ['none', 'maintenance']) {
    await comeOverOneThatIs(page, demo, word);
    await page.goto(step);
    yield `line-${word}`;
  }
  yield* inTheWest(page, demo, { step, west });
  await comeOver(page, demo, east);
  await onward(page, () => page.goto(step));
  yield 'storage-over-the-line';
}

async function* inTheWest(page, demo, { step, west }) {
  await comeOver(page, demo, west);
  await page.goto(step);
  yield 'line-west';
  await confirmed(page);
  yield 'carrier';
  const asked = new URL(page.url()).searchParams;
  await page.goto(`${asked.get('return_to')}?state=${asked.get('state')}`);
  yield 'line-west-again';
  await comeOverOneThatIs(page, demo, 'west-declined');
  await page.goto(step);
  yield 'line-declined';
  await comeOver(page, demo, west);
  await page.goto(step);
  await confirmed(page);
  await page.goto(`${asked.get('return_to')}?state=${asked.get('state')}`);
  yield 'line-still-not-notified';
}
