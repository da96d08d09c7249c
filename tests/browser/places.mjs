// Every page a person can come to, in the order of one walk: for those who look at each of them.
import { accountMenu, forgotten, locked, registration, secondFactor } from './account_places.mjs';
import { who } from './browser.mjs';
import { federation } from './federation_places.mjs';
import { line, settings } from './line_places.mjs';
import { subjects } from './mail.mjs';
import { authorization, button, fillLogin, signIn, words } from './steps.mjs';

// Yields the name of each page once the browser is on it. `language` is that of the browser profile.
export async function* everyPage(page, demo, language) {
  const say = words[language];
  const account = who(demo, 'VX7', 'user');
  yield* storageWithoutSignIn(page, account);
  yield* beforeSignIn(page, account, language);
  yield* errors(page, account, demo);

  await signIn(page, account.brand.storage_app, account, language);
  yield 'storage-main';
  yield* consent(page, account, language);
  yield* answers(page, account, demo);
  yield* leaving(page, account, say);
  for (const flow of [secondFactor, locked, forgotten, registration, accountMenu, settings, line, federation]) {
    await page.waitForLoadState('networkidle');
    await page.context().clearCookies();
    yield* flow(page, demo, language);
  }
  yield* inbox(page, demo);
}

async function* storageWithoutSignIn(page, { brand }) {
  await page.goto(new URL('/', brand.storage_app).href);
  yield 'storage-list';
  await page.goto(new URL('/nothing', brand.storage_app).href);
  yield 'storage-not-found';
  await page.goto(`${brand.storage_app}/callback?code=x&state=x`);
  yield 'storage-error';
}

async function* beforeSignIn(page, { brand, email }, language) {
  await page.goto(brand.partner_app);
  yield 'login-for-partner';
  await page.goto(brand.storage_app);
  yield 'login';
  await fillLogin(page, { email, password: 'Wrong-1234' }, language);
  await page.getByRole('alert').waitFor();
  await page.waitForLoadState();
  yield 'login-error';
}

async function* errors(page, { brand }, { interop }) {
  await page.goto(authorization(brand, { client_id: 'nobody', redirect_uri: brand.storage_app }));
  yield 'error-unknown-client';
  const elsewhere = { client_id: interop.PUBLIC_CLIENT_ID, redirect_uri: `${interop.REDIRECT_URI}/elsewhere` };
  await page.goto(authorization(brand, elsewhere));
  yield 'error-redirect-uri';
  await page.goto(brand.storage_app);
  await page.waitForLoadState('networkidle'); // what the page still asks for belongs to the cookies it was made with
  await page.context().clearCookies();
  await page.reload();
  yield 'error-other-browser';
  await page.goto(`${brand.issuer}/nothing`);
  yield 'error-not-found';
}

async function* consent(page, { brand }, language) {
  await page.goto(brand.partner_app);
  await page.waitForURL('**/consent/*');
  yield 'consent';
  await button(page, words[language].deny).click();
  await page.waitForURL('**/partner/callback?*');
  yield 'partner-denied';
}

// A page that asks for the password once more, and the one that hands an answer over by POST, held to be looked at.
async function* answers(page, { brand }, { interop }) {
  const request = {
    client_id: interop.PUBLIC_CLIENT_ID,
    redirect_uri: interop.REDIRECT_URI,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  };
  await page.goto(authorization(brand, { ...request, prompt: 'login' }));
  yield 'login-again';
  await page.route('**/assets/form-post*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(authorization(brand, { ...request, response_mode: 'form_post' }));
  yield 'form-post';
}

async function* leaving(page, { brand }, say) {
  for (const [answer, name] of [
    [say.no, 'logout-declined'],
    [say.yes, 'logged-out'],
  ]) {
    await page.goto(`${brand.issuer}/logout`);
    if (answer === say.no) yield 'logout-confirmation';
    await button(page, answer).click();
    await page.waitForURL('**/logout/confirm');
    yield name;
  }
  await page.goto(brand.storage_app);
  await button(page, say.logout).click();
  await page.waitForURL('**/goodbye');
  yield 'storage-goodbye';
}

async function* inbox(page, { inbox: url }) {
  await page.goto(url);
  yield 'inbox';
  await page.getByRole('link', { name: subjects.sample }).first().click();
  await page.waitForURL('**/message/*');
  yield 'inbox-mail';
  await page.goto(url);
  await page.locator('.list a', { hasText: 'SMS' }).first().click();
  await page.waitForURL('**/message/*');
  yield 'inbox-sms';
}
