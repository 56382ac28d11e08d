import { expect, it } from 'vitest';
import { loadConfig } from '../../src/app/load-config.ts';

const secret = 'hunter2-hunter2';
const wrong = {
  'a key under a misspelt name': { CLIOWATCH_CLAUDE__APIKEY: secret },
  'a token without its name': { CLIOWATCH_HTTP__TOKENS: `["${secret}"]` },
  'a list that is no YAML': { CLIOWATCH_HTTP__TOKENS: `[{ token: ${secret}` },
};

for (const [what, environment] of Object.entries(wrong)) {
  it(`${what} is refused without showing it`, () => {
    let message = '';
    try {
      loadConfig({ environment });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('CliowatchError');
    expect(message).not.toContain(secret);
  });
}

it('a password that is a number, or begins as YAML does not, is taken as it stands', () => {
  for (const password of ['12345', '@home', 'a #b']) {
    const config = loadConfig({ environment: { CLIOWATCH_LOG__KAFKA__SASL__PASSWORD: password } });
    expect(config.log.kafka.sasl.password).toBe(password);
  }
});
