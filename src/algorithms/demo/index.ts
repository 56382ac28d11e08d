export { defaultEvents, type ScriptedEvent } from './events.ts';
export { createTraffic, type Traffic, type TrafficOptions } from './traffic.ts';
