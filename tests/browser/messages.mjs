// What arrived in the inbox of the demo: for whoever waits for a mail or an SMS.
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 15_000;

// Messages of one kind to one recipient, newest first.
async function list({ inbox }, kind, to) {
  const query = new URLSearchParams({ kind, to });
  return (await fetch(`${inbox}/api/messages?${query}`)).json();
}

// The newest message that `fits`, once there is one.
async function awaited(demo, kind, to, fits) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const found = (await list(demo, kind, to)).find(fits);
    if (found) return found;
    await pause(50);
  }
  throw new Error(`no such ${kind} to ${to}; there is: ${(await list(demo, kind, to)).map(({ subject }) => subject)}`);
}

// A mail whose subject has these words, with the link in its text.
export async function mail(demo, to, subject, { after = 0 } = {}) {
  const found = await awaited(demo, 'mail', to, (each) => each.id > after && each.subject.includes(subject));
  return { ...found, link: /https?:\/\/\S+/.exec(found.text)?.[0] };
}

// An SMS to a Japanese number as people write it, with the code in its text; `after`: newer than that one.
export async function sms(demo, phone, { after = 0 } = {}) {
  const to = phone.replace(/^0/, '+81').replaceAll('-', '');
  const found = await awaited(demo, 'sms', to, ({ id }) => id > after);
  return { ...found, code: /\d{6}/.exec(found.text)[0] };
}

// How many mails with these words have come so far.
export async function countMails(demo, to, subject) {
  return (await list(demo, 'mail', to)).filter((each) => each.subject.includes(subject)).length;
}
