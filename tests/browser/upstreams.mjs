// The simulated providers of the demo: people with an account there, and what goes wrong at them.
import { randomInt, randomUUID } from 'node:crypto';

// Asks the control interface; `body` makes it a POST.
async function control({ upstreams }, path, body) {
  const options = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${upstreams}/${path}`, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

// Who a person is, as each of them tells it.
const claims = {
  google: ({ title, email }) => ({ sub: digits(21), name: title, email, email_verified: true }),
  fb: ({ title, email }) => ({ name: title, email }),
  ms: ({ title, email }) => ({
    tid: '9188040d-6c67-4c5b-b112-36a304b66dad',
    oid: randomUUID(),
    name: title,
    email,
    preferred_username: email,
  }),
  daccount: ({ title, email }) => ({ sub: randomUUID().replaceAll('-', ''), name: title, email }),
  oidc: ({ title, email }) => ({ sub: randomUUID(), name: title, email, email_verified: true }),
  adfs: ({ title, email }) => ({ anchor: randomUUID(), upn: email, email, objectguid: randomUUID(), commonname: title }),
};

const digits = (count) => Array.from({ length: count }, (_, place) => randomInt(place ? 0 : 1, 10)).join('');

// Somebody with an account at a provider that nobody else has.
export async function stranger(demo, host, { title = '永井 圭' } = {}) {
  const name = `p${randomUUID().slice(0, 8)}`;
  const person = { host, name, title, email: `${name}@mail.example` };
  const made = (claims[host] ?? claims.adfs)(person);
  await control(demo, `${host}/users`, { name, title, claims: made, quirks: { docomo_line: true } });
  return { ...person, claims: made };
}

// What goes wrong with its keys.
export const rollKeys = (demo, host, action) => control(demo, `${host}/keys`, action);

// On the provider's page: chooses the account.
export const choose = (page, { name }) => page.locator(`button[name="user"][value="${name}"]`).click();
