// What the browser stories share: the demo they run against, and a page of a real browser per story.
import { mkdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', // the tests run as root in containers; they visit nothing but our own pages on this machine
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

// The description of the running demo: issuers, storage apps, accounts, inbox.
export async function demo() {
  return JSON.parse(await readFile(process.env.DEMO_JSON, 'utf8'));
}

// The first account of a role that the demo knows at a brand, with the brand's addresses.
export function who(description, code, role) {
  const brand = description.brands.find((each) => each.code === code);
  return { brand, ...brand.accounts.find((account) => account.role === role) };
}

// A story: a sentence, told by a function that gets a page of a fresh browser profile and the demo.
// `options`: locale (default ja-JP), size (desktop or phone), javaScript (default true).
// A story that fails leaves a picture of its last page in target/browser/.
export function story(sentence, options, tell) {
  test(sentence, { timeout: 60_000 }, async () => {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
    try {
      const context = await browser.newContext({
        locale: options.locale ?? 'ja-JP',
        viewport: sizes[options.size ?? 'desktop'],
        javaScriptEnabled: options.javaScript ?? true,
        serviceWorkers: 'block',
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      try {
        await tell({ page, context, demo: await demo() });
      } catch (error) {
        await photograph(page, sentence).catch(() => {}); // the story's own error matters more
        throw error;
      }
    } finally {
      await browser.close();
    }
  });
}

async function photograph(page, sentence) {
  const folder = new URL('../../target/browser/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: new URL(`${sentence.replaceAll(/\W+/g, '_')}.png`, folder).pathname, fullPage: true });
}
