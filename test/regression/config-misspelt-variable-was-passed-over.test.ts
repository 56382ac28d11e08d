import { expect, it } from 'vitest';
import { loadConfig } from '../../src/app/load-config.ts';

const load = (environment: Record<string, string>) => loadConfig({ environment });

it.each([
  ['CLIOWATCH_HTTP_PORT', 'CLIOWATCH_HTTP__PORT'],
  ['CLIOWATCH_DATTA', 'CLIOWATCH_DATA'],
  ['CLIOWATCH_HTP__PORT', 'CLIOWATCH_HTTP__PORT'],
  ['CLIOWATCH_LOG_KAFKA_BROKERS', 'CLIOWATCH_LOG__KAFKA__BROKERS'],
])('a variable of ours that is no setting is refused with the nearest one: %s', (name, nearest) => {
  expect(() => load({ [name]: '1' })).toThrow(`${name}: is no setting; the nearest is ${nearest}`);
});

it('what others put beside it is no mistake of ours', () => {
  expect(
    load({
      CLIOWATCH_SERVICE_HOST: '10.0.0.1',
      CLIOWATCH_SERVICE_PORT_HTTP: '8642',
      CLIOWATCH_PORT: 'tcp://10.0.0.1:8642',
      CLIOWATCH_PORT_8642_TCP_ADDR: '10.0.0.1',
      CLIOWATCH_EMIT_SERVICE_PORT: '8642',
    }),
  ).toEqual(load({}));
});
