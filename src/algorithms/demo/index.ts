export { defaultEvents, type ScriptedEvent } from './events.ts';
export { createTraffic } from './traffic.ts';
