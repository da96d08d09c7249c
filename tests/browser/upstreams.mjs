// The simulated providers of the demo: people with an account there, what a person does on their pages, and what they
// can be told to do differently (docs/simulators.md).
import { randomInt, randomUUID } from 'node:crypto';
import { button } from './steps.mjs';

// Each kind: the simulated host, and what our pages call an account there.
export const kinds = {
  google: { host: 'google', account: 'Googleアカウント' },
  facebook: { host: 'fb', account: 'Facebookアカウント' },
  microsoft: { host: 'ms', account: 'Microsoftアカウント' },
  daccount: { host: 'daccount', account: 'dアカウント' },
  openid: { host: 'oidc', account: 'Hinodeアカウント' },
  active_directory: { account: 'Active Directoryアカウント' },
};

// Asks the control interface; `body` makes it a POST.
export async function control({ upstreams }, path, body) {
  const options = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${upstreams}/${path}`, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

// Where a provider is.
export async function origin(demo, name) {
  const { hosts } = await (await fetch(demo.upstreams)).json();
  return hosts.find((host) => host.name === name).origins[name];
}

const digits = (count) => Array.from({ length: count }, (_, place) => randomInt(place ? 0 : 1, 10)).join('');

// Who a person is, as each of them tells it; and what identifies the person to us.
const identities = {
  google: ({ title, email, sub = digits(21) }) => [{ sub, name: title, email, email_verified: true }, sub],
  fb: ({ title, email }) => [{ name: title, email }, digits(17)],
  ms: ({ title, email, oid = randomUUID(), tid = '9188040d-6c67-4c5b-b112-36a304b66dad' }) => [
    { tid, oid, name: title, email, preferred_username: email },
    `${tid}.${oid}`,
  ],
  daccount: ({ title, email, sub = randomUUID() }) => [{ sub, name: title, email }, sub],
  oidc: ({ title, email, sub = randomUUID() }) => [{ sub, name: title, email, email_verified: true }, sub],
  adfs: ({ title, email, objectguid = randomUUID() }) => [
    { anchor: objectguid, objectguid, upn: email, email, commonname: title },
    objectguid,
  ],
};

// Somebody with an account at a provider that nobody has linked.
export async function stranger(demo, host, title = '永井 圭') {
  const name = `p${randomUUID().slice(0, 8)}`;
  const email = `${name}@mail.example`;
  const [claims, subject] = (identities[host] ?? identities.adfs)({ title, email });
  const quirks = { docomo_line: true, ids: host === 'fb' ? { '*': subject } : {} };
  await control(demo, `${host}/users`, { name, title, claims, quirks });
  return { host, name, title, email, subject };
}

// On the page of a provider.
export const account = (page, { name }) => page.locator(`button[name="user"][value="${name}"]`);
export const choose = (page, there) => account(page, there).click();
export const cancel = (page) => page.locator('button[name="cancel"]').click();

// From the mailed link to the end of the registration with that account.
export async function register(page, link, { account: name }, there) {
  await page.goto(link);
  await button(page, `${name}で登録`).click();
  await choose(page, there);
  await button(page, `この${name}で登録`).click();
  await page.waitForURL('**/registration/done');
}
