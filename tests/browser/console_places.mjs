// The pages of the two consoles, each walked once.
import { follow, onward, send } from './account_places.mjs';
import { registerLine } from './line.mjs';
import { enrolled, signInAsOperator } from './operator.mjs';
import { newAddress, person } from './people.mjs';
import { fillLogin } from './steps.mjs';

// The admin console of a contract with a few people.
export async function* adminConsole(page, demo, language) {
  const contractor = await person(demo, 'VX7', { role: 'contractor', locale: language });
  await person(demo, 'VX7', { of: contractor, name: 'A person with a very long name, Dr. Wolfeschlegelsteinhausen' });
  await registerLine(demo, contractor).catch(() => {});
  const base = `${contractor.brand.issuer}/admin`;
  await page.goto(base);
  yield 'admin-login';
  await onward(page, () => fillLogin(page, contractor, language));
  yield 'admin-top';
  await page.goto(`${base}/users`);
  yield 'admin-users';
  await page.goto(`${base}/users?q=nobody-at-all`);
  yield 'admin-users-none';
  await page.goto(`${base}/users?q=Wolfeschlegelsteinhausen`);
  await follow(page, 'td a');
  yield 'admin-user';
  const user = page.url();
  const acts = await page.locator(`main a[href*="${new URL(user).pathname}/"]`).evaluateAll((links) => links.map((link) => link.href));
  for (const act of acts) {
    await page.goto(act);
    yield `admin-act-${act.split('/').at(-1)}`;
  }
  await page.goto(`${user}/email`);
  await send(page, { email: 'nobody' });
  yield 'admin-change-error';
  await send(page, { email: newAddress('VX7') });
  yield 'admin-change-confirm';
  await send(page, {});
  yield 'admin-change-done';
  await page.goto(`${base}/users/invite`);
  yield 'admin-invite';
  await send(page, {});
  yield 'admin-invite-error';
  await page.goto(`${base}/users/import`);
  yield 'admin-import';
  await page.locator('textarea').fill(`氏名,メールアドレス,権限\n招待 一郎,${newAddress('VX7')},user\n招待 二郎,nobody,user\n`);
  await send(page, {});
  yield 'admin-import-report';
  await page.goto(`${base}/line-authentication`);
  yield 'admin-lines';
  await page.goto(`${base}/sign-ins`);
  yield 'admin-sign-ins';
}

// The operator console.
export async function* operatorConsole(page, demo, language) {
  if (language === 'ja') {
    const operator = await enrolled(page, demo);
    yield 'operator-enrolled';
    await page.goto(`${demo.operator.console}/`);
    yield 'operator-sign-in';
    await signInAsOperator(page, demo, operator);
  } else {
    // Found by words of the other language: signed in with those, read in this one.
    await page.goto(`${demo.operator.console}/sign-in?lang=ja`);
    await signInAsOperator(page, demo, await enrolled(page, demo));
    await page.goto(`${demo.operator.console}/?lang=en`);
  }
  const at = (path) => page.goto(`${demo.operator.console}${path}`);
  yield 'operator-overview';
  const plain = ['brands', 'brands/VX7', 'contracts', 'contracts/new', 'clients', 'clients/new', 'connections', 'keys', 'keys/rotate'];
  for (const path of [...plain, 'audit', 'explain', 'operators', 'operators/new', 'api-keys/new', 'settings', 'api/docs']) {
    await at(`/${path}`);
    yield `operator-${path.replaceAll('/', '-')}`;
  }
  await at('/clients/new');
  await send(page, {}, 'main form button.primary');
  yield 'operator-client-error';
  for (const list of ['contracts', 'clients', 'connections', 'audit']) {
    await at(`/${list}`);
    await page.goto(await page.locator('main tbody a').first().evaluate((link) => link.href));
    yield `operator-one-of-${list}`;
  }
}
