// What holds on every page of the consoles: machines and people of all kinds can use it.
import assert from 'node:assert/strict';
import { adminConsole, operatorConsole } from './console_places.mjs';
import { faults } from './faults.mjs';
import { story } from './support.mjs';

const walks = { 'admin console': [adminConsole, 20], 'operator console': [operatorConsole, 20] };
for (const [name, [walk, least]] of Object.entries(walks)) {
  for (const [language, locale] of Object.entries({ ja: 'ja-JP', en: 'en-US' })) {
    const sentence = `every page of the ${name} is accessible, and fits phones, fingers and large letters (${language})`;
    story(sentence, { locale, timeout: 300_000 }, async ({ page, demo }) => {
      const [findings, seen] = [[], []];
      for await (const place of walk(page, demo, language)) {
        seen.push(place);
        for await (const fault of faults(page)) findings.push(`${place}: ${fault}`);
      }
      assert.deepEqual(findings, []);
      assert.ok(seen.length >= least, `only ${seen}`);
    });
  }
}
