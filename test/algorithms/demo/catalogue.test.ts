import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/algorithms/demo/catalogue.ts';
import { defaultEvents } from '../../../src/algorithms/demo/events.ts';
import { writeOpenings } from '../../../src/algorithms/demo/openings.ts';
import { extract } from '../../../src/algorithms/extract.ts';

const everyday = CATALOGUE.filter(({ weight }) => weight > 0);
const weightOf = (topics: typeof CATALOGUE): number => topics.reduce((sum, { weight }) => sum + weight, 0);

describe('demo topics', () => {
  test('are at least forty in English, each under its own key', () => {
    expect(everyday.filter(({ language }) => language === 'en').length).toBeGreaterThanOrEqual(40);
    expect(new Set(CATALOGUE.map(({ key }) => key)).size).toBe(CATALOGUE.length);
  });

  test.each(['es', 'fr', 'de', 'pt', 'ja', 'zh', 'ar'])(
    '%s has two or three topics and 1 to 5%% of the traffic',
    (language) => {
      const topics = everyday.filter((topic) => topic.language === language);
      expect(topics.length).toBeGreaterThanOrEqual(2);
      expect(topics.length).toBeLessThanOrEqual(3);
      const share = weightOf(topics) / weightOf(everyday);
      expect(share).toBeGreaterThan(0.01);
      expect(share).toBeLessThan(0.05);
    },
  );

  test('concerning ones are one or two in a hundred', () => {
    const share = weightOf(everyday.filter(({ flag }) => flag !== undefined)) / weightOf(everyday);
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.02);
  });

  test('every slot a text names has a list to fill it', () => {
    for (const { key, slots, openers, answers, turns } of CATALOGUE) {
      for (const text of [...openers, ...answers, ...turns.flat()]) {
        for (const [, slot = ''] of text.matchAll(/\{([a-z][a-zA-Z]*)\}/g)) {
          expect(slots, `${key}: ${text}`).toHaveProperty(slot);
        }
      }
    }
  });

  test('every topic an event names is there, and new ones have no share before', () => {
    for (const { kind, topic } of defaultEvents(0)) {
      const found = CATALOGUE.find(({ key }) => key === topic);
      const brought = kind === 'news' || kind === 'launch' || kind === 'spam';
      expect(found?.weight === 0, topic).toBe(brought);
    }
  });

  test('each opening says something and stands alone', () => {
    for (const topic of CATALOGUE) {
      const openings = writeOpenings(topic, 24, 1);
      expect(new Set(openings.map(({ lead }) => lead)).size, topic.key).toBe(openings.length);
      expect(openings.length, topic.key).toBeGreaterThanOrEqual(16);
      for (const { text } of openings) expect(extract(text).informative, text).toBe(true);
    }
  });
});
