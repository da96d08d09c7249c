// What the browser stories share: a watched page of a real browser per story.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, test } from 'node:test';
import { demo, launch, profile } from './browser.mjs';

export { who } from './browser.mjs';

let started; // one browser per file of stories: contexts keep the stories apart
const browser = () => (started ??= launch());
after(async () => (await started)?.close());

// A story: a sentence, told by a function that gets a page of a fresh browser profile, the demo, and `another`, which
// opens further profiles. Whatever its pages do, they must not complain to the console, violate their content security
// policy or talk to another machine, except for what `options.tolerated` (a pattern) matches. A story that fails leaves
// a picture of its last page in target/browser/.
export function story(sentence, { tolerated, timeout = 120_000, ...options }, tell) {
  test(sentence, { timeout }, async () => {
    const contexts = [];
    const complaints = [];
    const another = async (differences = {}) => {
      const context = await profile(await browser(), { ...options, ...differences });
      contexts.push(context);
      watch(context, complaints);
      return context;
    };
    try {
      const context = await another();
      const page = await context.newPage();
      try {
        await tell({ page, context, another, demo: await demo() });
        assert.deepEqual(complaints.filter((complaint) => !tolerated?.test(complaint)), [], 'a page complained');
      } catch (error) {
        await photograph(page, sentence).catch(() => {}); // the story's own error matters more
        throw error;
      }
    } finally {
      await Promise.all(contexts.map((context) => context.close()));
    }
  });
}

// Collects what no page may do.
function watch(context, complaints) {
  const documents = new Set();
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (request.isNavigationRequest()) documents.add(request.url());
    const ours = ['localhost', '127.0.0.1'].includes(hostname) || hostname.endsWith('.localhost');
    if (protocol !== 'data:' && !ours) complaints.push(`asked ${hostname}`);
  });
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // Chromium reports the status of every page that is not 2xx; a refused form is a 422 on purpose.
    const status = message.text().startsWith('Failed to load resource: the server responded with a status of');
    if (!(status && documents.has(message.location().url))) complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => complaints.push(`script: ${error.error()}`));
  context.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (violation) =>
      console.error(`policy: ${violation.effectiveDirective} ${violation.blockedURI}`),
    ),
  );
}

async function photograph(page, sentence) {
  const folder = new URL('../../target/browser/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: new URL(`${sentence.replaceAll(/\W+/g, '_')}.png`, folder).pathname, fullPage: true });
}
