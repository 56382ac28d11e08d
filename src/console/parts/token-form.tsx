import { type FormEvent, useState } from 'react';

type TokenFormProps = { refused: boolean; onGive(token: string): void };

export function TokenForm({ refused, onGive }: TokenFormProps) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') onGive(token.trim());
  };
  return (
    <main className="gate">
      <form onSubmit={submit}>
        <h1>cliowatch</h1>
        <label htmlFor="token">Access token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-describedby="token-note"
        />
        {refused && (
          <p className="refused" role="alert">
            This token was not accepted. It needs the role reader.
          </p>
        )}
        <button type="submit">Open the console</button>
        <p id="token-note" className="faint">
          One of the tokens under http.tokens, with the role reader; acknowledging alerts needs the role
          operator. It is kept until this tab is closed.
        </p>
      </form>
    </main>
  );
}
