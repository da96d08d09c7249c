// Takes pictures of the pages. `node pictures.mjs` makes docs/images/login.png for the README; `node pictures.mjs --all`
// also photographs every page, on a desktop and on a phone, in both languages, into target/browser/pages/.
// Build first (cargo build --workspace); without DEMO_JSON it starts a demo of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { registration, secondFactor } from './account_places.mjs';
import { demo, launch, profile } from './browser.mjs';
import { sendMail } from './mail.mjs';
import { everyPage } from './places.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function withDemo(work) {
  if (process.env.DEMO_JSON) return work();
  const folder = await mkdtemp(join(tmpdir(), 'tegata-pictures.'));
  const ready = join(folder, 'ready.json');
  const parameters = ['demo', '--dir', join(folder, 'demo'), '--port', '0', '--ready-file', ready];
  const program = spawn(join(root, 'target/debug/tegata-conformance'), parameters, { stdio: 'ignore' });
  const ended = once(program, 'exit');
  try {
    while (!(await access(ready).then(() => true, () => false))) {
      if (program.exitCode !== null) throw new Error('the demo did not start');
      await pause(100);
    }
    process.env.DEMO_JSON = ready;
    await work();
  } finally {
    program.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true });
  }
}

async function loginForTheReadme(browser, description) {
  const context = await profile(browser, { viewport: { width: 1280, height: 1120 } });
  const page = await context.newPage();
  await page.goto(description.brands[0].storage_app);
  await page.locator('h1').click(); // no blinking cursor in the picture
  await page.screenshot({ path: join(root, 'docs/images/login.png'), animations: 'disabled' });
  await context.close();
}

// One mail of each kind that is in the inbox, by its subject.
async function mails(page, { inbox }, shoot) {
  const all = await (await fetch(`${inbox}/api/messages?kind=mail`)).json();
  const kinds = new Map(all.map(({ subject, id }) => [subject, id]));
  for (const [subject, id] of kinds) {
    await page.goto(`${inbox}/message/${id}`);
    await shoot(`mail-${subject.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}`);
  }
}

async function everything(browser, description) {
  const folder = join(root, 'target/browser/pages');
  await mkdir(folder, { recursive: true });
  await sendMail(description, 'sample');
  for (const language of ['ja', 'en']) {
    for (const size of ['desktop', 'phone']) {
      const context = await profile(browser, { size, locale: { ja: 'ja-JP', en: 'en-US' }[language] });
      const page = await context.newPage();
      const shoot = (name) =>
        page.screenshot({ path: join(folder, `${name}-${size}-${language}.png`), fullPage: true, caret: 'initial' });
      for await (const name of everyPage(page, description, language)) await shoot(name);
      await mails(page, description, shoot);
      for (const { code, storage_app } of description.brands) {
        await context.clearCookies();
        await page.goto(storage_app);
        await shoot(`login-${code}`);
        // The walk above was that of VX7; of the other brands some pages are enough.
        if (code === 'VX7' || size !== 'desktop' || language !== 'ja') continue;
        for (const flow of [secondFactor, registration]) {
          for await (const name of flow(page, description, language, code)) await shoot(`${name}-${code}`);
        }
      }
      await context.close();
    }
  }
}

await withDemo(async () => {
  const browser = await launch();
  try {
    await mkdir(join(root, 'docs/images'), { recursive: true });
    await loginForTheReadme(browser, await demo());
    if (process.argv.includes('--all')) await everything(browser, await demo());
  } finally {
    await browser.close();
  }
});
