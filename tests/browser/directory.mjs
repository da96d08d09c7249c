// Companies with an Active Directory of their own, simulated.
import { randomUUID } from 'node:crypto';
import { person, tegata } from './people.mjs';
import { control, origin } from './upstreams.mjs';

const RESOURCE = 'https://tegata.example/resource';

// A company with a contractor and an AD FS that does not know us yet; its connection may be reached, and is not set up.
export async function company(demo, code, wishes) {
  const contractor = await person(demo, code, { ...wishes, role: 'contractor' });
  const host = `adfs-${randomUUID().slice(0, 8)}`;
  await fetch(demo.upstreams, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: host, kind: 'adfs' }),
  });
  const own = {
    contractor,
    host,
    issuer: `${await origin(demo, host)}/adfs`,
    client: randomUUID(),
    secret: randomUUID(),
    claim: 'objectguid',
    resource: RESOURCE,
  };
  return own;
}

const permitted = ['--network', '127.0.0.0/8'];

// An operator lets the connection be reached on this machine; the contractor does the rest. Adds its id and redirect URI.
export async function permit(demo, own) {
  const { brand, contract } = own.contractor;
  const names = ['--brand', brand.code, '--contract', contract];
  const made = await tegata(demo, ['connection', 'add', ...names, ...permitted]);
  return { ...own, connection: made.connection_id, redirectUri: made.redirect_uri };
}

// The AD FS knows us.
export const registerAt = (demo, { host, client, secret, redirectUri }) =>
  control(demo, `${host}/clients`, { id: client, secret, redirect_uris: [redirectUri] });

// Everything at once, by an operator.
export async function connected(demo, code, wishes) {
  const own = await company(demo, code, wishes);
  const { brand, contract } = own.contractor;
  const names = ['--brand', brand.code, '--contract', contract];
  const settings = ['--issuer', own.issuer, '--client-id', own.client, '--subject-claim', own.claim, '--resource', own.resource];
  const made = await tegata(demo, ['connection', 'add', ...names, ...permitted, ...settings, '--secret-stdin'], own.secret);
  const whole = { ...own, connection: made.connection_id, redirectUri: made.redirect_uri };
  await registerAt(demo, whole);
  return whole;
}
