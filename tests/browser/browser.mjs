// A real browser and the running demo, for the stories and for whoever takes pictures.
import { readFile } from 'node:fs/promises';
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

export const sizes = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
};

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });

// The description of the running demo: issuers, storage apps, accounts, inbox.
export async function demo() {
  return JSON.parse(await readFile(process.env.DEMO_JSON, 'utf8'));
}

// The first account of a role that the demo knows at a brand, with the brand's addresses.
export function who(description, code, role) {
  const brand = description.brands.find((each) => each.code === code);
  return { brand, ...brand.accounts.find((account) => account.role === role) };
}

// A fresh browser profile. `options`: locale (default ja-JP), size (a key of `sizes`), javaScript (default true), and
// whatever else Playwright's newContext takes.
export async function profile(parent, { locale = 'ja-JP', size = 'desktop', javaScript = true, ...more } = {}) {
  const context = await parent.newContext({
    locale,
    viewport: sizes[size],
    javaScriptEnabled: javaScript,
    serviceWorkers: 'block',
    ...more,
  });
  context.setDefaultTimeout(15_000);
  return context;
}
