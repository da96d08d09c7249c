// What holds on every page there is: machines and people of all kinds can use it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sendMail } from './mail.mjs';
import { everyPage } from './places.mjs';
import { story } from './support.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const locales = { ja: 'ja-JP', en: 'en-US' };

// Walks over all pages and collects what `look` finds wrong with each.
async function inspect({ page, demo }, language, look) {
  await sendMail(demo, 'sample');
  const findings = [];
  const seen = [];
  for await (const name of everyPage(page, demo, language)) {
    seen.push(name);
    for (const finding of await look(page)) findings.push(`${name}: ${finding}`);
  }
  assert.deepEqual(findings, []);
  assert.ok(seen.length >= 20, `only ${seen}`);
}

async function violations(page) {
  await page.evaluate(axe);
  const { violations: found, passes } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }),
    standards,
  );
  assert.ok(passes.length > 10, 'the rules were applied');
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target} ${failureSummary}`));
}

// WCAG 2.2 §1.4.10: no scrolling to the side, and nothing cut off.
const overflow = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const wide = [...document.querySelectorAll('main, main *, header, header *, footer *')].filter((element) => {
      const scrolls = element.closest('.wide, iframe');
      return !scrolls && element.getBoundingClientRect().right > clientWidth + 1;
    });
    const names = wide.map((element) => `${element.tagName}.${element.className} sticks out`);
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide`, ...names] : names;
  });

// Buttons and fields are 44 px high; a link in text has at least the 24 px of WCAG 2.2 §2.5.8.
const smallTargets = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const least = element.matches('a:not(.button)') ? 24 : 44;
      const name = element.innerText || element.id;
      return Math.min(width, height) < least - 0.5 ? [`${name} is ${Math.round(width)} × ${Math.round(height)}`] : [];
    }),
  );

for (const language of ['ja', 'en']) {
  const locale = locales[language];
  story(`every page is accessible (${language})`, { locale }, (told) => inspect(told, language, violations));
  story(`every page fits a phone and a finger (${language})`, { locale, size: 'phone' }, (told) =>
    inspect(told, language, async (page) => [...(await overflow(page)), ...(await smallTargets(page))]),
  );
  story(`every page fits 320 pixels, and letters of twice the size (${language})`, { locale, size: 'narrow' }, (told) =>
    inspect(told, language, async (page) => {
      const narrow = await overflow(page);
      await page.setViewportSize({ width: 640, height: 640 }); // 1280 px at 200 %
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      const large = await overflow(page);
      await page.setViewportSize({ width: 320, height: 640 });
      return [...narrow, ...large.map((finding) => `at 200 %: ${finding}`)];
    }),
  );
}
