// The pages of accounts elsewhere, each flow walked once; as with the others, everything is found without words.
import { follow, logIn, onward, send, subject, twice } from './account_places.mjs';
import { company, permit, registerAt } from './directory.mjs';
import { mail } from './messages.mjs';
import { invited, letChooseMethod, person } from './people.mjs';
import { cancel, choose, control, origin, stranger } from './upstreams.mjs';

// The button of our pages that leads to a provider.
const leave = (page, id) => follow(page, `form[action*="/upstream/${id}"] button`);

const confirmed = (page) => follow(page, 'main button.primary');

export async function* federation(page, demo, language) {
  yield* registered(page, demo, language);
  yield* signedIn(page, demo, language);
  yield* changed(page, demo, language);
  yield* directory(page, demo, language);
  yield* broken(page, demo);
}

async function* registered(page, demo, language) {
  const somebody = await invited(demo, 'VX7', { locale: language });
  const there = await stranger(demo, 'google');
  const { link } = await mail(demo, somebody.email, subject.invitation[language]);
  await page.goto(link);
  await leave(page, 'google');
  yield 'upstream-choose';
  await onward(page, () => cancel(page));
  yield 'registration-elsewhere-cancelled';
  await leave(page, 'google');
  await onward(page, () => choose(page, there));
  yield 'link-registration';
  await confirmed(page);
  yield 'registration-elsewhere-done';
  const second = await invited(demo, 'VX7', { locale: language });
  await page.goto((await mail(demo, second.email, subject.invitation[language])).link);
  await leave(page, 'google');
  yield 'registration-elsewhere-taken';
}

async function* signedIn(page, demo, language) {
  const { brand } = await person(demo, 'VX7', { locale: language });
  const unknown = await stranger(demo, 'ms', 'A person with a very long name, Dr. Wolfeschlegelsteinhausenbergerdorff');
  await page.goto(brand.storage_app);
  await leave(page, 'microsoft');
  await onward(page, () => cancel(page));
  yield 'login-elsewhere-cancelled';
  await leave(page, 'microsoft');
  await onward(page, () => choose(page, unknown));
  yield 'login-elsewhere-not-linked';
  for (const [fault, name] of [
    ['maintenance', 'unavailable'],
    ['truncated_json', 'failed'],
  ]) {
    await leave(page, 'daccount');
    await control(demo, 'daccount/faults', { match: '/token', kind: fault, count: 1 });
    const there = await stranger(demo, 'daccount');
    await page.reload();
    await onward(page, () => choose(page, there));
    yield `login-elsewhere-${name}`;
    await page.context().clearCookies({ domain: /daccount/ });
  }
}

async function* changed(page, demo, language) {
  const contractor = await person(demo, 'VX7', { role: 'contractor', locale: language });
  await logIn(page, contractor, language, `${contractor.brand.issuer}/account`);
  await follow(page, 'a[href$="/account/login-method"]');
  yield 'login-method-contractor';
  const there = await stranger(demo, 'fb', '山田 花子');
  await leave(page, 'facebook');
  await onward(page, () => choose(page, there));
  yield 'link-change';
  await confirmed(page);
  yield 'login-method-done';

  await letChooseMethod(demo, contractor);
  const { link } = await mail(demo, contractor.email, subject.method.ja); // nobody's browser asked for it
  await page.goto(link);
  yield 'login-method-of-facebook';
  await follow(page, 'a.account');
  yield 'login-method-password';
  await send(page, twice('Short-1'));
  yield 'login-method-password-error';
  const wish = { app: demo.upstream_client, user: there.name, notice: 'deletion' };
  const { body } = await (await control(demo, 'fb/signed-requests', wish)).json();
  await page.goto(JSON.parse(body).url);
  yield 'deletion-status';
}

// A company's Active Directory, from its settings to a sign-in.
async function* directory(page, demo, language) {
  const own = await permit(demo, await company(demo, 'VX7', { locale: language }));
  const settings = { issuer: own.issuer, client_id: own.client, subject_claim: own.claim, resource: own.resource };
  const secret = { client_secret: own.secret };
  await logIn(page, own.contractor, language, `${own.contractor.brand.issuer}/account`);
  await follow(page, 'a[href$="/account/active-directory"]');
  yield 'active-directory-settings';
  await send(page, { issuer: 'http://', client_id: '' });
  yield 'active-directory-settings-error';
  await send(page, { ...settings, client_secret: 'another' }, 'button[formaction]');
  yield 'active-directory-settings-fault';
  await registerAt(demo, own);
  await send(page, { ...settings, ...secret }, 'button[formaction]');
  yield 'active-directory-settings-sound';
  await send(page, { ...settings, ...secret });
  yield 'active-directory-settings-saved';

  await page.context().clearCookies();
  const [somebody, there] = [await invited(demo, 'VX7', { locale: language, of: own.contractor }), await stranger(demo, own.host)];
  await page.goto((await mail(demo, somebody.email, subject.invitation[language])).link);
  yield 'registration-with-active-directory';
  await follow(page, 'form[action$="/active-directory"] button');
  yield 'connection-confirm-registration';
  await confirmed(page);
  yield 'upstream-choose-active-directory';
  await onward(page, () => choose(page, there));
  yield 'link-active-directory';
  await confirmed(page);
  await page.goto(`${somebody.brand.issuer}/ad/${own.connection}`);
  yield 'active-directory-entry';

  await page.goto(somebody.brand.storage_app);
  await follow(page, 'form[action$="/active-directory"] button');
  yield 'connection-id';
  await send(page, { connection_id: 'adfs-1' });
  yield 'connection-id-error';
  await send(page, { connection_id: own.connection });
  yield 'connection-confirm';
  await control(demo, `${own.host}/discovery`, { token_endpoint: `${own.issuer}/oauth2/token2/` });
  await logIn(page, own.contractor, language, `${own.contractor.brand.issuer}/account`);
  await follow(page, 'a[href$="/account/active-directory"]');
  await send(page, { ...settings, client_id: 'another', ...secret });
  yield 'active-directory-settings-change';
  await page.context().clearCookies();
}

// Addresses that somebody may come to without having been sent there.
async function* broken(page, demo) {
  const { issuer, storage_app: app } = demo.brands[0];
  await page.goto(`${issuer}/callback/google?code=1&code=2&state=3`);
  yield 'upstream-malformed';
  await page.goto(`${issuer}/callback/google?code=1&state=3`);
  yield 'upstream-expired';
  await page.goto(app);
  await leave(page, 'google');
  const there = await stranger(demo, 'google');
  await page.reload();
  await page.context().clearCookies({ domain: 'localhost' });
  await onward(page, () => choose(page, there));
  yield 'upstream-elsewhere';
  await page.goto(`${await origin(demo, 'google')}/o/oauth2/v2/auth`);
  yield 'upstream-refusal';
}
