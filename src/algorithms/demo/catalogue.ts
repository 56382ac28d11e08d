import type { Topic } from './topic.ts';
import { BUSINESS } from './topics/business.ts';
import { CAREER } from './topics/career.ts';
import { CODE } from './topics/code.ts';
import { CONCERNING } from './topics/concerning.ts';
import { DATA } from './topics/data.ts';
import { GADGETS } from './topics/gadgets.ts';
import { HEALTH } from './topics/health.ts';
import { HIRING } from './topics/hiring.ts';
import { HOME } from './topics/home.ts';
import { KITCHEN } from './topics/kitchen.ts';
import { LAUNCH_TOPICS } from './topics/launches.ts';
import { LEISURE } from './topics/leisure.ts';
import { MONEY } from './topics/money.ts';
import { NEWS_TOPICS } from './topics/news.ts';
import { OFFICE } from './topics/office.ts';
import { OTHER_LANGUAGES } from './topics/other-languages.ts';
import { PEOPLE } from './topics/people.ts';
import { ROMANCE } from './topics/romance.ts';
import { SPAM_TOPICS } from './topics/spam.ts';
import { STUDY } from './topics/study.ts';
import { SYSTEMS } from './topics/systems.ts';
import { TEACHING } from './topics/teaching.ts';
import { TRAVEL } from './topics/travel.ts';
import { WORDING } from './topics/wording.ts';
import { WRITING } from './topics/writing.ts';

/** Everything the demo's people talk about. */
export const CATALOGUE: readonly Topic[] = [
  ...[CODE, DATA, SYSTEMS, OFFICE, BUSINESS, CAREER, HIRING, STUDY, TEACHING, WRITING, WORDING].flat(),
  ...[KITCHEN, HOME, HEALTH, PEOPLE, MONEY, TRAVEL, LEISURE, GADGETS].flat(),
  ...[CONCERNING, ROMANCE, OTHER_LANGUAGES, NEWS_TOPICS, LAUNCH_TOPICS, SPAM_TOPICS].flat(),
];
