import { pick, type Topic } from './topic.ts';

/** Repeated by share. Editors are used where a topic prefers them. */
const SURFACES = ['web', 'web', 'web', 'web', 'web', 'mobile', 'mobile', 'mobile', 'api'] as const;
const PREFERRED = 0.6;

export function drawSurface(topic: Topic, random: () => number): string {
  const [keeps, other] = [random() < PREFERRED, pick(SURFACES, random)];
  return topic.surface !== undefined && keeps ? topic.surface : other;
}

/** Two made-up models; phones use the small one more. */
export function drawModel(surface: string, random: () => number): string {
  return random() < (surface === 'mobile' ? 0.6 : 0.25) ? 'cedar-2-mini' : 'cedar-2';
}
