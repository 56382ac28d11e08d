const RETENTION = /"retention"\s*:/;

/**
 * Whether what is no conversation may be meant to be one of zero retention: then none of its words may be written anywhere. O(text · accounts).
 * @param raw what it parses to; undefined: it is no JSON
 * @param accounts whose conversations are of zero retention
 */
export function mayBeZeroRetention(text: string, raw: unknown, accounts: ReadonlySet<string>): boolean {
  if (RETENTION.test(text)) return true;
  // Of what is no JSON too: that such an account is spoken of is enough to hold it back.
  for (const account of accounts) if (text.includes(JSON.stringify(account))) return true;
  if (typeof raw !== 'object' || raw === null) return false;
  if ('account_id' in raw && typeof raw.account_id === 'string' && accounts.has(raw.account_id)) return true;
  return 'retention' in raw;
}
