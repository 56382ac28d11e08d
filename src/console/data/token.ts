/** The bearer token, kept for this tab only. Where the browser keeps nothing, it must be given again after a reload. */
const KEY = 'cliowatch-token';

export function readToken(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // The token still serves until the page is left.
  }
}
