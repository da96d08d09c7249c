// 回線認証, step by step: which line a browser comes over is chosen at the simulated gateway, by this browser alone
// (docs/simulators.md).
import { randomInt } from 'node:crypto';
import { tegata } from './people.mjs';
import { button, field } from './steps.mjs';

const digits = (count) => String(randomInt(10 ** count)).padStart(count, '0');

// A line number that no other story has.
export const lineNumber = () => `CAF${digits(10)}`;

// Registers a line for somebody's company, as an operator does.
export const registerLine = (demo, { contract }, number) =>
  tegata(demo, ['line', 'add', '--contract', contract, '--number', number]);

// The browser comes over the line with this number from now on.
export async function comeOver(page, demo, number) {
  await page.goto(demo.line_gateway);
  await page.locator('#number').fill(number);
  await page.locator('form:has(#number) button').click();
  await page.locator('.current').waitFor();
}

// Or over one of those that the gateway's page knows by a word.
export async function comeOverOneThatIs(page, demo, word) {
  await page.goto(demo.line_gateway);
  await page.locator(`button[name="line"][value="${word}"]`).click();
  await page.locator(`button[value="${word}"] .current`).waitFor();
}

// A line in the west that nobody has said may be told; like a typed one it shows up on nobody else's page. Whoever chose no
// line stays where the demo starts them.
export async function lineInTheWest(demo) {
  const number = `COP${digits(8)}`;
  const line = { id: number, title: number, number, area: 'west', standing: 'not_set' };
  for (const wish of [{ line }, { line: 'registered' }]) {
    const answer = await fetch(`${demo.line_gateway}/state`, { method: 'POST', body: JSON.stringify(wish) });
    if (!answer.ok) throw new Error(`the gateway: ${answer.status} ${await answer.text()}`);
  }
  return number;
}

// On the carrier's page.
export async function decide(page, choice) {
  await field(page, choice).check();
  await button(page, '決定').click();
}
