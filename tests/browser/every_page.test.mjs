// What holds on every page there is: machines and people of all kinds can use it.
import assert from 'node:assert/strict';
import { faults } from './faults.mjs';
import { sendMail } from './mail.mjs';
import { everyPage } from './places.mjs';
import { story } from './support.mjs';

for (const [language, locale] of Object.entries({ ja: 'ja-JP', en: 'en-US' })) {
  const sentence = `every page is accessible, and fits phones, fingers and large letters (${language})`;
  story(sentence, { locale, timeout: 480_000 }, async ({ page, demo }) => {
    await sendMail(demo, 'sample');
    const [findings, seen] = [[], []];
    for await (const name of everyPage(page, demo, language)) {
      seen.push(name);
      for await (const fault of faults(page)) findings.push(`${name}: ${fault}`);
    }
    assert.deepEqual(findings, []);
    assert.ok(seen.length >= 120, `only ${seen}`);
  });
}
