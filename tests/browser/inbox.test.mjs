// The inbox of the demo: mails that went out by SMTP, as a person reads them.
import assert from 'node:assert/strict';
import { sendMail } from './mail.mjs';
import { heading } from './steps.mjs';
import { story } from './support.mjs';

// The mail's HTML part asks for a picture from elsewhere and brings a script; the browser tells that it refused both.
const refused = /tracker\.example|Blocked script execution/;

story('a mail can be read, its links work, and it can do nothing else', { tolerated: refused }, async ({ page, demo }) => {
  const { subject, link } = await sendMail(demo, 'hostile');
  await page.goto(demo.inbox);
  await page.getByRole('link', { name: subject }).first().click();
  assert.equal(await heading(page).innerText(), subject);
  assert.equal(await page.getByRole('link', { name: link }).getAttribute('href'), link);
  const frame = page.frameLocator('iframe');
  assert.equal(await frame.getByRole('link').getAttribute('href'), link);
  for (const { title } of await Promise.all(page.frames().map(async (each) => ({ title: await each.title() })))) {
    assert.ok([subject, ''].includes(title), title);
  }
});
