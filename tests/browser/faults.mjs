// What is wrong with a page, for machines and people of all kinds: axe, overflow, small targets, missing texts.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sizes } from './browser.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

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
      const scrolls = element.closest('.wide, .scroll, iframe');
      return !scrolls && element.getBoundingClientRect().right > clientWidth + 1;
    });
    const names = wide.map((element) => `${element.tagName}.${element.className} sticks out`);
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide`, ...names] : names;
  });

// Buttons and fields are 44 px high, a box or an option with its label; a link in text has at least the 24 px of WCAG 2.2 §2.5.8.
const smallTargets = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].flatMap((element) => {
      if (!element.checkVisibility()) return [];
      const parts = ['checkbox', 'radio'].includes(element.type) ? [element, ...element.labels] : [element];
      const boxes = parts.map((part) => part.getBoundingClientRect());
      const width = Math.max(...boxes.map((box) => box.width));
      const height = Math.max(...boxes.map((box) => box.height));
      const least = element.matches('a:not(.button)') ? 24 : 44;
      const name = element.innerText || element.id;
      return Math.min(width, height) < least - 0.5 ? [`${name} is ${Math.round(width)} × ${Math.round(height)}`] : [];
    }),
  );

// Everything that is wrong with the page, in each size it is looked at.
export async function* faults(page) {
  const told = function* (where, list) {
    for (const fault of list) yield `${where}: ${fault}`;
  };
  yield* told('a text is missing', (await page.locator('body').innerText()).match(/\[[a-z]+(-[a-z]+)+\]/g) ?? []);
  yield* told('axe', await violations(page));
  await page.setViewportSize(sizes.phone);
  yield* told('phone', [...(await overflow(page)), ...(await smallTargets(page))]);
  await page.setViewportSize(sizes.narrow);
  yield* told('320 px', await overflow(page));
  await page.setViewportSize({ width: 640, height: 640 }); // 1280 px at 200 %
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  yield* told('letters of twice the size', await overflow(page));
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  await page.setViewportSize(sizes.desktop);
}
