// People of a story's own, added by the provider's command line as an operator adds them: what one story does to an
// account no other story meets.
import { execFile } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';

// Runs a command of the provider and returns what it printed.
export function tegata({ command: [program, ...first] }, parameters, input = '') {
  return new Promise((resolve, reject) => {
    const done = (error, output) => (error ? reject(error) : resolve(JSON.parse(output)));
    execFile(program, [...first, ...parameters], done).stdin.end(`${input}\n`);
  });
}

export const newAddress = (code) => `${randomUUID().slice(0, 13)}@${code.toLowerCase()}.example`;

// Somebody new of the company with two-step verification (`careful`), of the one without, or of a company of the story's
// own (`of`: one of its people). A contractor brings a company, in the `trialDay`th day of its trial or with the basic plan.
async function newcomer(demo, code, { careful = false, role = 'user', name = '高田 純', locale = 'ja', of, trialDay } = {}) {
  const brand = demo.brands.find((each) => each.code === code);
  let { contract } = of ?? (careful ? brand.careful : brand);
  const company = `株式会社みほん ${randomUUID().slice(0, 8)}`;
  if (role === 'contractor') {
    const second = careful ? 'enabled' : 'disabled';
    const wishes = ['--brand', code, '--name', company, '--second-factor', second, ...plan(trialDay)];
    ({ contract_id: contract } = await tegata(demo, ['contract', 'add', ...wishes]));
  }
  return { brand, contract, company, email: newAddress(code), name, role, locale };
}

// The first day is the one in which it began.
function plan(trialDay) {
  if (!trialDay) return [];
  return ['--plan', 'trial', '--started-at', new Date(Date.now() - (trialDay - 1) * 86_400_000).toISOString()];
}

const flags = ({ brand, contract, email, name, role }) => [
  ...['--brand', brand.code, '--contract', contract],
  ...['--email', email, '--name', name, '--role', role],
];

// An account with a password.
export async function person(demo, code, wishes) {
  const somebody = { ...(await newcomer(demo, code, wishes)), password: demo.password };
  await tegata(demo, ['account', 'add', ...flags(somebody), '--password-stdin'], somebody.password);
  return somebody;
}

// An account that is signed in to with an account elsewhere: `there`, through that connection.
export async function linked(demo, code, connection, there, wishes) {
  const somebody = { ...(await newcomer(demo, code, wishes)), there };
  await tegata(demo, ['account', 'add', ...flags(somebody)]);
  const link = ['--connection', connection, '--subject', there.subject];
  await tegata(demo, ['account', 'link', '--brand', code, '--email', somebody.email, ...link]);
  return somebody;
}

// Somebody invited, who has the mail and nothing else; the password is one to choose.
export async function invited(demo, code, wishes) {
  const somebody = { ...(await newcomer(demo, code, wishes)), password: newPassword() };
  const [inviter] = somebody.brand.careful.accounts;
  const more = ['--inviter', inviter.email, '--lang', somebody.locale];
  await tegata(demo, ['account', 'invite', ...flags(somebody), ...more]);
  return somebody;
}

// Has the provider send the link by which somebody chooses another way to sign in.
export const letChooseMethod = (demo, { brand, email }) =>
  tegata(demo, ['account', 'change-login-method', '--brand', brand.code, '--email', email]);

// Good by the rule, and nobody else's.
export const newPassword = () => `Kawa-${randomUUID().slice(0, 8)}-9`;

// A Japanese mobile number; so many that two stories hardly take the same one, or neighbors.
export const phoneNumber = () => `090-${randomInt(1000, 10_000)}-${String(randomInt(10_000)).padStart(4, '0')}`;
